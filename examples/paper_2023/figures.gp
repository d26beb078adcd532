# Draws every figure as SVG and PDF from the .dat files of a run; called by figures.sh, which sets steps and layers.
# Colours: Okabe & Ito's set, told apart by readers with any colour vision.
set datafile missing "NaN"
set encoding utf8
array colour[10] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999", "#8B5A2B", "#5D3A9B"]
rules  = "bp f_bio pool ehebb oja fa"
labels = "'backpropagation' 'F_{bio} (0, 2, 9)' 'pool of ten' 'eHebb (0, 2)' 'Oja (0, 9)' 'feedback alignment'"
# Ten terms: those that the paper keeps in full lines, the others dashed.
term(k) = k == 0 ? 0 : (k == 1 ? 2 : 9)  # of F_bio, in its order
kept(r) = (r == 0 || r == 2 || r == 9)

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
  set key top left reverse Left samplen 2 spacing 1.1

  # --- 1: loss and accuracy ---
  set output "loss_accuracy.".type
  set multiplot layout 1,2 margins 0.08,0.98,0.15,0.86 spacing 0.1
  set key at screen 0.5,0.99 center top horizontal maxrows 1 reverse Left samplen 1.5 width 0 font ",12"
  set ylabel "loss of the queries (nats)"
  set yrange [0:5]
  plot for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:3:4 with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
       for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:2 with lines lw 1.6 lc rgb colour[k] title word(labels, k)
  unset key
  set ylabel "accuracy of the queries (%)"
  set yrange [0:100]
  plot for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:(100*$6):(100*$7) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
       for [k=1:words(rules)] word(rules, k)."-meta.dat" using 1:(100*$5) with lines lw 1.6 lc rgb colour[k] notitle
  unset multiplot

  # --- 2: alignment angles; the synthetic error of the input, layer 0, is left out ---
  set output "angles.".type
  set multiplot layout 1,layers-1 margins 0.07,0.985,0.15,0.82 spacing 0.025
  set yrange [0:100]
  set ytics 30
  set xtics steps / 2
  do for [l=1:layers-1] {
    set title sprintf("layer %d", l) offset 0,-0.6
    if (l == 1) { set ylabel "angle to backpropagation (degrees)"; set format y "%g"; set key at screen 0.5,0.99 center top horizontal maxrows 1 reverse Left samplen 1.5 font ",12" } else { unset ylabel; set format y ""; unset key }
    plot for [k=2:words(rules)] word(rules, k)."-history.dat" using 1:(column(3+3*l)):(column(4+3*l)) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
         for [k=2:words(rules)] word(rules, k)."-history.dat" using 1:(column(2+3*l)) with lines lw 1.6 lc rgb colour[k] title word(labels, k)
  }
  unset multiplot
  set format y "%g"
  set xtics autofreq
  set ytics autofreq
  unset title

  # --- 3: coefficients ---
  set output "coefficients.".type
  set multiplot layout 1,2 margins 0.1,0.98,0.15,0.8 spacing 0.11
  set yrange [*:*]
  set ylabel "coefficient"
  set xzeroaxis lt 1 lc rgb "#888888"
  set title "pool of ten, L1 penalty" offset 0,-0.6
  set key at screen 0.02,0.99 left top horizontal maxrows 2 reverse Left samplen 1.5 width -1 font ",12"
  plot for [r=0:9] "pool-theta.dat" using 1:(column(3+3*r)):(column(4+3*r)) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[r+1] notitle, \
       for [r=0:9] "pool-theta.dat" using 1:(column(2+3*r)) with lines lw (kept(r) ? 2 : 1.2) dt (kept(r) ? 1 : 2) lc rgb colour[r+1] title sprintf("θ_%d", r)
  set title "F_{bio}, no penalty"
  set key at screen 0.98,0.99 right top horizontal maxrows 2 noreverse Right samplen 1.5 font ",12"
  plot for [r=0:2] "f_bio-theta.dat" using 1:(column(3+3*r)):(column(4+3*r)) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[term(r)+1] notitle, \
       for [r=0:2] "f_bio-theta.dat" using 1:(column(2+3*r)) with lines lw 2 lc rgb colour[term(r)+1] title sprintf("θ_%d", term(r))
  unset multiplot
  unset xzeroaxis

  # --- 4: orthonormality error ---
  set output "orthonormality.".type
  set multiplot layout 1,layers-1 margins 0.09,0.985,0.15,0.82 spacing 0.025
  set logscale y
  set yrange [0.1:10000]
  set xtics steps / 2
  first = 1 + 3 * layers
  do for [l=1:layers-1] {
    set title sprintf("connection %d", l) offset 0,-0.6
    if (l == 1) { set ylabel "|z - W W' y|^2"; set format y "10^{%T}"; set key at screen 0.5,0.99 center top horizontal maxrows 1 reverse Left samplen 1.5 font ",12" } else { unset ylabel; set format y ""; unset key }
    c = first + 3 * (l - 1)
    plot for [k=1:words(rules)] word(rules, k)."-history.dat" using 1:(column(c+2)):(column(c+3)) with filledcurves fs transparent solid 0.18 noborder lc rgb colour[k] notitle, \
         for [k=1:words(rules)] word(rules, k)."-history.dat" using 1:(column(c+1)) with lines lw 1.6 lc rgb colour[k] title word(labels, k)
  }
  unset multiplot
  unset logscale y
  set format y "%g"
  unset title

  # --- 5: the rule swapped connection by connection ---
  set output "layers.".type
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
