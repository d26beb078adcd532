# Means over trials with 98 % bootstrap bands, from one .csv a trial.
#   awk -v columns=loss,accuracy -v window=10 -f bands.awk trial1.csv trial2.csv ...
# Every trial is averaged over blocks of `window` iterations; 500 times as many trials as there are get drawn with
# replacement and averaged; the band runs from the 1st to the 99th percentile of those means. Empty fields (steps that
# were skipped) are left out; with -v most=X a loss counts up to X. One line a block: iteration, then mean, low and high of each column.
BEGIN {
  FS = ","
  srand(1)
  count = split(columns, wanted, ",")
  samples = 500
  last = -1
  if (!window) window = 1
}
FNR == 1 {
  trials++
  for (k = 1; k <= NF; k++) at[$k] = k
  for (c = 1; c <= count; c++) {
    if (!(wanted[c] in at)) { print FILENAME ": no column " wanted[c] > "/dev/stderr"; failed = 1; exit 1 }
  }
  next
}
{
  block = int($1 / window)
  if (block > last) last = block
  for (c = 1; c <= count; c++) {
    value = $(at[wanted[c]])
    if (value == "") continue
    if (most && wanted[c] == "loss" && value + 0 > most) value = most
    sum[trials, block, c] += value
    number[trials, block, c]++
  }
}
function shell_sort(a, n,    gap, i, j, x) {
  for (gap = int(n / 2); gap > 0; gap = int(gap / 2)) {
    for (i = gap + 1; i <= n; i++) {
      x = a[i]
      for (j = i; j > gap && a[j - gap] > x; j -= gap) a[j] = a[j - gap]
      a[j] = x
    }
  }
}
END {
  if (failed) exit 1
  printf "# iteration"
  for (c = 1; c <= count; c++) printf " %s low high", wanted[c]
  printf "\n"
  for (b = 0; b <= last; b++) {
    line = b * window + (window - 1) / 2
    found = 0
    for (c = 1; c <= count; c++) {
      n = 0
      total = 0
      for (t = 1; t <= trials; t++) {
        if (!number[t, b, c]) continue
        mean[++n] = sum[t, b, c] / number[t, b, c]
        total += mean[n]
      }
      if (n == 0) { line = line " NaN NaN NaN"; continue }
      found = 1
      for (s = 1; s <= samples; s++) {
        drawn[s] = 0
        for (t = 1; t <= n; t++) drawn[s] += mean[1 + int(n * rand())] / n
      }
      shell_sort(drawn, samples)
      line = line sprintf(" %.6g %.6g %.6g", total / n, drawn[6], drawn[495])
    }
    if (found) print line
  }
}
