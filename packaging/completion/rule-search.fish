# Completion of rule-search in fish. The program itself says what is possible; where it says nothing, files are.
function __rule_search_complete
    set -l words (commandline -opc)
    set -l found ($words[1] __complete $words[2..] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c rule-search -f -a '(__rule_search_complete)'
