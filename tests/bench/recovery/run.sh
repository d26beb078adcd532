#!/usr/bin/env bash
# Plants rules of the literature, records what they do, and asks the program which rule it was.
#   tests/bench/recovery/run.sh [--rules A,B] [--noise 0.01] [--seeds N] [--from weights|output] [--go-on] [--json]
#   tests/bench/recovery/run.sh --peers [--who sindy,integral,taylor] [the same options]
#   tests/bench/recovery/run.sh --table [--work DIR]     all scores that are there, in one table
#   tests/bench/recovery/run.sh --behaviour [--animals 20,40,80] [--initial unknown|recorded] [--fit-only] [...]
# Needs NumPy, and for the peers PySINDy, JAX and Optax: from PyPI, in a virtual environment under build/.
set -euo pipefail
cd "$(dirname "$0")/../../.."
if [ "${1:-}" = --table ]; then
  shift
  exec python3 tests/bench/recovery/tables/one.py "$@"
fi
[ -x build/release/rule-search ] || { echo "build first: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
python=build/recovery/venv/bin/python
script=recover.py
packages=(numpy)
if [ "${1:-}" = --peers ]; then
  shift
  script=peers.py
  packages=(numpy pysindy jax optax)
fi
if [ "${1:-}" = --behaviour ]; then
  shift
  script=behaviour.py
fi
if ! "$python" -c "import $(IFS=,; echo "${packages[*]}")" 2>/dev/null; then
  echo "installing ${packages[*]} into build/recovery/venv" >&2
  python3 -m venv build/recovery/venv
  build/recovery/venv/bin/pip install --quiet "${packages[@]}" >&2
fi
# One core a run, for all alike.
export OMP_NUM_THREADS=1 XLA_FLAGS="--xla_cpu_multi_thread_eigen=false" JAX_PLATFORMS=cpu
exec "$python" "tests/bench/recovery/$script" "$@"
