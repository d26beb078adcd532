#include "command/entry.hpp"

// NOLINTNEXTLINE(bugprone-exception-escape): what telling of an error throws has nobody left to tell
int main(int argc, char** argv) { return rule_search::command::run_command_line(argc, argv); }
