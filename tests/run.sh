#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests; the exit code is ctest's.
# Usage: tests/run.sh [--sanitize]     --sanitize: with address and undefined behaviour sanitizers
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=release
werror=ON
case "${1-}" in
  "") ;;
  # g++ 12 warns of things that aren't there once sanitizers change its view of the code.
  --sanitize) preset=sanitize werror=OFF ;;
  *) echo "usage: run.sh [--sanitize]" >&2; exit 2 ;;
esac

echo "== packages"
bash examples/setup.sh --tests

echo "== configure ($preset)"
cmake --preset "$preset" -DRULE_SEARCH_TESTS=ON -DRULE_SEARCH_WERROR="$werror"

echo "== build"
cmake --build --preset "$preset"

echo "== test"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
ctest --preset "$preset" --output-on-failure 2>&1 | tee "$log" || code=$?
# The count once more, as the last line.
grep 'tests passed' "$log" | tail -n 1 || echo "no test was run"
exit "$code"
