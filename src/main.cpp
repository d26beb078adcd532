#include <iostream>

#include "command/command.hpp"

int main(int argc, char** argv) {
  using namespace rule_search;
  CLI::App app{
      "Finds the simplest synaptic plasticity rule that makes a network learn, from candidate terms in a "
      "small language."};
  app.set_version_flag("--version", "rule-search " RULE_SEARCH_VERSION);
  app.require_subcommand(1);
  app.footer("Example:\n  rule-search search rules/pool_2023.rule --out runs/pool");
  command::Action action;
  command::add_check(app, action);
  command::add_search(app, action);
  command::add_eval(app, action);
  command::add_export(app, action);
  command::add_replay(app, action);
  command::add_gradcheck(app, action);
  command::add_bench(app, action);
  try {
    app.parse(argc, argv);
    return action();
  } catch (const CLI::ParseError& e) {
    // Help and version end well; everything else is a mistake in the options.
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const InputError& e) {
    std::cerr << e.what() << "\n";
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "rule-search: " << e.what() << "\n";
    return 1;
  }
}
