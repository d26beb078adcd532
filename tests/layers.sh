#!/usr/bin/env bash
# Guards the floors of the house. Fails on an include of a room that is not seen from where it stands, on an option of the
# command line in a text below src/run, on an objective that is named outside its folder, and on two types of one name.
# Usage: tests/layers.sh
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# From the ground up: a room, and the rooms that its files may include beside their own.
rooms="
base:
grammar:      base
expression:   base grammar
export:       base grammar expression
plan:         base grammar expression
evaluate:     base plan expression
network:      base expression plan evaluate
data:         base
fit:          base grammar expression plan
search:       base grammar expression plan fit
report:       base grammar expression export plan fit search
objectives:   base grammar expression plan evaluate network data fit search report
run:          base grammar expression plan evaluate fit search report objectives
command:      base grammar expression plan evaluate network data fit search report objectives run
main.cpp:     base command objectives
mpi:          base command run
"

failed=0
fail() {
  echo "layers: $1"
  failed=1
}

for file in $(find grammar src -name '*.cpp' -o -name '*.hpp' | sort); do
  place=${file#src/}
  room=${place%%/*}
  seen=$(sed -n "s/^$room: *//p" <<<"$rooms")
  grep -q "^$room:" <<<"$rooms" || fail "$file: $room is no room of the list in tests/layers.sh"
  while IFS= read -r include; do
    [[ $include == */* ]] || continue # beside the file
    other=${include%%/*}
    [[ $other == "$room" || " $seen " == *" $other "* ]] || fail "$file includes $include: $room does not see $other"
  done < <(sed -nE 's/^#include "([^"]+)".*/\1/p' "$file")
done

# What the user typed is known to those who read it: run/ and command/. Others say what is wrong, and not with which option.
while IFS= read -r line; do
  fail "an option of the command line: $line"
done < <(grep -nE '"[^"]*--[a-z][a-z-]*' -r grammar src --include='*.cpp' --include='*.hpp' | grep -vE '^src/(run|command|mpi)/|^src/main')

# An objective joins in src/objectives/list.cpp, and nowhere else. Some commands are about few-shot tasks alone.
kinds=$(find src/objectives -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort | paste -sd'|')
while IFS= read -r line; do
  fail "an objective is named: $line"
done < <(grep -nE "#include \"objectives/($kinds)/" -r src | grep -vE "^src/objectives/(($kinds)/|list\.cpp)|^src/command/(transfer|bench|bench_decoding|bench_sessions|episode_options)\.[ch]pp")
for kind in ${kinds//|/ }; do
  while IFS= read -r line; do
    fail "one objective sees another: $line"
  done < <(grep -nE "#include \"objectives/($kinds)/" -r "src/objectives/$kind" | grep -v "objectives/$kind/")
done

# Two types of one name in one namespace are one type for the linker, which takes the members of either.
while IFS= read -r name; do
  fail "two types are called $name"
done < <(find grammar src -name '*.hpp' -exec awk '
  FNR == 1 { space = "" }
  /^namespace [a-z_:]+ \{/ && space == "" { space = $2 }
  /^(struct|class) [A-Za-z]+( final)?( :|:| \{|$)/ { print space "::" $2 }' {} + | sed 's/:*$//' | sort | uniq -d)

[[ $failed == 0 ]] && echo "layers: $(grep -c ':' <<<"$rooms") rooms, no include climbs"
exit "$failed"
