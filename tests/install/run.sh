#!/usr/bin/env bash
# Installs a finished build and uses it the way a stranger would: the program, and the library from a project of its own.
# Usage: tests/install/run.sh BUILD_DIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:?usage: run.sh BUILD_DIR}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

echo "== installing"
cmake --install "$build" --prefix "$scratch/first" >/dev/null
# Moved, so that a path written into the package can't go unnoticed.
mv "$scratch/first" "$scratch/prefix"

echo "== running the installed program"
"$scratch/prefix/bin/rule-search" --version
[[ -n $(find "$scratch/prefix/share/rule-search/rules" -name '*.rule' -print -quit) ]] || {
  echo "no rule files were installed" >&2
  exit 1
}

echo "== building a project that uses the installed library"
# The same flags: a library built with sanitizers links only into a program built with them.
cmake -S "$here/consumer" -B "$scratch/build" -G "$(cached CMAKE_GENERATOR)" \
  -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_CXX_COMPILER="$(cached CMAKE_CXX_COMPILER)" \
  -DCMAKE_BUILD_TYPE="$(cached CMAKE_BUILD_TYPE)" \
  -DCMAKE_CXX_FLAGS="$(cached CMAKE_CXX_FLAGS)"
cmake --build "$scratch/build"

echo "== running it"
"$scratch/build/consumer"
