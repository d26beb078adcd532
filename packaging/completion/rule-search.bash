# Completion of rule-search in bash. The program itself says what is possible; where it says nothing, files are.
_rule_search() {
  local IFS=$'\n'
  # shellcheck disable=SC2207  # a word a line
  COMPREPLY=($("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _rule_search rule-search
