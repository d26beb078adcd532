#!/usr/bin/env bash
# From nothing to a found rule: packages, release build, a search on Fashion-MNIST. Options go on to the search.
set -euo pipefail
cd "$(dirname "$0")/.."
bash examples/setup.sh
echo "quickstart: building"
cmake --preset release -DRULE_SEARCH_TESTS=OFF >/dev/null
cmake --build --preset release --target rule-search
n=1
while [ -e "runs/quickstart-$n" ]; do n=$((n + 1)); done
echo "quickstart: searching among the ten terms of rules/pool_2023.rule on Fashion-MNIST"
build/release/rule-search search rules/pool_2023.rule --out "runs/quickstart-$n" "$@"
