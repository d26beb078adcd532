#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy over every source file; a finding fails.
# Usage: tests/tidy.sh BUILD_FOLDER [FILE...]     the folder has compile_commands.json; all files without any
#
# What was found clean is not looked at again until it, a header or the checks change (build/tidy).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
(($# >= 1)) || { echo "usage: tidy.sh BUILD_FOLDER [FILE...]" >&2; exit 2; }
build=$1
shift
command -v clang-tidy >/dev/null || { echo "skipped: there is no clang-tidy; Debian's package clang-tidy has it"; exit 77; }
[ -f "$build/compile_commands.json" ] || { echo "tidy.sh: no $build/compile_commands.json" >&2; exit 2; }

files=("$@")
if ((${#files[@]} == 0)); then
  mapfile -t files < <(find src grammar -name '*.cpp' | sort)
fi
clean=build/tidy
mkdir -p "$clean"
common=$( (clang-tidy --version; cat .clang-tidy; find src grammar -name '*.hpp' | sort | xargs cat) | sha256sum | cut -c1-16)
export build clean common
look() {
  local mark
  mark=$clean/$({ echo "$common"; cat "$1"; } | sha256sum | cut -c1-32)
  [ ! -e "$mark" ] || return 0
  # The commands are for another compiler.
  if clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error -p "$build" "$1" >"$mark.log" 2>/dev/null; then
    rm -f "$mark.log"
    touch "$mark"
  else
    echo "== $1"
    grep -E 'warning:|error:' "$mark.log" | sort -u
    rm -f "$mark.log"
    return 1
  fi
}
export -f look
code=0
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'look "$0"' || code=1
((code == 0)) && echo "${#files[@]} files, no finding"
exit "$code"
