// The command line from its first word to the exit code.
#pragma once

namespace rule_search {

class Ranks;

namespace command {

/// What the program does with these arguments, the first of which is its own name; the exit code. With `ranks`, of which this
/// is the first, it is the program that shares a search among them, and knows no other command.
int run_command_line(int argc, char** argv, Ranks* ranks = nullptr);

}  // namespace command

}  // namespace rule_search
