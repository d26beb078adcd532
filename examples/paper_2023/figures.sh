#!/usr/bin/env bash
# Bands, table and figures from the trials that run.sh left; draws again without fitting again.
# Usage: figures.sh OUT [STEPS [WINDOW [FINAL]]]     WINDOW: steps averaged into a point; FINAL: into the table
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1 steps=${2:-600} window=${3:-10} final=${4:-100}
cd "$out"
rules="bp f_bio pool ehebb oja fa"
# As in every score of rule-search the loss of an episode counts up to twice that of chance, here among 47 classes.
bands() { awk -v most=7.7003 -v columns="$1" -v window="$2" -f "$here/bands.awk" "${@:3}"; }
theta() { head -n 1 "trials/$1-1/steps.csv" | cut -d, -f5-; }
last_layer=$(head -n 1 trials/f_bio-1/history.csv | grep -o 'orthonormality_[0-9]*' | tail -n 1 | grep -o '[0-9]*$')
angles=$(seq -f 'angle_%g' -s, 0 $((last_layer - 1)))
errors=$(seq -f 'orthonormality_%g' -s, 1 "$last_layer")
for rule in $rules; do
  bands loss,accuracy "$window" trials/"$rule"-*/steps.csv >"$rule-meta.dat"
  bands "$(theta "$rule")" "$window" trials/"$rule"-*/steps.csv >"$rule-theta.dat"
  bands "$angles,$errors,loss,accuracy" 1 trials/"$rule"-*/history.csv >"$rule-history.dat"
done

# A number of "held_out" in a fit.json; its keys stand in alphabetical order.
held_out() { awk -v key="\"$2\":" '/"held_out"/ { in_it = 1 } in_it && $1 == key { gsub(",", "", $2); print $2; exit }' "$1"; }
scores() {
  echo "trial,loss,accuracy"
  for file in trials/"$1"-*/fit.json; do echo "0,$(held_out "$file" loss),$(held_out "$file" accuracy)"; done
}
# `bands` takes one file a trial.
score_band() {
  local file files=()
  mkdir -p scores
  while IFS= read -r line; do
    file=scores/$1-$((${#files[@]} + 1)).csv
    { echo "trial,loss,accuracy"; echo "$line"; } >"$file"
    files+=("$file")
  done < <(scores "$1" | tail -n +2)
  bands loss,accuracy 1 "${files[@]}" | tail -n 1 | cut -d' ' -f2-
}
: >layers.dat
for mask in 000 100 110 111 011 001 010 101; do echo "$mask $(score_band "layers$mask")" >>layers.dat; done

# Everything the page quotes: means over trials, 98 % bootstrap bands.
table() {
  local rule
  echo "rule, then loss and accuracy over the last $final steps, then on test classes (mean low high each)"
  for rule in $rules; do
    echo "$rule $(bands loss,accuracy "$final" trials/"$rule"-*/steps.csv | tail -n 1 | cut -d' ' -f2-) $(score_band "$rule")"
  done
  echo
  echo "coefficients over the last $final steps (mean low high)"
  for rule in $rules; do
    bands "$(theta "$rule")" "$final" trials/"$rule"-*/steps.csv | tail -n 1 | cut -d' ' -f2- |
      awk -v rule="$rule" -v names="$(theta "$rule")" '{ n = split(names, name, ","); for (k = 1; k <= n; k++) print rule, name[k], $(3 * k - 2), $(3 * k - 1), $(3 * k) }'
  done
  echo
  echo "angles in degrees at the end, layers 0 to $((last_layer - 1)), and orthonormality errors, connections 1 to $last_layer (means)"
  for rule in $rules; do
    tail -n 1 "$rule-history.dat" | awk -v rule="$rule" -v n=$((2 * last_layer)) '{ printf "%s", rule; for (k = 0; k < n; k++) printf " %.4g", $(2 + 3 * k); print "" }'
  done
  echo
  echo "F_bio in the connections marked 1, feedback alignment in the others: loss and accuracy on test classes (mean low high each)"
  cat layers.dat
  echo
  reached=$(awk 'FNR == NR { if (!/^#/ ) { x[++n] = $5 } next } FNR == 1 || /^#/ { if (!level) { for (k = int(n / 2) + 1; k <= n; k++) level += x[k] / (n - int(n / 2)) } next } !done && $5 >= level { print $1; done = 1 }' bp-meta.dat f_bio-meta.dat)
  echo "F_bio first reaches the mean accuracy of backpropagation's second half at step: ${reached:-never}"
  awk -F'"skipped": ' '/"skipped"/ { split($2, a, ","); total += a[1] } END { print "steps that were skipped, in all fits:", total + 0 }' trials/*/fit.json
}
table | tee table.txt

if ! command -v gnuplot >/dev/null; then
  echo "gnuplot is not installed (Debian: gnuplot-nox), so no figures were drawn; figures.sh $out draws them later"
  exit 0
fi
gnuplot -e "steps=$steps; layers=$last_layer" "$here/figures.gp"
echo "== figures: $out/*.svg and *.pdf; numbers: $out/table.txt"
