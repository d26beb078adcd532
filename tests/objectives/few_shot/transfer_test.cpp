#include "objectives/few_shot/transfer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "../../files.hpp"
#include "../../search/small_data.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "objectives/few_shot/transfer_report.hpp"

using namespace rule_search;

namespace {

// Eighteen classes, enough to split for two ways: 8 for search, 4 for validation, 6 for test.
const Dataset& data() {
  static const Dataset set = test::noisy_pictures("many", 18, 30, 3);
  return set;
}

TransferOptions options(const std::string& update) {
  TransferOptions o;
  o.rule = check_rule({"test", "rule r\n" + update});
  o.feedback_alignment_eta = 0.1;
  o.backpropagation_eta = 0.2;
  o.network = {{12, 8, 7, 18}, 10};
  o.task = {2, 6, 4};
  o.seed = 9;
  o.episodes = 5;
  return o;
}

TransferTable table(TransferOptions o, TransferKind kind) {
  o.only = {kind};
  const Transfer t = transfer(o, data(), {});
  REQUIRE(t.tables.size() == 1);
  return t.tables[0];
}

const TransferRow& row(const TransferTable& t, const std::string& label) {
  for (const TransferRow& r : t.rows) {
    if (r.label == label) return r;
  }
  FAIL("no row " << label);
  return t.rows[0];
}

std::string why(const TransferTable& t, const std::string& label) {
  for (const LeftOut& l : t.left_out) {
    if (l.label == label) return l.why;
  }
  return "it is not left out";
}

constexpr const char* gradient = "param eta = 0.1\ndw = -eta * err_post * pre'\n";

}  // namespace

TEST_CASE("a row of transfer is the score of the rule with its own coefficients under that condition") {
  const TransferOptions o = options("param a = 0.07\nparam b = 0.01\ndw = -a * err_post * pre' - b * w\n");
  const TransferTable classes = table(o, TransferKind::classes);
  REQUIRE(classes.rows.size() == 3);
  const Split split = make_split(data(), o.task, o.seed);
  REQUIRE(split.by_class);
  const Part parts[] = {Part::test, Part::validation, Part::search};
  for (std::size_t k = 0; k < 3; ++k) {
    CAPTURE(k);
    const TransferRow& r = classes.rows[k];
    CHECK(r.part == parts[k]);
    const TaskSource source(data(), split, o.task, o.network, Feedback::fixed, o.seed);
    CHECK(r.found.losses == score(o.rule, {0.07, 0.01}, o.network, Feedback::fixed, draws(source, parts[k]), 5).losses);
    const TaskSource symmetric(data(), split, o.task, o.network, Feedback::symmetric, o.seed);
    CHECK(r.backpropagation.losses == score(baseline_kind("backpropagation").rule(), {0.2}, o.network,
                                            Feedback::symmetric, draws(symmetric, parts[k]), 5)
                                          .losses);
    CHECK(r.above_feedback_alignment.mean ==
          doctest::Approx(r.found.accuracy.mean - r.feedback_alignment.accuracy.mean));
  }
}

TEST_CASE("a rule that is feedback alignment stays level with it wherever it goes with its feedback") {
  const TransferOptions o = options(gradient);
  for (TransferKind kind : {TransferKind::classes, TransferKind::depth, TransferKind::stream}) {
    const TransferTable t = table(o, kind);
    REQUIRE_FALSE(t.rows.empty());
    for (const TransferRow& r : t.rows) {
      CAPTURE(r.label);
      CHECK(r.found.losses == r.feedback_alignment.losses);
      CHECK(r.above_feedback_alignment.mean == 0);
    }
  }
}

TEST_CASE(
    "other feedback changes the rule's alone: with symmetric feedback it is backpropagation, and only "
    "there") {
  TransferOptions o = options(gradient);
  o.backpropagation_eta = 0.1;
  const TransferTable t = table(o, TransferKind::feedback);
  REQUIRE(t.rows.size() == 4);
  CHECK(t.rows[0].label == "fixed (as fitted)");
  for (const TransferRow& r : t.rows) {
    CAPTURE(r.label);
    CHECK((r.found.losses == r.backpropagation.losses) == (r.feedback == Feedback::symmetric));
    CHECK((r.found.losses == r.feedback_alignment.losses) == (r.feedback == Feedback::fixed));
    CHECK(r.backpropagation.losses == t.rows[0].backpropagation.losses);
  }
}

TEST_CASE("a condition that several tables hold is run once") {
  TransferOptions o = options(gradient);
  o.only = {TransferKind::classes, TransferKind::feedback, TransferKind::stream};
  const Transfer t = transfer(o, data(), {});
  REQUIRE(t.tables.size() == 3);
  CHECK(t.tables[0].rows[0].found.losses == t.tables[1].rows[0].found.losses);
  CHECK(t.tables[0].rows[0].found.losses == t.tables[2].rows[0].found.losses);
  const std::size_t classes = 3 * 3;  // of the rule and both baselines
  const std::size_t feedback = 3;     // of the rule
  CHECK(t.episodes == o.episodes * (classes + feedback + 3 * (t.tables[2].rows.size() - 1)));
}

TEST_CASE("what the data can't give is left out with the reason, the rest is scored") {
  const TransferTable t = table(options(gradient), TransferKind::stream);
  CHECK(t.rows[0].label == "2 ways, 6 shots (as fitted)");
  CHECK(row(t, "2 ways, 25 shots").task.shots == 25);
  CHECK(row(t, "6 ways, 6 shots").task.ways == 6);
  CHECK(why(t, "2 ways, 50 shots") == "many has 30 images a class for it, a task needs 54 (50 shots and 4 queries)");
  CHECK(why(t, "8 ways, 6 shots") == "many has 6 classes for it, a task needs 8");
}

TEST_CASE("on other data a task is as long as they can give, and it is said where that is shorter") {
  const Dataset enough = test::noisy_pictures("enough", 18, 30, 11);
  const Dataset few = test::noisy_pictures("few", 18, 7, 12);
  const Dataset none = test::noisy_pictures("none", 18, 2, 13);
  TransferOptions o = options(gradient);
  o.other_data = {&enough, &few, &none};
  o.missing_data = {{"elsewhere", "it is not here"}};
  const TransferTable t = table(o, TransferKind::data);
  REQUIRE(t.rows.size() == 2);
  CHECK(row(t, "enough, 6 shots").data == "enough");
  CHECK(row(t, "few, 1 shots").task.shots == 1);
  CHECK(why(t, "elsewhere") == "it is not here");
  CHECK(why(t, "few, 6 shots").find("7 images for search, but a task needs 10") != std::string::npos);
  CHECK(why(t, "none").find("2 images for search, but a task needs 10") != std::string::npos);
}

TEST_CASE("networks of other depth come after the fitted one; coefficients of their own layers go nowhere else") {
  TransferOptions o = options(gradient);
  o.layers = {{12, 5, 18}, {12, 18}};
  const TransferTable given = table(o, TransferKind::depth);
  REQUIRE(given.rows.size() == 3);
  CHECK(given.rows[0].label == "12-8-7-18 (as fitted)");
  CHECK(given.rows[1].label == "12-5-18");
  CHECK(given.rows[2].network.layers == std::vector<int>{12, 18});

  o.rule = check_rule({"test", "rule r\nparam eta[layer] = [0.1, 0.2, 0.3]\ndw = -eta * err_post * pre'\n"});
  const TransferTable fixed = table(o, TransferKind::depth);
  CHECK(fixed.rows.size() == 1);
  CHECK(why(fixed, "12-5-18") == "the rule has a coefficient for each of 3 connections, this network has 2");
}

TEST_CASE("coefficients for more connections than the network has are refused, not cut off") {
  TransferOptions o = options("param eta[layer] = [0.1, 0.2]\ndw = -eta * err_post * pre'\n");
  CHECK_HAS(test::error_of([&] { transfer(o, data(), {}); }),
            "eta[layer] has 2 values, expected one, or one for each of the 3 connections 0-1, 1-2, 2-3 of 12-8-7-18");
  o.network.layers = {12, 8, 18};
  CHECK(table(o, TransferKind::classes).rows.size() == 3);
}

TEST_CASE("the default networks are the fitted one, then others from the same pixels to the same classes") {
  for (const std::vector<int>& layers : {std::vector<int>{12, 8, 7, 18}, {12, 18}, {12, 1, 18}, {784, 130, 70, 47}}) {
    const std::vector<std::vector<int>> all = transfer_layers(layers);
    CHECK(all.at(0) == layers);
    CHECK(all.size() > 3);
    for (std::size_t k = 0; k < all.size(); ++k) {
      CHECK(all[k].front() == layers.front());
      CHECK(all[k].back() == layers.back());
      CHECK(*std::min_element(all[k].begin(), all[k].end()) >= 1);
      CHECK(std::count(all.begin(), all.end(), all[k]) == 1);
    }
  }
}

TEST_CASE("scripts find every table under its name, people every label on a line of its own") {
  TransferOptions o = options(gradient);
  const Transfer t = transfer(o, data(), {});
  const nlohmann::json document = to_json(t);
  const std::string text = to_table(t);
  REQUIRE(document.at("tables").size() == 7);
  for (TransferKind kind : transfer_kinds()) {
    CAPTURE(name(kind));
    const nlohmann::json& table = document.at("tables").at(name(kind));
    CHECK(text.find(table.at("title").get<std::string>() + "\n") != std::string::npos);
    for (const nlohmann::json& r : table.at("rows")) {
      CHECK(r.at("found").at("episodes") == 5);
      CHECK(r.at("loss_difference").at("backpropagation").at("mean").is_number());
      CHECK(text.find("\n  " + r.at("label").get<std::string>() + " ") != std::string::npos);
    }
    for (const nlohmann::json& l : table.at("left_out"))
      CHECK(text.find("  " + l.at("label").get<std::string>() + " left out: ") != std::string::npos);
  }
  CHECK(document.at("rule_text").get<std::string>().find("eta = 0.1") != std::string::npos);
  CHECK(document.at("setting").at("layers") == o.network.layers);
}

TEST_CASE("other skips are those of every pattern, of which each is scored once") {
  TransferOptions o = options(gradient);
  o.network.skips = *skips_named("inout", 4);
  const TransferTable skips = table(o, TransferKind::skip);
  REQUIRE(skips.rows.size() == 6);
  CHECK(skips.rows[0].label == "inout (as fitted)");
  const Split split = make_split(data(), o.task, o.seed);
  Network dense = o.network;
  dense.skips = *skips_named("dense", 4);
  const TaskSource tasks(data(), split, o.task, dense, Feedback::fixed, o.seed);
  const Score expected = score(o.rule, {0.1}, dense, Feedback::fixed, draws(tasks, Part::test), 5);
  CHECK(row(skips, "dense").found.losses == expected.losses);
  CHECK(row(skips, "none").network.skips.empty());
}

TEST_CASE("a pattern of skips follows other numbers of layers, and a list of connections does not") {
  TransferOptions o = options(gradient);
  o.network.skips = *skips_named("output", 4);
  o.layers = {{12, 5, 18}, {12, 8, 7, 6, 18}};
  const TransferTable named = table(o, TransferKind::depth);
  CHECK(row(named, "12-5-18").network.skips == std::vector<Projection>{{0, 2}});
  CHECK(row(named, "12-8-7-6-18").network.skips == std::vector<Projection>{{0, 4}, {1, 4}, {2, 4}});
  o.network.skips = {{0, 2}, {0, 3}};
  o.network.layers = {12, 8, 7, 6, 18};
  CHECK(why(table(o, TransferKind::depth), "12-5-18") == "the connections 0-2, 0-3 are of a network of 5 layers");
}

TEST_CASE("a factor is of all coefficients, and of no threshold or exponent") {
  TransferOptions o =
      options("param eta = 0.1\nparam theta = 0.5\ndw = -eta * (err_post .* relu(post - theta*ones_post)) * pre'\n");
  const TransferTable rates = table(o, TransferKind::rates);
  REQUIRE(rates.rows.size() == 7);
  const Split split = make_split(data(), o.task, o.seed);
  const TaskSource tasks(data(), split, o.task, o.network, Feedback::fixed, o.seed);
  const Score expected = score(o.rule, {1, 0.5}, o.network, Feedback::fixed, draws(tasks, Part::test), 5);
  CHECK(row(rates, "times 10").found.losses == expected.losses);
  Rule gradient_rule = baseline_kind("feedback_alignment").rule();
  const Score standard = score(gradient_rule, {0.3}, o.network, Feedback::fixed, draws(tasks, Part::test), 5);
  CHECK(row(rates, "times 3").feedback_alignment.losses == standard.losses);
  CHECK_HAS(to_table([&] {
              o.only = {TransferKind::rates};
              return transfer(o, data(), {});
            }()),
            "Of 7 factors within 4 points of the best: rule");
}

TEST_CASE("a row counts as robust within four points of the best, and the best is told with the count") {
  TransferTable t;
  for (double accuracy : {0.2, 0.709, 0.75, 0.711, 0.74}) {
    TransferRow& r = t.rows.emplace_back();
    r.found.accuracy.mean = accuracy;
    r.feedback_alignment.accuracy.mean = 0.2;
    r.backpropagation.accuracy.mean = accuracy / 2;
  }
  const Robustness r = robustness(t);
  CHECK(r.found.rows == 3);
  CHECK(r.found.best == doctest::Approx(0.75));
  CHECK(r.feedback_alignment.rows == 5);
  CHECK(r.feedback_alignment.best == doctest::Approx(0.2));
  CHECK(r.backpropagation.rows == 4);
}

TEST_CASE("coefficients by connection go to no other connections, be they as many") {
  TransferOptions o = options("param eta[layer] = [0.1, 0.1, 0.1, 0.1, 0.1]\ndw = -eta * err_post * pre'\n");
  o.network.skips = *skips_named("input", 4);
  REQUIRE(skips_named("output", 4)->size() == o.network.skips.size());
  const TransferTable skips = table(o, TransferKind::skip);
  CHECK(skips.rows.size() == 1);
  CHECK(why(skips, "output") == "the rule has a coefficient for each of the connections 0-1, 0-2, 1-2, 0-3, 2-3");
}
