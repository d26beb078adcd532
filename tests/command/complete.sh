#!/usr/bin/env bash
# What shells are told while a command line is typed, and that bash, zsh and fish ask for it.
set -euo pipefail
program=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$program" "$work/rule-search"
PATH=$work:$PATH

expect() {  # WHAT EXPECTED FOUND
  [[ $2 == "$3" ]] || { printf '%s: expected\n%s\nfound\n%s\n' "$1" "$2" "$3" >&2; exit 1; }
}
complete_() { rule-search __complete "$@" | paste -sd' '; }

expect "commands" "export" "$(complete_ exp)"
expect "all commands" "$(rule-search --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]\+\).*/\1/p' | paste -sd' ')" "$(complete_ '')"
expect "an option" "--feedback" "$(complete_ search --feed)"
expect "objectives" "few-shot recordings goal reward decoding protocols" "$(complete_ search rules/f_bio.rule --objective '')"
expect "choices of the language of options" "symmetric sign" "$(complete_ search --feedback s)"
expect "choices of a command's own" "latex" "$(complete_ export rules/f_bio.rule --format l)"
expect "of one objective alone" "" "$(complete_ search --objective goal --feed)"
expect "nothing for a file" "" "$(complete_ search rules/)"
expect "nothing for a number" "" "$(complete_ search --seed '')"
expect "nothing of what is no command" "" "$(complete_ serch --)"
# Every option of the help of every command is offered.
for command in $(rule-search __complete ''); do
  expect "options of $command" "$(rule-search "$command" --help | sed -n 's/^  \(-[a-z], \)\?\(--[a-z0-9-]*\).*/\2/p' | sort)" \
    "$(rule-search __complete "$command" -- | sort)"
done

expect "bash" "recordings" "$(bash -c '. "$0"; COMP_WORDS=(rule-search search --objective rec) COMP_CWORD=3; _rule_search
  echo "${COMPREPLY[@]}"' "$source/packaging/completion/rule-search.bash")"
if command -v fish >/dev/null; then
  expect "fish" "recordings" "$(fish --no-config -c "source '$source/packaging/completion/rule-search.fish'
    complete -C 'rule-search search --objective rec'")"
fi
if command -v zsh >/dev/null; then
  expect "zsh" "recordings" "$(zsh -f -c "compadd() { print -r -- \"\${(@P)2}\" }; _files() { print files }
    words=(rule-search search --objective rec); CURRENT=4; . '$source/packaging/completion/_rule-search'")"
fi
