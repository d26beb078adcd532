#!/usr/bin/env bash
# The same episode and its gradient here, in PyTorch and in JAX, in turn on one core: that all agree on loss and
# gradient, then one table of ratios.
#   tests/bench/peers/run.sh [DATA]      a folder of IDX files; without it Fashion-MNIST
# Installs PyTorch from Debian's packages and JAX from PyPI, the latter into a virtual environment under build/.
set -euo pipefail
cd "$(dirname "$0")/../../.."
program=build/release/rule-search
[ -x "$program" ] || { echo "build first: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
data=${1:+--data $1}
work=build/peers
mkdir -p "$work"

if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  echo "installing python3-torch" >&2
  if [ "$(id -u)" = 0 ]; then apt-get install -y -qq python3-torch >&2; else sudo apt-get install -y -qq python3-torch >&2; fi
fi
if ! "$work/venv/bin/python" -c 'import jax' 2>/dev/null; then
  echo "installing JAX into $work/venv" >&2
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet jax >&2
fi

set_terms=(--set theta0=0.008 --set theta2=-0.03 --set theta9=0.004)
$program eval rules/pool_2023.rule "${set_terms[@]}" $data --episodes 1 --part search --record "$work/episode.json" >/dev/null
$program replay "$work/episode.json" --rule rules/pool_2023.rule --json >"$work/expected.json"
export OMP_NUM_THREADS=1 XLA_FLAGS="--xla_cpu_multi_thread_eigen=false" JAX_PLATFORMS=cpu
core=(taskset -c 0)
for round in 1 2 3; do
  "${core[@]}" $program bench --threads 1 --episodes 1 --repeats 9 --episode "$work/episode.json" --json >"$work/ours-$round.json"
  "${core[@]}" /usr/bin/python3 tests/bench/peers/torch_episode.py "$work/episode.json" >"$work/torch10-$round.json"
  "${core[@]}" /usr/bin/python3 tests/bench/peers/torch_episode.py "$work/episode.json" --terms 0,2,9 >"$work/torch3-$round.json"
  "${core[@]}" /usr/bin/python3 tests/bench/peers/torch_episode.py "$work/episode.json" --terms 0,2,9 --outer-first --repeats 1 >"$work/authors3-$round.json"
  "${core[@]}" "$work/venv/bin/python" tests/bench/peers/jax_episode.py "$work/episode.json" >"$work/jax10-$round.json"
  "${core[@]}" "$work/venv/bin/python" tests/bench/peers/jax_episode.py "$work/episode.json" --terms 0,2,9 >"$work/jax3-$round.json"
done

python3 - "$work" <<'PYTHON'
import json, statistics, sys
work = sys.argv[1]
read = lambda name: [json.load(open(f"{work}/{name}-{r}.json")) for r in (1, 2, 3)]
expected = json.load(open(f"{work}/expected.json"))
wrong = []
for name in ("torch10", "torch3", "authors3", "jax10", "jax3"):
    found = read(name)[0]
    if abs(found["loss"] - expected["query_loss"]) > 1e-3 * expected["query_loss"]:
        wrong.append(f"{name}: loss {found['loss']} where {expected['query_loss']} is expected")
    largest = max(abs(g) for g in expected["gradient"].values())
    for k, g in found["gradient"].items():
        if abs(g - expected["gradient"][k]) > 1e-2 * abs(expected["gradient"][k]) + 1e-5 * largest:
            wrong.append(f"{name}: slope by {k} {g} where {expected['gradient'][k]} is expected")
if wrong:
    sys.exit("\n".join(["the programs do not agree:"] + wrong))
ours = [o["seconds_per_episode"] for o in read("ours")]
print(f"kernels {read('ours')[0]['processor_path']}; every figure the median of three rounds, one core, all in turn")
print(f"{'the episode with its gradient':<52}{'seconds':>10}{'against ours':>14}")
print(f"{'ours, 3 terms':<52}{statistics.median(o['p3'] for o in ours):>10.4f}{1:>14.1f}")
rows = [("PyTorch, 3 terms, best association", "torch3", "p3"),
        ("PyTorch, 3 terms, post*post' formed first", "authors3", "p3"), ("JAX, 3 terms, forward mode", "jax3", "p3"),
        ("PyTorch, 10 terms, best association", "torch10", "p10"), ("JAX, 10 terms, forward mode", "jax10", "p10")]
for title, name, key in rows:
    if name == "torch10":
        print(f"{'ours, 10 terms, 7 of them at 0':<52}{statistics.median(o['p10'] for o in ours):>10.4f}{1:>14.1f}")
    theirs = read(name)
    ratio = statistics.median(t["seconds"] / o[key] for t, o in zip(theirs, ours))
    print(f"{title:<52}{statistics.median(t['seconds'] for t in theirs):>10.4f}{ratio:>14.1f}")
ours_in = [o["p10_none_at_zero"] for o in ours]
print(f"{'ours, 10 terms, none of them at 0':<52}{statistics.median(ours_in):>10.4f}{1:>14.1f}")
for title, name in (("PyTorch, 10 terms (its time does not depend on it)", "torch10"), ("JAX, 10 terms (the same)", "jax10")):
    theirs = read(name)
    ratio = statistics.median(t["seconds"] / o for t, o in zip(theirs, ours_in))
    print(f"{title:<52}{statistics.median(t['seconds'] for t in theirs):>10.4f}{ratio:>14.1f}")
PYTHON
