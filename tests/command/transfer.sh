#!/usr/bin/env bash
# `transfer` on a rule and on a result, what it adds to a result.json and what it leaves alone, `stability` on two
# results, and one clear message for options that contradict each other.
set -euo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
rule=$source/rules/f_bio.rule
# One message and a hint at most, nothing on standard output.
refuses() {
  local pattern=$1 code=0
  shift
  "$program" "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  if [ "$code" -ne 2 ] || [ -s "$work/out" ] || [ "$(wc -l <"$work/err")" -gt 2 ] || ! grep -qF -- "$pattern" "$work/err"; then
    cat "$work/err"
    fail "$* (exit $code, expected 2 and \"$pattern\")"
  fi
}
refuses 'FILE is missing' transfer
refuses 'no such file' transfer "$work/none.rule"
refuses 'no such file, expected the result.json of a search' transfer "$work/none.json"
refuses '--to names other data, but --only leaves them out' transfer "$rule" --to "$work" --only classes,depth
refuses '--layers names networks, but --only leaves them out' transfer "$rule" --layers 784-10 --only data
refuses '--save writes into a result.json' transfer "$rule" --save
refuses '--only: expected one of classes, data, depth, skip, feedback, stream, rates, found none' transfer "$rule" --only classes,none
refuses '--episodes: expected a whole number from 2 to 100000, found 1' transfer "$rule" --episodes 1
refuses 'RESULT is missing' stability
refuses 'no such file, expected the result.json of a search' stability "$work/none.json" "$work/none.json"
refuses 'not JSON' stability "$rule" "$rule"

[ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }
refuses 'no data here' transfer "$rule" --to "$work" --out "$work/refused"
grep -qF 'hint: --to DIR' "$work/err" || fail "a mistake in --to is told as one of another option"
refuses 'found 784 and 11' transfer "$rule" --layers 784-30-11
refuses 'from 1 to 20000 with - between them, found nothing' transfer "$rule" --layers 784--10
refuses 'from 1 to 20000 with - between them, found 3x' transfer "$rule" --layers 784-3x-10
refuses 'a task needs 11' transfer "$rule" --ways 11 --out "$work/refused"
refuses 'name of the folder for the run is empty' transfer "$rule" --out ''
printf 'rule two\nparam eta[layer] = [0.01, 0.02]\ndw = -eta * err_post * pre%s\n' "'" >"$work/two.rule"
refuses 'eta[layer] has 2 values, expected one, or one for each of the 5 connections 0-1, 1-2, 2-3, 3-4, 4-5' transfer "$work/two.rule" --out "$work/refused"
[ ! -e "$work/refused" ] || fail "a refused transfer left a folder"

# One JSON document and nothing else; says what python3 reads of it.
reads() {
  if command -v python3 >/dev/null; then
    python3 -c 'import json, sys
def no(x): sys.exit("no JSON number: " + x)
d = json.load(open(sys.argv[1]), parse_constant=no)
print(eval(sys.argv[2], {"d": d}))' "$1" "$2" || fail "$1 is not one JSON document with $2"
  else
    echo "python3 is not installed: $1 was not read" >&2
    echo "$3"
  fi
}
is() {
  local found
  found=$(reads "$2" "$3" "$1")
  [ "$found" = "$1" ] || fail "$3 of $2 is $found, expected $1"
}

# A rule file, whose options say what it was fitted for. The same at any number of threads.
# shellcheck disable=SC2054
task=(--hidden 30,20 --ways 3 --shots 8 --queries 4)
"$program" transfer "$rule" "${task[@]}" --episodes 3 --seed 2 --threads 2 --out "$work/rule" --json >"$work/rule.json" 2>"$work/err" || fail "transfer of a rule"
[ ! -s "$work/err" ] || fail "transfer writes to standard error that is no terminal"
cmp "$work/rule.json" "$work/rule/transfer.json"
"$program" transfer "$rule" "${task[@]}" --episodes 3 --seed 2 --threads 1 --json >"$work/again.json"
cmp <(grep -v '"seconds"' "$work/rule.json") <(grep -v '"seconds"' "$work/again.json") || fail "one and two threads differ"
is "['classes', 'data', 'depth', 'feedback', 'rates', 'skip', 'stream']" "$work/rule.json" 'sorted(d["tables"])'
is "[784, 30, 20, 10] fixed 3 8 4 2" "$work/rule.json" '"{layers} {feedback} {ways} {shots} {queries}".format(**d["setting"]) + " %d" % d["seed"]'
is "{3}" "$work/rule.json" '{r[who]["episodes"] for t in d["tables"].values() for r in t["rows"] for who in ("found", "feedback_alignment", "backpropagation")}'
is "True" "$work/rule.json" 'd["eta"]["backpropagation"] > 0'
is "other data" "$work/rule.json" 'd["tables"]["data"]["left_out"][0]["label"]'

# The row of the fit is what eval says.
"$program" eval "$rule" "${task[@]}" --episodes 3 --seed 2 --json >"$work/eval.json"
loss=$(reads "$work/eval.json" 'd["loss"]' 1)
reads "$work/rule.json" "(d['tables']['classes']['rows'][0]['found']['loss'] / $loss - 1) ** 2 < 1e-10" True | grep -qx True || fail "transfer and eval differ"

# --only and --layers, on other data as well.
"$program" transfer "$rule" "${task[@]}" --episodes 2 --only depth --layers 784-10,784-25-10 --layers 784-30-20-10 --json >"$work/depth.json"
is "['784-10', '784-25-10', '784-30-20-10 (as fitted)']" "$work/depth.json" '[r["label"] for r in d["tables"]["depth"]["rows"]]'
is "['depth']" "$work/depth.json" 'list(d["tables"])'
"$program" transfer "$rule" "${task[@]}" --episodes 2 --only data --to /usr/share/datasets/fashion-mnist >"$work/table"
grep -q '^  fashion-mnist, 8 shots, images split ' "$work/table" || fail "the table of --to"
! grep -q '^Unseen' "$work/table" || fail "--only data makes other tables"

# A result has its own task, its baselines their learning rates.
# shellcheck disable=SC2054
small=("${task[@]}" --feedback direct --beta 8 --fit-episodes 4 --refit-episodes 6 --validation-episodes 8 --test-episodes 10)
for seed in 4 5; do
  "$program" search "$rule" "${small[@]}" --seed $seed --out "$work/$seed" >/dev/null 2>&1 || fail "search of seed $seed"
done
result=$work/4/result.json
for option in '--feedback fixed' '--hidden 9' '--beta 2' '--ways 2' '--shots 2' '--queries 2' '--seed 2'; do
  # shellcheck disable=SC2086
  refuses "${option% *} can't be given beside" transfer "$result" $option
done
cp "$result" "$work/before.json"
"$program" transfer "$result" --episodes 2 --only classes,feedback --save --json >"$work/saved.json" || fail "transfer --save"
is "True" "$result" "d.pop('transfer') == __import__('json').load(open('$work/saved.json')) and d == __import__('json').load(open('$work/before.json'))"
is "True" "$work/saved.json" "d['eta'] == {k: __import__('json').load(open('$result'))['baselines'][k]['eta'] for k in d['eta']}"
is "True" "$result" 'all(d["transfer"]["setting"][k] == d["setting"][k] for k in ("feedback", "layers", "beta", "ways", "shots", "queries")) and d["transfer"]["seed"] == d["seed"]'
# Once more takes the place of the first; a result that holds it is still one.
"$program" transfer "$result" --episodes 2 --only feedback --save >"$work/table"
is "['feedback']" "$result" 'list(d["transfer"]["tables"])'
grep -q '^  direct (as fitted) ' "$work/table" || fail "the table of feedback"
cmp <("$program" export "$result" --format latex) "$work/4/rule.tex" || fail "export of a result with transfer"
sed '/"hash"/s/: "./: "x/' "$work/before.json" >"$work/other.json"
"$program" transfer "$work/other.json" --episodes 2 --only classes >"$work/table"
grep -q 'not the data of the search' "$work/table" || fail "other data than those of the search are not told"
sed 's/"shots": 8/"shots": "8"/' "$work/before.json" >"$work/broken.json"
refuses 'setting.shots: expected a whole number from 1' transfer "$work/broken.json"
sed 's/"beta": 8.0/"beta": 0/' "$work/before.json" >"$work/broken.json"
refuses 'setting.beta: expected a number above 0, found 0' transfer "$work/broken.json"
sed 's/"queries"/"Queries"/' "$work/before.json" >"$work/broken.json"
refuses 'setting.queries: expected this key, found nothing' transfer "$work/broken.json"

# Two searches of different seeds.
"$program" stability "$result" "$work/5/result.json" >"$work/table"
grep -q '^2 searches of f_bio on fashion-mnist, seeds 4, 5$' "$work/table" || fail "the table of stability"
"$program" stability "$result" "$work/5/result.json" --json >"$work/stability.json"
is "['ehebb', 'eta', 'oja']" "$work/stability.json" 'sorted(t["parameter"] for t in d["terms"])'
is "True" "$work/stability.json" 'all(t["share"] * 2 == t["count"] == len(t["seeds"]) for t in d["terms"])'
is "2" "$work/stability.json" 'sum(f["count"] for f in d["found"])'
refuses 'alone is given: expected at least two results' stability "$result"
refuses 'seed 4, which' stability "$result" "$work/before.json"
sed 's/"ways": 3/"ways": 4/' "$work/5/result.json" >"$work/broken.json"
refuses "setting.ways differs from that of $result: expected 3, found 4" stability "$result" "$work/broken.json"
sed '/"hash"/s/: "./: "x/' "$work/5/result.json" >"$work/broken.json"
refuses 'data.hash differs' stability "$result" "$work/broken.json"
sed 's/"rule": "f_bio"/"rule": "g_bio"/' "$work/5/result.json" >"$work/broken.json"
refuses 'rule differs from that of' stability "$result" "$work/broken.json"
echo "transfer: all as expected"
