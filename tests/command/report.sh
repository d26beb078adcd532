#!/usr/bin/env bash
# What a search leaves for readers: the hall of fame, figures, a page that asks for nothing from elsewhere, a rule of
# the front on request; and a search that ends well where gnuplot is missing.
set -euo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
needs_images
options=("${small[@]}" --threads 1)

# Without gnuplot: one line that says so, all the rest as ever.
mkdir "$work/bin"
PATH=$work/bin "$program" search "$source/rules/f_bio.rule" "${options[@]}" --out "$work/a" >"$work/table" 2>"$work/err" || fail "search without gnuplot"
[ "$(grep -c 'gnuplot is not installed: `apt-get install gnuplot-nox`' "$work/err")" -eq 1 ] || fail "a search without gnuplot does not say so in one line"
grep -q 'Plots are missing' "$work/a/report.html" || fail "the page does not say that plots are missing"
for name in front ablation angles curves; do
  [ -s "$work/a/plots/$name.dat" ] && [ -s "$work/a/plots/$name.tex" ] || fail "$name has no data or LaTeX source"
done
code=0
PATH=$work/bin "$program" plot "$work/a/result.json" --out "$work/later" >/dev/null 2>"$work/err" || code=$?
[ $code -eq 1 ] && [ "$(wc -l <"$work/err")" -eq 1 ] || fail "plot without gnuplot (exit $code)"

# Columns, one line a size, the score as awk has it, one rule chosen.
csv=$work/a/hall_of_fame.csv
[ "$(head -1 "$csv")" = complexity,loss,accuracy,score,locality,formula,chosen ] || fail "columns of $csv"
awk -F, 'NR > 2 { s = -(log($2) - log(l)) / ($1 - c); if ((s - $4) ^ 2 > 1e-18) exit 1 } NR > 1 { if ($1 <= c || $3 < 0 || $3 > 1) exit 1; c = $1; l = $2; n += $NF == "true" } END { exit n != 1 }' "$csv" || fail "scores or order of $csv"
grep -q '"front"' "$work/a/result.json" && grep -q '"ends_as_reported"' "$work/a/result.json" || fail "result.json lacks the front or the curves"

# Every rule of the front in every form; one that is not there is refused with what there is.
sizes=$(tail -n +2 "$csv" | cut -d, -f1)
for n in $sizes; do
  for format in text latex json html; do
    PATH=$work/bin "$program" export "$work/a/result.json" --format $format --select "$n" >"$work/exported.$format" 2>/dev/null || fail "export of $n terms as $format"
  done
  cp "$work/exported.text" "$work/exported.rule"
  "$program" check "$work/exported.rule" >/dev/null && [ "$(grep -c '^param ' "$work/exported.rule")" -eq "$n" ] || fail "the rule of $n terms"
done
refuses() {
  local code=0
  "$program" "${@:2}" >"$work/out" 2>"$work/err" || code=$?
  [ $code -eq 2 ] && [ ! -s "$work/out" ] && grep -qE -- "$1" "$work/err" || {
    cat "$work/err"
    fail "${*:2} (exit $code)"
  }
}
refuses "no rule of 77 terms .*|are rules of .*$(echo "$sizes" | tail -1) terms" export "$work/a/result.json" --select 77
refuses 'this is a rule' export "$source/rules/f_bio.rule" --select 1
refuses 'html is a report of a search' export "$source/rules/f_bio.rule" --format html
refuses 'select 9: the rule f_bio can give rules of 1 to 3 terms' search "$source/rules/f_bio.rule" --select 9 --out "$work/none"
refuses 'is a file, expected a folder' plot "$work/a/result.json" --out "$work/table"
sed 's/"complexity": 1,/"complexity": -1,/' "$work/a/result.json" >"$work/broken.json"
refuses 'front.0..complexity: expected a whole number from 0, found -1' export "$work/broken.json" --format latex
[ ! -e "$work/none" ] || fail "a refused search left a folder"

# The user's size in place of the chosen one.
"$program" search "$source/rules/f_bio.rule" "${options[@]}" --select 2 --out "$work/two" --json >"$work/two.json" 2>/dev/null || fail "search --select 2"
[ "$(grep -c '^param ' "$work/two/rule.rule")" -eq 2 ] && grep -q 'selected by the user, who asked for 2 terms' "$work/two.json" || fail "the rule of search --select 2"
[ "$(grep -c removal_cost_interval "$work/two.json")" -eq 2 ] || fail "term table of search --select 2"
grep -q '^2,.*,true$' "$work/two/hall_of_fame.csv" || fail "hall of fame of search --select 2"

# The page: closed tags, nothing from elsewhere (names of XML dialects apart), each identifier once.
page=$work/a/report.html
if command -v gnuplot >/dev/null; then
  "$program" plot "$work/a/result.json" >/dev/null
  for name in front ablation angles curves; do
    [ -s "$work/a/plots/$name.svg" ] && [ "$(head -c 4 "$work/a/plots/$name.pdf")" = %PDF ] || fail "$name was not drawn"
  done
  [ "$(grep -c '<svg role="img"' "$page")" -eq 4 ] || fail "the page lacks a figure"
  "$program" export "$work/a/result.json" --format html | cmp - "$page" || fail "export --format html differs from report.html"
else
  echo "gnuplot is not installed: drawing was not tested"
fi
sed -E 's/xmlns(:[a-z]+)?="[^"]*"//g' "$page" | grep -nE '(https?:)?//[a-z]|<script[^>]|fetch\(|import |<link|@import|url\([^#]|src=' && fail "the page refers to something outside"
[ -z "$(grep -oE "\bid=[\"'][^\"']*" "$page" | sort | uniq -d)" ] || fail "identifiers stand twice in the page"
if command -v python3 >/dev/null; then
  python3 - "$page" <<'PYTHON' || fail "the page is not well formed"
import sys
from html.parser import HTMLParser
VOID = {"meta", "br", "hr", "img", "link", "input"}
class Check(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []
    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            sys.exit(f"line {self.getpos()[0]}: </{tag}> closes nothing")
c = Check()
c.feed(open(sys.argv[1], encoding="utf-8").read())
sys.exit(f"open at the end: {c.open}" if c.open else 0)
PYTHON
fi
# A rule named by an attacker stays text.
sed 's/"citation": "[^"]*"/"citation": "<script>alert(1)<\/script>"/' "$work/a/result.json" >"$work/evil.json"
PATH=$work/bin "$program" export "$work/evil.json" --format html 2>/dev/null >"$work/evil.html"
grep -q '&lt;script&gt;' "$work/evil.html" && ! grep -q '<script>alert' "$work/evil.html" && [[ $(grep -c '<script' "$work/evil.html") == 1 ]] || fail "text of the result is not escaped"
# A small number is a power of ten in LaTeX, not 1 times e minus 5, and a time is the number nearest to what was written.
printf "param k = 1\nparam tau = 50 us\nstate c: post x pre = 0\nnext c = (1 - 10 us/tau)*c + post*pre'\ndw = 1e-5*k*c - 2.5e-7*w\n" >"$work/small.rule"
"$program" export "$work/small.rule" --format latex >"$work/small.tex" || fail "export of small numbers as LaTeX"
grep -qF '10^{-5} \, k' "$work/small.tex" && grep -qF '2.5 \times 10^{-7}' "$work/small.tex" && grep -qF '\frac{10^{-5}}{\tau}' "$work/small.tex" &&
  ! grep -qE '[0-9]e-[0-9]' "$work/small.tex" || fail "small numbers in LaTeX"
"$program" export "$work/small.rule" --format text | grep -qF '(1 - 1e-05/tau)' || fail "10 us as a number"
if command -v pdflatex >/dev/null && command -v kpsewhich >/dev/null && [ -n "$(kpsewhich pgfplots.sty)" ]; then
  for name in front ablation angles curves; do
    (cd "$work/a/plots" && pdflatex -interaction=nonstopmode -halt-on-error "$name.tex" >"$work/tex.log") || { tail -20 "$work/tex.log"; fail "$name.tex"; }
  done
else
  echo "pdflatex with pgfplots (texlive-pictures) is not installed: the LaTeX sources of the plots were not compiled"
fi
echo "report: all as expected"
