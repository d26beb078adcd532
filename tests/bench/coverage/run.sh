#!/usr/bin/env bash
# Do intervals cover the truth, is nothing found where there is nothing, are exact rules found from six recordings?
#   tests/bench/coverage/run.sh [coverage|permuted|exact] [--sets N]
#   PROGRAM=path/to/rule-search tests/bench/coverage/run.sh ...     another program than build/release/rule-search
# Needs Python alone. One core.
set -euo pipefail
cd "$(dirname "$0")/../../.."
[ -x "${PROGRAM:-build/release/rule-search}" ] || { echo "build first: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
exec nice python3 -B tests/bench/coverage/measure.py "$@"
