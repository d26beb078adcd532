#!/usr/bin/env bash
# A result.json that is not what a search writes is refused with the name of the key, never half exported.
set -uo pipefail
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
count=0

cat >"$work/good.json" <<'JSON'
{
  "schema": 1,
  "rule": "r",
  "citation": "A_B (2020)",
  "rule_text": "rule r\nparam eta = 0.01\nparam a[layer] = [1, 2]\ndw = -eta*err_post*pre' + a*w\n",
  "latex": {"matrix": "M", "synapse": "S"},
  "terms": [
    {"latex": "\\eta", "coefficient": 0.01, "interval": [0.009, 0.011], "locality": "local",
     "removal_cost": 0.5, "removal_cost_interval": [0.4, 0.6]},
    {"latex": "a", "coefficient": [1, 2], "interval": [[null, 1], [2, 3]], "locality": "cell",
     "removal_cost": 0.1, "removal_cost_interval": [0, 0.2]}
  ],
  "held_out": {"loss": 1.5, "loss_interval": [1, 2], "accuracy": 0.5, "accuracy_interval": [0.4, 0.6], "episodes": 10},
  "baselines": {
    "feedback_alignment": {"loss": 1.5, "loss_interval": [1, 2], "accuracy": 0.5, "accuracy_interval": [0.4, 0.6]},
    "backpropagation": {"loss": 1.5, "loss_interval": [1, 2], "accuracy": 0.5, "accuracy_interval": [0.4, 0.6]}
  },
  "setting": {"feedback": "fixed", "ways": 5, "shots": 50},
  "data": {"name": "d", "split": "s"},
  "seed": 7
}
JSON
for format in text json latex; do
  count=$((count + 1))
  "$program" export "$work/good.json" --format $format >"$work/out" 2>"$work/err" || {
    echo "FAILED: the good document as $format"
    cat "$work/err"
    failed=$((failed + 1))
  }
done
grep -qF '$\eta$ & $0.01$ & $0.009$ to $0.011$ & local & 0.500 (0.400 to 0.600)' "$work/out" && grep -qF '& -- to $2$; $1$ to $3$ &' "$work/out" || {
  echo "FAILED: the table of the good document"
  cat "$work/out"
  failed=$((failed + 1))
}

# refuses PATTERN FILE
refuses() {
  local code
  count=$((count + 1))
  "$program" export "$2" --format latex >"$work/out" 2>"$work/err"
  code=$?
  if [ $code -ne 2 ] || [ -s "$work/out" ] || ! grep -qF -- "$1" "$work/err"; then
    echo "FAILED: $1 (exit $code, expected 2)"
    head -c 600 "$work/err"
    failed=$((failed + 1))
  fi
}

# changed PATTERN SED-SCRIPT: the good document, changed, is refused.
changed() {
  sed "$2" "$work/good.json" >"$work/changed.json"
  cmp -s "$work/good.json" "$work/changed.json" && {
    echo "FAILED: $2 changes nothing"
    failed=$((failed + 1))
  }
  refuses "changed.json: not the result of a search: $1" "$work/changed.json"
}

sed 's/"schema": 1/"schema": 99/' "$work/good.json" >"$work/version.json"
refuses 'version.json: schema: expected 1 or 2, found 99' "$work/version.json"
changed 'schema: expected this key, found nothing' 's/"schema"/"Schema"/'
changed 'rule_text: expected a text, found null' 's/"rule_text": ".*"/"rule_text": null/'
changed 'citation: expected this key' '/"citation"/d'
changed 'latex.synapse: expected a text, found 3' 's/"synapse": "S"/"synapse": 3/'
changed 'latex: expected an object, found "M"' 's/"latex": {.*},/"latex": "M",/'
changed 'terms[0].interval: expected a list of two ends, found a list of 0' 's/\[0.009, 0.011\]/[]/'
changed 'terms[0].interval[1]: expected a number, found "x"' 's/0.011/"x"/'
changed 'terms[1].interval[0]: expected a list of 2 numbers, found a number' 's/\[null, 1\]/[1]/'
changed 'terms[0].coefficient: expected a number, found null' 's/"coefficient": 0.01/"coefficient": null/'
changed 'terms[1].coefficient: expected a number, or a list with one for every connection, found a list of 0' 's/"coefficient": \[1, 2\]/"coefficient": []/'
changed 'terms[1].locality: expected "local", "cell" or "layer", found "far"' 's/"cell"/"far"/'
changed 'terms[1].removal_cost: expected a number, found true' 's/"removal_cost": 0.1/"removal_cost": true/'
changed 'held_out.episodes: expected a whole number from 0, found -10' 's/"episodes": 10/"episodes": -10/'
changed 'held_out.episodes: expected a whole number from 1, found 0' 's/"episodes": 10/"episodes": 0/'
changed 'setting.feedback: expected "fixed", "symmetric", "direct", "sign" or "dtp", found "odd"' 's/"fixed"/"odd"/'
changed 'setting.ways: expected a whole number, found 5.5' 's/"ways": 5/"ways": 5.5/'
changed 'setting: expected an object, found a list of 0' 's/"setting": {.*}/"setting": []/'
changed 'data.name: expected a text, found a list of 0' 's/"name": "d"/"name": []/'
changed 'seed: expected a whole number from 0, found -7' 's/"seed": 7/"seed": -7/'

echo '[]' >"$work/list.json"
refuses 'not the result of a search: expected an object, found a list of 0' "$work/list.json"
sed 's/dw = /dw = q + /' "$work/good.json" >"$work/rule.json"
refuses 'rule.json: rule_text:4:6: error: unknown name `q`' "$work/rule.json"
head -c 200 "$work/good.json" >"$work/cut.json"
refuses 'cut.json: not JSON, expected the result.json of a search: ' "$work/cut.json"
mkdir "$work/folder.json"
refuses 'is a folder, not a file, expected the result.json of a search' "$work/folder.json"
refuses 'none.json: no such file' "$work/none.json"
# A file of holes takes no room on the disk.
truncate -s 67108865 "$work/large.json"
refuses 'larger than 64 MiB' "$work/large.json"
head -c 100000 /dev/zero | tr '\0' '[' >"$work/deep.json"
refuses 'nested more than 16 levels deep' "$work/deep.json"

echo "$((count - failed)) of $count as expected"
[ $failed -eq 0 ]
