#include "command/command.hpp"

namespace rule_search::command {

const std::vector<Command>& commands() {
  static const std::vector<Command> rows = {
      {.name = "check",
       .meaning = "parse rules, check shapes, tell locality and the form for one synapse",
       .prepare = prepare_check,
       .footer = "Example:\n  rule-search check rules/f_bio.rule --plan"},
      {.name = "search",
       .meaning = "find the simplest rule among candidate terms: fit, prune, report",
       .prepare = prepare_search,
       .footer = "Ctrl-C or SIGTERM ends the run after the episodes under way, a second one at once.\n"
                 "A run that is stopped leaves hall_of_fame.csv and best_so_far.rule, ends with exit\n"
                 "code 3, and can be resumed with --resume.\n\n"
                 "Example:\n  rule-search search rules/pool_2023.rule --out runs/pool\n"
                 "  rule-search search rules/pools/layer_cubic.rule --objective recordings --recording "
                 "examples/recordings/oja_*\n"
                 "  rule-search search rules/pools/choices.rule --objective recordings --activation sigmoid \\\n"
                 "    --recording examples/choices/animal_*\n"
                 "  rule-search search rules/pools/layer_cubic.rule --objective goal --goal first_component"},
      {.name = "rerun",
       .meaning = "repeat the search of a result.json and compare",
       .prepare = prepare_rerun,
       .footer = "Ends with exit code 0 where both results are the same but for the key `run`, 1 where they differ.\n\n"
                 "Example:\n  rule-search rerun runs/pool/result.json --out runs/again"},
      {.name = "fit",
       .meaning = "fit all coefficients of a rule, none dropped, and keep the way there",
       .prepare = prepare_fit,
       .footer = "Example:\n  rule-search fit rules/f_bio.rule --method adam --steps 30 --out runs/fit\n"
                 "  rule-search fit rules/oja_local.rule --objective recordings --recording examples/recordings/oja_*"},
      {.name = "eval",
       .meaning = "score a rule as it is, without fitting",
       .prepare = prepare_eval,
       .footer =
           "Example:\n  rule-search eval rules/f_bio.rule --set eta=0.01 --set ehebb=-0.046 --set oja=0.0055\n"
           "  rule-search eval rules/oja_local.rule --objective recordings --recording examples/recordings/oja_*"},
      {.name = "export",
       .meaning = "write a rule or a found rule in another form",
       .prepare = prepare_export,
       .footer = "Example:\n  rule-search export rules/f_bio.rule --format latex"},
      {.name = "plot",
       .meaning = "draw the figures of a search and write its report.html again",
       .prepare = prepare_plot,
       .footer = "Example:\n  rule-search plot runs/pool/result.json\n"
                 "  rule-search plot rules/spiking/stdp_triplet.rule --window"},
      {.name = "replay",
       .meaning = "one recorded episode, values and derivatives, for comparing with other software",
       .prepare = prepare_replay,
       .footer = "Example:\n  rule-search replay tests/golden/bio_fixed.json --rule rules/pool_2023.rule"},
      {.name = "gradcheck",
       .meaning = "derivatives against finite differences, for every parameter",
       .prepare = prepare_gradcheck,
       .footer =
           "Example:\n  rule-search gradcheck rules/pool_2023.rule\n"
           "  rule-search gradcheck rules/oja_local.rule --objective recordings --recording examples/recordings/oja_*"},
      {.name = "slopes",
       .meaning =
           "how many episodes or sessions tell which way a coefficient should move, by several kinds of derivatives",
       .prepare = prepare_slopes,
       .footer = "Example:\n  rule-search slopes rules/miconi.rule --objective reward --episodes 8 --trials 100"},
      {.name = "transfer",
       .meaning = "score a rule, without refitting, on other classes, data, networks, feedback and streams",
       .prepare = prepare_transfer,
       .footer = "Example:\n  rule-search transfer rules/f_bio.rule --only classes,feedback --episodes 10"},
      {.name = "stability",
       .meaning = "how often each term is found by searches of the same candidates with different seeds",
       .prepare = prepare_stability,
       .footer = "Example:\n"
                 "  rule-search search rules/f_bio.rule --seed 1 --out runs/seed-1\n"
                 "  rule-search search rules/f_bio.rule --seed 2 --out runs/seed-2\n"
                 "  rule-search stability runs/seed-1/result.json runs/seed-2/result.json"},
      {.name = "bench",
       .meaning = "seconds an episode, and the share of the machine's peak",
       .prepare = prepare_bench,
       .footer = "Example:\n  rule-search bench --episodes 4 --repeats 3"},
  };
  return rows;
}

}  // namespace rule_search::command
