#!/usr/bin/env bash
# Plants rules of the literature, records what they do, and asks the program which rule it was.
#   tests/bench/recovery/run.sh [--rules A,B] [--noise 0.01] [--seeds N] [--from weights|output] [--json]
# Needs NumPy: from PyPI, in a virtual environment under build/.
set -euo pipefail
cd "$(dirname "$0")/../../.."
[ -x build/release/rule-search ] || { echo "build first: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
python=build/recovery/venv/bin/python
if ! "$python" -c 'import numpy' 2>/dev/null; then
  echo "installing NumPy into build/recovery/venv" >&2
  python3 -m venv build/recovery/venv
  build/recovery/venv/bin/pip install --quiet numpy >&2
fi
export OMP_NUM_THREADS=1
exec "$python" tests/bench/recovery/recover.py "$@"
