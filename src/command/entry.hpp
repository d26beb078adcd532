// The command line from its first word to the exit code.
#pragma once

namespace rule_search::command {

/// What the program does with these arguments, the first of which is its own name; the exit code.
int run_command_line(int argc, char** argv);

}  // namespace rule_search::command
