#!/usr/bin/env bash
# Sets everything up and runs all tests; with --sanitize under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=release
[ "${1:-}" = --sanitize ] && preset=sanitize
bash examples/setup.sh --tests
echo "tests: building ($preset)"
cmake --preset "$preset" -DRULE_SEARCH_TESTS=ON -DRULE_SEARCH_WERROR=ON >/dev/null
cmake --build --preset "$preset"
echo "tests: running"
ctest --preset "$preset"
