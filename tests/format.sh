#!/usr/bin/env bash
# Fails where a source file is not formatted as .clang-format says. Usage: tests/format.sh [--write]
# Exits with 77 (skipped) where there is no clang-format 14, the version of Debian 12: others break lines elsewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

format=$(command -v clang-format-14 || command -v clang-format || true)
if [[ -z $format ]] || ! "$format" --version | grep -q 'version 14\.'; then
  echo "format: clang-format 14 was not found; Debian's package is clang-format" >&2
  exit 77
fi
mapfile -t files < <(find grammar src tests examples -name '*.cpp' -o -name '*.hpp' | sort)
if [[ ${1-} == --write ]]; then
  "$format" -i "${files[@]}"
  exit 0
fi
if ! "$format" --dry-run --Werror "${files[@]}"; then
  echo "format: run tests/format.sh --write" >&2
  exit 1
fi
echo "format: ${#files[@]} files"
