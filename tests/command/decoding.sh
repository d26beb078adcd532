#!/usr/bin/env bash
# A rule by which spiking neurons learn to decode: found, put beside others, shown; the same bits with one thread and two, and
# after a stop.
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"

# Sessions too short to learn much, which costs little.
options=(--objective decoding --units 20 --hidden 12,8 --learn-time 20 --frozen-time 10 --fit-episodes 3 --refit-episodes 4
  --validation-episodes 4 --test-episodes 4 --seed 2)
two=$source/tests/command/lib/two_decoding.rule

"$program" search "$two" "${options[@]}" --must traced --threads 1 --out "$work/whole" >"$work/out" 2>"$work/err" ||
  fail "search"
grep -q '^Memory and cost of a step with learning$' "$work/out" || note_failure "no table of memory and cost"
for row in 'Kalman filter' 'ridge regression' 'delta rule' 'found rule, fixed random feedback'; do
  grep -q "^  $row" "$work/out" || note_failure "no row: $row"
done
[ -s "$work/whole/plots/decoded.svg" ] || note_failure "figure decoded"

"$program" search "$two" "${options[@]}" --must traced --threads 2 --out "$work/two" >/dev/null 2>"$work/err" ||
  note_failure "two threads"
same_result "$work/whole" "$work/two" || note_failure "other bits: two"
"$program" search "$two" "${options[@]}" --must traced --max-episodes 60 --out "$work/stopped" >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || note_failure "--max-episodes"
"$program" search --resume "$work/stopped" >"$work/out" 2>"$work/err" || note_failure "resume"
same_result "$work/whole" "$work/stopped" || note_failure "other bits: stopped"

# What the search reports can be had again: the found rule has its score.
"$program" eval "$work/whole/rule.rule" "${options[@]:0:10}" --episodes 4 --seed 2 --json >"$work/eval.json" 2>"$work/err" ||
  note_failure "eval"
python3 - "$work" <<'PYTHON' || note_failure "eval of the found rule"
import json, sys
work = sys.argv[1]
result, score = json.load(open(f"{work}/whole/result.json")), json.load(open(f"{work}/eval.json"))
assert abs(result["held_out"]["loss"] - score["loss"]) < 1e-6, (result["held_out"], score)
PYTHON

# A recorded session is carried out to the same losses.
"$program" eval "$source/rules/spiking/fast_trace.rule" "${options[@]:0:10}" --episodes 1 --record "$work/session.json" \
  --precision double --json >"$work/eval.json" 2>"$work/err" || note_failure "eval --record"
"$program" replay "$work/session.json" --json >"$work/replay.json" 2>"$work/err" || note_failure "replay"
python3 - "$work" <<'PYTHON' || note_failure "replay of a recorded session"
import json, sys
work = sys.argv[1]
score, out, session = (json.load(open(f"{work}/{f}.json")) for f in ("eval", "replay", "session"))
scored = [min(loss, 5) for loss, learn in zip(out["losses"], session["learn"]) if not learn]
assert len(scored) == 500
assert abs(sum(scored) / len(scored) / 2 - score["loss"]) < 1e-9, (sum(scored) / len(scored) / 2, score["loss"])
PYTHON
"$program" slopes "$source/rules/spiking/fast_trace.rule" "${options[@]:0:10}" --episodes 2 >"$work/out" 2>"$work/err" ||
  note_failure "slopes"
grep -q 'spikes as given' "$work/out" || note_failure "slopes has both kinds"
python3 "$source/tests/schema.py" "$source" "$work/whole/result.json" || note_failure "not as docs/result.schema.json has it"

# A recording of one's own: its sessions, and a search on them that can be resumed from anywhere.
python3 "$source/examples/decoder_2025/write_recording.py" "$work/own.npz" --minutes 6 --units 20 || note_failure "write_recording.py"
own=(--objective decoding --hidden 12,8 --learn-time 20 --frozen-time 10 --fit-episodes 3 --refit-episodes 4 --recording "$work/own.npz")
"$program" search "$two" "${own[@]}" --must traced --max-terms 1 --out "$work/own" >"$work/out" 2>"$work/err" ||
  note_failure "search on a recording"
grep -q '^Held-out test sessions (3)$' "$work/out" || note_failure "every stretch for test once"
(cd / && "$program" search --resume "$work/own" >/dev/null 2>"$work/err") || note_failure "resume of a search on a recording"
python3 - "$work" <<'PYTHON' || note_failure "result of a search on a recording"
import json, sys
result = json.load(open(f"{sys.argv[1]}/own/result.json"))
sessions = result["setting"]["recordings"]["sessions"]
assert sessions == {"search": 12, "validation": 3, "test": 3}, sessions
assert result["setting"]["recorded_units"] == 20 and not result["data"].get("drawn"), result["data"]
PYTHON
python3 "$source/tests/schema.py" "$source" "$work/own/result.json" || note_failure "schema of a search on a recording"
"$program" bench --objective decoding --session "$work/session.json" --repeats 1 --json >"$work/bench.json" 2>"$work/err" ||
  note_failure "bench"
python3 -c "
import json
d = json.load(open('$work/bench.json'))
assert all(0 < f < 1 for f in d['fma_fraction_of_peak'].values()), d" || note_failure "bench --json"

[ $failed -eq 0 ] || exit 1
echo "decoding: all as expected"
