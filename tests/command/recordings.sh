#!/usr/bin/env bash
# A search on recordings: the rule that made the examples is found, the result is whole, and it can be run again, gone on
# with and reported on like any other.
# Usage: recordings.sh PROGRAM SOURCE
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
cd "$source" || exit 2

files=()
for file in examples/recordings/oja_*; do files+=(--recording "$file"); done
[ ${#files[@]} -eq 24 ] || fail "twelve examples"
begin=(search rules/pools/layer_cubic.rule --objective recordings "${files[@]}")
"$program" "${begin[@]}" --out "$work/run" >"$work/out" 2>"$work/err" || fail "search"
grep -qE "^Formula   dw = 0\.0(4|39|40)[0-9]*\*\(post\*pre'\) - 0\.0(4|39|40)[0-9]*\*\(post\.\^2 \.\* w\)$" "$work/out" || fail "Oja's rule"
grep -q "better than no change" "$work/out" || fail "beside no change"
grep -qE "^  c8 +post\*pre'$" "$work/out" && grep -qE "^  c19 +post\.\^2 \.\* w$" "$work/out" || fail "what generated terms are"

# A coefficient that ends at a bound which no binary number is stays within it, and the result can be read.
"$program" "${begin[@]}" --range c8=0:0.03 --max-terms 2 --out "$work/bounded" >"$work/out" 2>"$work/err" || fail "a bound"
grep -q '"at_bound": true' "$work/bounded/result.json" || fail "at a bound"

python3 - "$work/run/result.json" <<'PYTHON' || fail "result.json"
import json, sys
r = json.load(open(sys.argv[1]))
assert r["objective"]["name"] == "recordings" and r["objective"]["activation"] == "linear"
assert r["objective"]["cells"] == {"before": 5, "after": 3}
given = r["objective"]["recordings"]
assert given["search"] + given["test"] == 12 == len(given["files"])
assert sum(f["part"] == "test" for f in given["files"]) == given["test"] == 4
noise, scale = r["objective"]["weights"]["noise"], r["objective"]["weights"]["scale"]
assert 0.008 < noise / scale < 0.012, (noise, scale)  # 1 % by examples/recordings/make.py
assert sorted(t["term"] for t in r["terms"]) == ["post*pre'", "post.^2 .* w"]
for t in r["terms"]:
    low, high = t["interval"]
    assert low <= 0.04 <= high or low <= -0.04 <= high, t
assert r["held_out"]["episodes"] == given["test"]
assert r["found_anything"] is True and list(r["baselines"]) == ["no_change"]
# A layer whose weights stay explains nothing of them, and the found rule is compared with that.
still = r["baselines"]["no_change"]
assert still["accuracy"] == r["chance"]["accuracy"] < 1e-9 and still["loss"] == r["chance"]["loss"] > 0.3
assert r["schema"] == 2 and r["held_out"]["variance_explained"] == r["held_out"]["accuracy"]
PYTHON

for picture in front ablation; do [ -s "$work/run/plots/$picture.svg" ] || fail "no $picture.svg"; done
grep -q 'of the variance.* in 4 test recordings' "$work/run/report.html" || fail "report.html"
! grep -qE 'way [0-9]+-shot|nats|test episodes' "$work/run/report.html" || fail "report.html speaks of tasks"
# A loss of 5e-5 is no 0.000.
! grep -qE '>-?0\.000 ' "$work/run/report.html" && ! grep -q ' 0\.000 ' "$work/run/rule.tex" || fail "losses without a digit"

same_again "$work/run"

# Rules have steps and no times.
mkdir "$work/uneven"
cp examples/recordings/oja_* "$work/uneven"
sed -i '2s/^0,/-5,/' "$work/uneven/oja_3.csv"
uneven=()
for file in "$work"/uneven/*; do uneven+=(--recording "$file"); done
"$program" search rules/pools/layer_cubic.rule --objective trajectory "${uneven[@]}" --max-episodes 1 --out "$work/steps" \
  >"$work/out" 2>"$work/err"
[ $? -eq 3 ] && grep -q "oja_3.csv: its times are 1 to 6 apart, but every one is a step of the rule" "$work/err" || fail "uneven times"
! grep -q "its times are" "$work/run/log.jsonl" || fail "even times"

# Other recordings under the same names are not resumed.
mkdir "$work/files"
cp examples/recordings/oja_* "$work/files"
moved=()
for file in "$work"/files/*; do moved+=(--recording "$file"); done
"$program" search rules/pools/layer_cubic.rule --objective trajectory "${moved[@]}" --max-episodes 500 --out "$work/changed" \
  >"$work/out" 2>"$work/err"
sed -i '2s/^0,/0.5,/' "$work/files/oja_3.csv"
"$program" search --resume "$work/changed" >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && grep -q "other data than the run's" "$work/err" || fail "other recordings"

"$program" transfer "$work/run/result.json" >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && grep -q 'is of a search on recordings' "$work/err" || fail "transfer"
"$program" export "$work/run/result.json" >"$work/out" 2>"$work/err" || fail "export"
grep -q 'explained' "$work/run/rule.tex" || fail "rule.tex"
# Behaviour alone: the policy gradient, made with 0.2 (examples/choices/make.py).
animals=()
for file in examples/choices/animal_*; do animals+=(--recording "$file"); done
[ ${#animals[@]} -eq 80 ] || fail "forty animals"
"$program" search rules/pools/choices.rule --objective trajectory --activation sigmoid "${animals[@]}" --out "$work/choices" \
  >"$work/out" 2>"$work/err" || fail "search on choices"
python3 - "$work/choices/result.json" <<'PYTHON' || fail "choices"
import json, sys
r = json.load(open(sys.argv[1]))
assert sorted(t["term"] for t in r["terms"]) == ["reward*choice*pre'", "reward*post*pre'"], r["formula"]
for t in r["terms"]:
    low, high = t["interval"]
    assert low <= 0.2 <= high or low <= -0.2 <= high, t
assert "initial_weights" not in r["objective"]
PYTHON

# Without any weight: the activities that Oja's rule made, by cells that nobody knows the weights of, go on the same way
# on any number of threads and after a stop. A column in no candidate is told of.
python3 - "$work" <<'PYTHON' || fail "making recordings"
import random, sys, pathlib
for number in range(16):
    dice = random.Random(number)
    w = [[dice.gauss(0, 0.5) for _ in range(3)] for _ in range(2)]
    mix = [[dice.gauss(0, 0.6) for _ in range(3)] for _ in range(3)]
    lines = ["pre[1],pre[2],pre[3],post[1],post[2],rewrad"]
    for t in range(40):
        hidden = [dice.gauss(0, 1) for _ in range(3)]
        x = [round(sum(m * h for m, h in zip(row, hidden)), 4) for row in mix]
        y = [sum(a * b for a, b in zip(row, x)) for row in w]
        lines.append(",".join(f"{v:g}" for v in (*x, *(round(v + dice.gauss(0, 0.005), 6) for v in y), 1)))
        w = [[a + 0.05 * v * (b - v * a) for a, b in zip(row, x)] for v, row in zip(y, w)]
    pathlib.Path(sys.argv[1], f"blind_{number}.csv").write_text("\n".join(lines) + "\n")
PYTHON
blind=(search rules/pools/layer_cubic.rule --objective trajectory)
for file in "$work"/blind_*.csv; do blind+=(--recording "$file"); done
"$program" "${blind[@]}" --out "$work/blind" >"$work/out" 2>"$work/err" || fail "search without weights"
grep -qE "^Formula   dw = 0\.0(5|49|50)[0-9]*\*\(post\*pre'\) - 0\.0(5|49|50)[0-9]*\*\(post\.\^2 \.\* w\)$" "$work/out" || fail "Oja's rule without weights"
grep -q "Initial weights 96 that were not recorded were fitted with the rule" "$work/out" || fail "initial weights told"
grep -q "recorded, but in no candidate: rewrad" "$work/err" || fail "a misspelt column"
grep -q '"fitted": 96' "$work/blind/result.json" && grep -q 'Initial weights' "$work/blind/report.html" || fail "first weights in reports"
"$program" "${blind[@]}" --threads 1 --max-episodes 500 --out "$work/half" >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || fail "stopped without weights"
"$program" search --resume "$work/half" >"$work/out" 2>"$work/err" || fail "resume without weights"
cmp <(sed '/^  "run": {/,/^  }/d' "$work/blind/result.json") <(sed '/^  "run": {/,/^  }/d' "$work/half/result.json") ||
  fail "other bits without weights"
# A rule as it is, and all its coefficients fitted, on the same recordings.
printf "rule oja\nparam a = 0.04\nparam b = 0.04\ndw = a * post * pre' - b * post .^ 2 .* w\n" >"$work/oja.rule"
"$program" eval "$work/oja.rule" --objective recordings "${files[@]}" --derivatives --json >"$work/out" 2>"$work/err" || fail "eval"
python3 - "$work/out" "$work/run/result.json" <<'PYTHON' || fail "what eval says"
import json, sys
r, found = (json.load(open(f)) for f in sys.argv[1:])
assert r["units"] == 4 and r["objective"] == "recordings" and set(r["gradient"]) == {"a", "b"}
low, high = r["variance_explained_interval"]
assert low <= r["variance_explained"] <= high and r["loss_interval"][0] <= r["loss"] <= r["loss_interval"][1]
# Made with these coefficients, so as good as what was found but for the noise.
assert abs(r["loss"] - found["held_out"]["loss"]) < 0.05 * found["held_out"]["loss"], (r["loss"], found["held_out"]["loss"])
PYTHON
"$program" fit "$work/oja.rule" --objective recordings "${files[@]}" --out "$work/fit" --json >"$work/out" 2>"$work/err" || fail "fit"
python3 - "$work/out" <<'PYTHON' || fail "what fit says"
import json, sys
r = json.load(open(sys.argv[1]))
assert [p["name"] for p in r["parameters"]] == ["a", "b"] and r["held_out"]["units"] == 4
for p in r["parameters"]:
    low, high = p["interval"]
    assert low <= p["value"] <= high and low <= 0.04 <= high and high - low < 0.002, p
PYTHON
"$program" gradcheck "$work/oja.rule" --objective recordings "${files[@]}" >"$work/out" 2>"$work/err" || fail "gradcheck"
"$program" eval "$work/oja.rule" --objective recordings "${files[@]}" --ways 3 >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && grep -q -- '--ways: cannot be used with --objective recordings' "$work/err" || fail "an option of another objective"
python3 "$source/tests/schema.py" "$source" "$work/run/result.json" "$work/choices/result.json" "$work/blind/result.json" || { echo "FAILED: not as docs/result.schema.json has it"; exit 1; }
# Weights that wander by chance, activities that follow from them: nothing is found, and that is a result.
python3 - "$work" <<'PYTHON'
import random, sys
random.seed(1)
for k in range(12):
    w = 0.3 + random.random()
    lines = ["pre[1],post[1],w[1][1]"]
    for _ in range(30):
        x = random.gauss(0, 1)
        lines.append(f"{x!r},{w * x!r},{w!r}")
        w += random.gauss(0, 0.05)
    open(f"{sys.argv[1]}/walk{k}.csv", "w").write("\n".join(lines) + "\n")
PYTHON
printf "param a = 0\nparam theta = 0.5 in [0.1, 0.9]\ndw = a * theta * relu(w - 1e9 * ones_post * ones_pre')\n" >"$work/none.rule"
printf "param b = 0\ndw = b * relu(w - 1e9 * ones_post * ones_pre')\n" >"$work/idle.rule"
for rule in none idle; do
  "$program" search "$work/$rule.rule" --objective recordings --recording "$work"/walk*.csv --out "$work/$rule" >"$work/out" 2>"$work/err" ||
    fail "$rule: a search that finds nothing ends badly"
  grep -q '^  No rule was found that explains the recordings better than no change' "$work/out" || fail "$rule: what it says"
  grep -q '"found_anything": false' "$work/$rule/result.json" || fail "$rule: found_anything"
  grep -q '^Formula   dw = 0\*w$' "$work/out" || fail "$rule: the formula"
  for format in text latex html json; do
    "$program" export "$work/$rule/result.json" --format "$format" >/dev/null 2>"$work/err" || fail "$rule: export as $format"
  done
  "$program" rerun "$work/$rule/result.json" --out "$work/$rule-again" >"$work/out" 2>"$work/err" || fail "$rule: rerun"
done
python3 - "$work/idle/result.json" <<'PYTHON' || fail "a rule that changes nothing"
import json, sys
r = json.load(open(sys.argv[1]))
# Activities that follow their inputs are no merit of the rule.
assert r["held_out"]["accuracy"] == r["baselines"]["no_change"]["accuracy"] > 0.1
assert r["accuracy_difference"]["no_change"]["mean"] == 0
PYTHON

echo "recordings: all as expected"
