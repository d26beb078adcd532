#!/usr/bin/env bash
# Makes the man pages of the program and of its commands from their --help, gzipped as Debian has them.
# Usage: packaging/man.sh PROGRAM FOLDER
set -euo pipefail
program=$(realpath "$1")
folder=$2

rm -rf "$folder"
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$("$program" --version)

page() {  # NAME [COMMAND]: of a command, or of the program
  "$program" ${2:+"$2"} --help >"$work/help"
  # help2man would make one paragraph of the examples, so they go round it, line by line.
  {
    echo "[EXAMPLE]"
    echo .nf
    sed '1,/^Example:/d; s/\\/\\\\/g' "$work/help"
    echo .fi
  } >"$work/example"
  # It takes the name of what it runs for that of the page.
  printf "#!/bin/sh\nsed '/^Example:/,\$d' '%s'\n" "$work/help" >"$work/$1"
  chmod +x "$work/$1"
  help2man --no-info --section 1 --manual "User Commands" --source "$version" --version-string "${version#* }" \
    --name "$(head -n 1 "$work/help")" --include "$work/example" --output "$folder/$1.1" "$work/$1"
  gzip -9n "$folder/$1.1"
}
page rule-search
"$program" __complete "" | while read -r command; do page "rule-search-$command" "$command"; done
