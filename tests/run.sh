#!/usr/bin/env bash
# Builds everything with warnings as errors and runs the tests; the exit code is ctest's.
# Usage: tests/run.sh [--all | --sanitize | --threads | --coverage]
#   --all        also what takes long: clang-tidy with its analyzer over all sources, fuzzing, kills, the Debian package, slow commands of pages
#   --sanitize   with address and undefined behaviour sanitizers
#   --threads    what runs on several threads, with the thread sanitizer
#   --coverage   and says which lines no test reached: build/coverage/report.txt (takes gcovr)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=release
werror=ON
all=OFF
# g++ 12 warns of things that aren't there once sanitizers change its view of the code.
case "${1-}" in
  "") ;;
  --all) all=ON ;;
  --sanitize) preset=sanitize werror=OFF ;;
  --threads) preset=threads werror=OFF ;;
  --coverage)
    preset=coverage werror=OFF
    command -v gcovr >/dev/null || { echo "run.sh: --coverage takes gcovr, Debian's package of that name" >&2; exit 2; }
    ;;
  *) echo "usage: run.sh [--all | --sanitize | --threads | --coverage]" >&2; exit 2 ;;
esac

echo "== packages"
if [[ $all == ON ]]; then
  bash examples/setup.sh --all-tests
else
  bash examples/setup.sh --tests
fi

echo "== configure ($preset)"
cmake --preset "$preset" -DRULE_SEARCH_TESTS=ON -DRULE_SEARCH_WERROR="$werror" -DRULE_SEARCH_TEST_ALL="$all" \
  -DRULE_SEARCH_PACKAGE="$all"

echo "== build"
cmake --build --preset "$preset"

if [[ $preset == coverage ]]; then
  find build/coverage -name '*.gcda' -delete
fi

echo "== test"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
ctest --preset "$preset" --output-on-failure -j "$(nproc)" 2>&1 | tee "$log" || code=$?

if [[ $preset == coverage ]]; then
  echo "== coverage"
  gcovr --root . --filter src/ --filter grammar/ --exclude-throw-branches --exclude-directories '.*/CompilerId.*' \
    --object-directory build/coverage \
    --txt build/coverage/report.txt --json-summary build/coverage/summary.json build/coverage
  python3 - build/coverage/summary.json <<'P'
import collections, json, sys
lines = collections.defaultdict(lambda: [0, 0])
for f in json.load(open(sys.argv[1]))["files"]:
    folder = f["filename"].rsplit("/", 1)[0]
    for key in (folder, "all"):
        lines[key][0] += f["line_covered"]
        lines[key][1] += f["line_total"]
for folder, (covered, total) in sorted(lines.items(), key=lambda x: (x[0] == "all", x[0])):
    print(f"{folder:<16} {covered:6} of {total:6} lines  {100 * covered / max(1, total):5.1f} %")
P
fi
# The count once more, as the last line.
grep 'tests passed' "$log" | tail -n 1 || echo "no test was run"
exit "$code"
