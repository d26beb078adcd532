#!/usr/bin/env bash
# The same session of a spiking decoder here and in snnTorch, in turn on one core: that both agree on the mean loss, then one
# table of ratios.
#   tests/bench/peers/decoding.sh
# Installs PyTorch from Debian's packages, and snnTorch from PyPI into a virtual environment under build/.
set -euo pipefail
cd "$(dirname "$0")/../../.."
program=build/release/rule-search
[ -x "$program" ] || { echo "build first: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
work=build/peers
mkdir -p "$work"
if ! /usr/bin/python3 -c 'import torch, venv, ensurepip' 2>/dev/null; then
  echo "installing python3-torch" >&2
  if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo); fi
  "${as_root[@]}" apt-get install -y -qq python3-torch python3-venv >&2
fi
if ! "$work/snn/bin/python" -c 'import snntorch' 2>/dev/null; then
  echo "installing snnTorch into $work/snn" >&2
  /usr/bin/python3 -m venv --system-site-packages "$work/snn"
  "$work/snn/bin/pip" install --quiet --no-deps snntorch >&2
fi

$program eval rules/spiking/two_trace.rule --objective decoding --episodes 1 --record "$work/decoding.json" >/dev/null
export OMP_NUM_THREADS=1
core=(taskset -c 0)
for round in 1 2 3; do
  "${core[@]}" $program bench --objective decoding --session "$work/decoding.json" --repeats 5 --json >"$work/decoding-ours-$round.json"
  for rule in fast_trace two_trace; do
    "${core[@]}" "$work/snn/bin/python" tests/bench/peers/torch_decoding.py "$work/decoding.json" --rule $rule --repeats 1 \
      >"$work/decoding-$rule-$round.json"
  done
done

python3 - "$work" <<'PYTHON'
import json, statistics, sys
work = sys.argv[1]
read = lambda name: [json.load(open(f"{work}/decoding-{name}-{r}.json")) for r in (1, 2, 3)]
ours = read("ours")
for rule in ("fast_trace", "two_trace"):
    a, b = read(rule)[0]["mean_loss"], ours[0]["mean_loss"][rule]
    # Single precision: a spike more or less, and both go ways of their own.
    if abs(a - b) > 0.03 * b:
        sys.exit(f"the programs do not agree: {rule} has a mean loss of {a} where {b} is expected")
print(f"kernels {ours[0]['processor_path']}; every figure the median of three rounds, one core, in turn")
print(f"{'a step, mean over the session':<34}{'ours, us':>10}{'snnTorch, us':>14}{'snnTorch / ours':>17}")
for key, title in (("fast_trace", "fast trace"), ("two_trace", "two traces, two paths")):
    mine = [o["seconds_per_step"][key] for o in ours]
    theirs = [t["seconds_per_step"] for t in read(key)]
    ratio = statistics.median(t / o for t, o in zip(theirs, mine))
    print(f"{title:<34}{1e6 * statistics.median(mine):>10.1f}{1e6 * statistics.median(theirs):>14.1f}{ratio:>17.1f}")
PYTHON
