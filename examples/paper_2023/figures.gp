# Draws every figure as SVG and PDF from the .dat files of a run; called by figures.sh, which sets steps and layers.
# Colours: Okabe & Ito's set, told apart by readers with any colour vision.
set datafile missing "NaN"
set encoding utf8
array colour[10] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999", "#8B5A2B", "#5D3A9B"]
rules  = "bp f_bio pool ehebb oja fa"
labels = "'backpropagation' 'F_{bio} (0, 2, 9)' 'pool of ten' 'eHebb (0, 2)' 'Oja (0, 9)' 'feedback alignment'"
# A legend over all panels, in the colours of the lines: gnuplot's own keys have the width of one panel.
legend(from) = sprintf("unset label; do for [k=%d:words(rules)] { set label k word(labels, k) at screen 0.075 + 0.15 * (k - %d), 0.955 tc rgb colour[k] font ',12' }", from, from)
# Ten terms: those that the paper keeps in full lines, the others dashed.
index_of(k) = k == 0 ? 0 : (k == 1 ? 2 : 9)  # of F_bio, in its order
array bio[3] = [colour[1], colour[3], colour[10]]  # as in the pool

do for [type in "svg pdf"] {
  if (type eq "svg") {
    set terminal svg size 900,420 dynamic background "white" font "Helvetica,14" linewidth 1.4
  } else {
    set terminal pdfcairo size 19cm,9cm font "Helvetica,11" linewidth 1.4
  }
  set border 3 lc rgb "#444444"
  set tics nomirror textcolor rgb "#222222"
  set grid y lc rgb "#dddddd" lt 1 lw 0.6
  set xrange [0:steps]
  set xlabel "episode of the fit"
  unset key

  # --- 1: loss and accuracy ---
  set output "loss_accuracy.".type
  set multiplot layout 1,2 margins 0.08,0.98,0.15,0.86 spacing 0.1
  unset key
  eval legend(1)
  set ylabel "loss of the queries (nats)"
  set yrange [0:5]
  plot for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:3:4 with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
       for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:2 with lines lw 1.6 lc rgb colour[k] notitle
  unset label
  set ylabel "accuracy of the queries (%)"
  set yrange [0:100]
  plot for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:(100*$6):(100*$7) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
       for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:(100*$5) with lines lw 1.6 lc rgb colour[k] notitle
  unset multiplot

  # --- 2: alignment angles; the synthetic error of the input, layer 0, is left out ---
  set output "angles.".type
  eval legend(2)
  set multiplot layout 1,layers-1 margins 0.07,0.985,0.15,0.82 spacing 0.025
  set yrange [0:100]
  set ytics 30
  set xtics steps / 2
  do for [l=1:layers-1] {
    set title sprintf("layer %d", l) offset 0,-0.6
    if (l == 1) { set ylabel "angle to backpropagation (degrees)"; set format y "%g" } else { unset ylabel; set format y "" }
    plot for [k=2:words(rules)] word(rules, k)."-history.dat" using 1:(column(3+3*l)):(column(4+3*l)) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
         for [k=2:words(rules)] word(rules, k)."-history.dat" using 1:(column(2+3*l)) with lines lw 1.6 lc rgb colour[k] notitle
  }
  unset multiplot
  set format y "%g"
  set xtics autofreq
  set ytics autofreq
  unset title

  # --- 3: coefficients ---
  set output "coefficients.".type
  unset label
  set multiplot layout 1,2 margins 0.1,0.98,0.15,0.8 spacing 0.11
  set yrange [*:*]
  set ylabel "coefficient"
  set xzeroaxis lt 1 lc rgb "#888888"
  set title "pool of ten, L1 penalty" offset 0,-0.6
  set key at screen 0.02,0.99 left top horizontal maxrows 2 reverse Left samplen 1.5 font ",11"
  plot for [r=0:9] "pool-theta.dat" using 1:(column(3+3*r)):(column(4+3*r)) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[r+1] notitle, \
       for [r in "1 3 4 5 6 7 8"] "pool-theta.dat" using 1:(column(2+3*r)) with lines lw 1.2 dt 2 lc rgb colour[r+1] title "θ_".r, \
       for [r in "0 2 9"] "pool-theta.dat" using 1:(column(2+3*r)) with lines lw 2 lc rgb colour[r+1] title "θ_".r
  set title "F_{bio}, no penalty"
  set key at screen 0.98,0.99 right top horizontal maxrows 2 noreverse Right samplen 1.5 font ",12"
  plot for [r=0:2] "f_bio-theta.dat" using 1:(column(3+3*r)):(column(4+3*r)) with filledcurves fs transparent solid 0.18 noborder lc rgb bio[r+1] notitle, \
       for [r=0:2] "f_bio-theta.dat" using 1:(column(2+3*r)) with lines lw 2 lc rgb bio[r+1] title sprintf("θ_%d", index_of(r))
  unset multiplot
  unset xzeroaxis

  # --- 4: orthonormality error ---
  set output "orthonormality.".type
  eval legend(1)
  set multiplot layout 1,layers-1 margins 0.09,0.985,0.15,0.82 spacing 0.025
  set logscale y
  set yrange [0.1:10000]
  set xtics steps / 2
  first = 1 + 3 * layers
  do for [l=1:layers-1] {
    set title sprintf("connection %d", l) offset 0,-0.6
    if (l == 1) { set ylabel "|z - W W' y|^2"; set format y "10^{%T}" } else { unset ylabel; set format y "" }
    c = first + 3 * (l - 1)
    plot for [k=1:words(rules)] word(rules, k)."-history.dat" using 1:(column(c+2)):(column(c+3)) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
         for [k=1:words(rules)] word(rules, k)."-history.dat" using 1:(column(c+1)) with lines lw 1.6 lc rgb colour[k] notitle
  }
  unset multiplot
  unset logscale y
  set format y "%g"
  unset title

  # --- 5: the rule swapped connection by connection ---
  set output "layers.".type
  unset label
  unset key
  set xtics autofreq
  set xrange [-0.6:7.6]
  set yrange [0:100]
  set ylabel "accuracy on test classes (%)"
  set xlabel "rule of each connection, from the input on (F: F_{bio}, A: feedback alignment)"
  letters(mask) = (mask[1:1] eq "1" ? "F" : "A").(mask[2:2] eq "1" ? "F" : "A").(mask[3:3] eq "1" ? "F" : "A")
  set boxwidth 0.62
  plot "layers.dat" using 0:(100*$5):xtic(letters(strcol(1))) with boxes fs solid 0.75 noborder lc rgb colour[1] notitle, \
       "layers.dat" using 0:(100*$5):(100*$6):(100*$7) with yerrorbars pt 7 ps 0.4 lw 1.4 lc rgb "#000000" notitle, \
       "layers.dat" using 0:(100*$7+4):(sprintf("%.0f %%", 100*$5)) with labels font ",12" notitle
  set xrange [0:steps]
}
