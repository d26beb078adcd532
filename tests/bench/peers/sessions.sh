#!/usr/bin/env bash
# The same session learnt from reward and its derivatives here and in JAX, in turn on one core: that both agree on errors and
# slopes, then one table of ratios.
#   tests/bench/peers/sessions.sh
# Installs JAX from PyPI into a virtual environment under build/.
set -euo pipefail
cd "$(dirname "$0")/../../.."
program=build/release/rule-search
[ -x "$program" ] || { echo "build first: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
work=build/peers
mkdir -p "$work"
if ! "$work/venv/bin/python" -c 'import jax' 2>/dev/null; then
  echo "installing JAX into $work/venv" >&2
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet jax >&2
fi

$program eval rules/miconi.rule --objective reward --episodes 1 --part search --record "$work/session.json" >/dev/null
all=$(for a in 0 1 2 3 4 5; do for b in 0 1 2 3 4 5; do printf '%s,%s;' $a $b; done; done)
values=$(for a in 0 1 2 3 4 5; do for b in 0 1 2 3 4 5; do [ $a$b = 33 ] && printf -- '-0.5,' || printf -- '-0.001,'; done; done)
export OMP_NUM_THREADS=1 XLA_FLAGS="--xla_cpu_multi_thread_eigen=false" JAX_PLATFORMS=cpu
core=(taskset -c 0)
for round in 1 2 3; do
  "${core[@]}" $program bench --objective reward --session "$work/session.json" --repeats 5 --json >"$work/sessions-ours-$round.json"
  "${core[@]}" "$work/venv/bin/python" tests/bench/peers/jax_session.py "$work/session.json" --values=-0.5 >"$work/sessions-p1-$round.json"
  "${core[@]}" "$work/venv/bin/python" tests/bench/peers/jax_session.py "$work/session.json" --terms '1,1;1,3;3,1;3,3' \
    --values=-0.001,-0.001,-0.001,-0.5 >"$work/sessions-p4-$round.json"
  "${core[@]}" "$work/venv/bin/python" tests/bench/peers/jax_session.py "$work/session.json" --terms "${all%;}" \
    --values="${values%,}" --repeats 1 >"$work/sessions-p36-$round.json"
done

python3 - "$work" <<'PYTHON'
import json, statistics, sys
work = sys.argv[1]
read = lambda name: [json.load(open(f"{work}/sessions-{name}-{r}.json")) for r in (1, 2, 3)]
ours = read("ours")
wrong = []
for key in ("p1", "p4", "p36"):
    theirs = read(key)[0]
    trials = len(theirs["errors"])
    error = sum(theirs["errors"]) / trials
    if abs(error - ours[0]["mean_error"][key]) > 1e-2 * error:
        wrong.append(f"{key}: mean error {error} where {ours[0]['mean_error'][key]} is expected")
    slopes = [sum(row) / trials for row in theirs["slopes"]]
    largest = max(abs(s) for s in ours[0]["slopes"][key])
    for k, (a, b) in enumerate(zip(slopes, ours[0]["slopes"][key])):
        if abs(a - b) > 0.05 * largest:
            wrong.append(f"{key}: slope {k} is {a} where {b} is expected")
if wrong:
    sys.exit("\n".join(["the programs do not agree:"] + wrong))
print(f"kernels {ours[0]['processor_path']}; every figure the median of three rounds, one core, in turn")
print(f"{'a session with its derivatives':<36}{'ours, s':>10}{'JAX, s':>10}{'JAX / ours':>12}{'ours, % of peak':>18}")
for key, title in (("p1", "one term"), ("p4", "four terms"), ("p36", "36 terms")):
    mine = [o["seconds_per_session"][key] for o in ours]
    theirs = [t["seconds"] for t in read(key)]
    ratio = statistics.median(t / o for t, o in zip(theirs, mine))
    share = statistics.median(o["fma_fraction_of_peak"][key] for o in ours)
    print(f"{title:<36}{statistics.median(mine):>10.3f}{statistics.median(theirs):>10.3f}{ratio:>12.1f}{100 * share:>18.1f}")
PYTHON
