#!/usr/bin/env bash
# From a fresh checkout to a found rule: packages, build, search. Each run gets a folder of its own.
# Usage: examples/quickstart.sh [options of `rule-search search`]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "== 1/4 packages"
bash examples/setup.sh

echo "== 2/4 configure"
cmake --preset release

echo "== 3/4 build"
cmake --build --preset release --target rule-search

n=1
while [[ -e runs/quickstart-$n ]]; do n=$((n + 1)); done
mkdir -p runs
echo "== 4/4 search: the ten terms of rules/pool_2023.rule; results go to runs/quickstart-$n"
build/release/rule-search search rules/pool_2023.rule --out "runs/quickstart-$n" "$@"
