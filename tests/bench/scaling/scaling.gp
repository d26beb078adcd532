# Speed-up against workers, with the ideal line. Takes `rows` (workers, speed-up) and `picture`.
set terminal svg size 640,420 font "sans,13" background "white"
set output picture
set logscale xy 2
set xrange [1:1024]
set yrange [1:1024]
set grid lc rgb "#dddddd"
set key left top
set xlabel "workers"
set ylabel "times as fast as one worker"
plot x with lines dt 2 lc rgb "#888888" title "ideal", \
     rows using 1:2 with linespoints pt 7 ps 0.6 lw 2 lc rgb "#0072b2" title "replayed schedule"
