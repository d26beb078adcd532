#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy; a finding fails.
# Usage: tests/tidy.sh [--changed] BUILD_FOLDER [FILE...]     the folder has compile_commands.json, and was built
#   --changed   without the path-sensitive analyzer, over what changed and what includes it: since the branch left
#               origin/main, or else since the last commit but one. RULE_SEARCH_BASE names another commit. Of what only
#               includes a changed header as many as make 40 files; all others are looked at without --changed.
# Without --changed and FILE: every source file.
#
# What was found clean is not looked at again until it, a header or the checks change (build/tidy).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
changed=
[ "${1-}" != --changed ] || { changed=yes; shift; }
(($# >= 1)) || { echo "usage: tidy.sh [--changed] BUILD_FOLDER [FILE...]" >&2; exit 2; }
build=$1
shift
command -v clang-tidy >/dev/null || { echo "skipped: there is no clang-tidy; Debian's package clang-tidy has it"; exit 77; }
[ -f "$build/compile_commands.json" ] || { echo "tidy.sh: no $build/compile_commands.json" >&2; exit 2; }

# The commit that changes are counted from; empty where there is no history.
base_commit() {
  if [ -n "${RULE_SEARCH_BASE-}" ]; then git rev-parse --verify -q "$RULE_SEARCH_BASE^{commit}" && return; fi
  local head fork
  head=$(git rev-parse --verify -q HEAD) || return 0
  fork=$(git merge-base HEAD origin/main 2>/dev/null) || fork=$head
  if [ "$fork" = "$head" ]; then git rev-parse --verify -q HEAD~1 || true; else echo "$fork"; fi
}

# Sources among the changed files, and sources that include one of them, as the compiler saw it.
changed_sources() {
  local names
  names=$(git diff --name-only "$1" -- src grammar; git ls-files --others --exclude-standard -- src grammar)
  [ -n "$names" ] || return 0
  ninja -C "$build" -t deps 2>/dev/null | awk -v root="$PWD/" -v build="$(realpath "$build")/" -v names="$names" '
    BEGIN { n = split(names, list, "\n"); for (i = 1; i <= n; ++i) wanted[list[i]] = 1 }
    function name_of(path) {
      if (path !~ /^\//) path = build path
      while (match(path, /[^\/]+\/\.\.\//)) path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
      return index(path, root) == 1 ? substr(path, length(root) + 1) : ""
    }
    /^[^ ]/ { if (hit && source) print source; hit = 0; source = ""; next }
    NF { name = name_of($1); if (name ~ /^(src|grammar)\/.*\.cpp$/) source = name; if (name in wanted) hit = 1 }
    END { if (hit && source) print source }' | sort -u
}

files=("$@")
options=()
if [ -n "$changed" ]; then
  base=$(base_commit)
  [ -n "$base" ] || { echo "skipped: there is no earlier commit to compare with"; exit 77; }
  mapfile -t files < <(changed_sources "$base")
  most=40
  if ((${#files[@]} > most)); then
    # What changed itself comes first.
    mapfile -t own < <(printf '%s\n' "${files[@]}" | grep -Fxf <(git diff --name-only "$base" -- src grammar; git ls-files --others --exclude-standard -- src grammar))
    mapfile -t others < <(printf '%s\n' "${files[@]}" | grep -vFxf <(printf '%s\n' "${own[@]}"))
    room=$((most > ${#own[@]} ? most - ${#own[@]} : 0))
    left=$((${#others[@]} > room ? ${#others[@]} - room : 0))
    files=("${own[@]}" "${others[@]:0:room}")
    ((left == 0)) || echo "$left files that include a changed header are left to tests/run.sh --all"
  fi
  options=(--checks=-clang-analyzer-*)
  ((${#files[@]} > 0)) || { echo "no source changed since ${base:0:12}"; exit 0; }
elif ((${#files[@]} == 0)); then
  mapfile -t files < <(find src grammar -name '*.cpp' | sort)
fi
clean=build/tidy
mkdir -p "$clean"
common=$( (clang-tidy --version; cat .clang-tidy; echo "${options[@]}"; find src grammar -name '*.hpp' | sort | xargs cat) | sha256sum | cut -c1-16)
flags=${options[*]}
export build clean common flags
look() {
  local mark
  mark=$clean/$({ echo "$common"; cat "$1"; } | sha256sum | cut -c1-32)
  [ ! -e "$mark" ] || return 0
  # The commands are for another compiler.
  # shellcheck disable=SC2086
  if clang-tidy --quiet $flags --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error -p "$build" "$1" >"$mark.log" 2>/dev/null; then
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
