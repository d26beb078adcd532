#include "expression/candidates.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "expression/print.hpp"

using namespace rule_search;

namespace {

Rule from(const std::string& text) { return check_rule({"candidates", text}); }

std::vector<std::string> terms(const Rule& rule) {
  std::vector<std::string> out;
  for (std::size_t r = 0; r < rule.parameters.size(); ++r)
    out.push_back(print(term_of(rule, static_cast<int>(r)), rule.parameters));
  return out;
}

// Ways to choose at most `degree` of `kinds` things, order aside.
int multisets(int kinds, int degree) {
  double out = 1;
  for (int k = 1; k <= degree; ++k) out = out * (kinds + k) / k;
  return static_cast<int>(out + 0.5);
}

bool listed(const std::vector<std::string>& all, const std::string& term) {
  const std::string wanted = print(from("dw = " + term).dw, {});
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

}  // namespace

TEST_CASE("local candidates are all products of what a synapse knows, once each") {
  for (int degree : {1, 2, 3, 4}) {
    const Rule rule =
        from("candidates degree <= " + std::to_string(degree) + " from pre, post, err_pre, err_post, w where local");
    CHECK(rule.parameters.size() == static_cast<std::size_t>(multisets(5, degree)));
    const std::vector<std::string> all = terms(rule);
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    for (std::size_t r = 0; r < all.size(); ++r) {
      CHECK(locality_of(rule, static_cast<int>(r)) == Locality::local);
      CHECK(rule.parameters[r].generated);
      CHECK(rule.parameters[r].initial == std::vector<double>{0});
    }
  }
}

TEST_CASE("cell candidates reach over the synapses of a cell and no farther, layer candidates hold the pool of 2023") {
  const Rule cell = from("candidates degree <= 3 from pre, post, err_pre, err_post, w where cell");
  const std::vector<std::string> of_cell = terms(cell);
  CHECK(listed(of_cell, "post * (w' * post)'"));
  CHECK(listed(of_cell, "(w * err_pre) * pre'"));
  CHECK_FALSE(listed(of_cell, "sum(post) * err_post * pre'"));
  for (std::size_t r = 0; r < of_cell.size(); ++r) CHECK(locality_of(cell, static_cast<int>(r)) <= Locality::cell);
  const std::vector<std::string> of_layer =
      terms(from("candidates degree <= 3 from pre, post, err_pre, err_post, w where layer"));
  CHECK(listed(of_layer, "sum(post) * err_post * pre'"));
  CHECK(of_layer.size() > of_cell.size());
}

TEST_CASE("what is the same by algebra is one candidate, and none where the rule has the term already") {
  // pre .* pre and pre.^2 differ in writing alone; so do 2 * post and post, as far as a coefficient goes.
  CHECK(terms(from("candidates degree <= 1 from pre, pre.^2, pre .* pre, 2 * pre where local")).size() ==
        3);  // 1, pre, pre^2
  CHECK(terms(from("candidates degree <= 1 from post where local")) ==
        std::vector<std::string>{"ones_post*ones_pre'", "post*ones_pre'"});
  const Rule beside =
      from("param eta = 0 dw = -eta * err_post * pre' candidates degree <= 2 from pre, err_post where local");
  const Rule alone = from("candidates degree <= 2 from pre, err_post where local");
  CHECK(beside.parameters.size() == alone.parameters.size());  // eta stands for one of them
  CHECK(beside.parameters[0].name == "eta");
  CHECK_FALSE(beside.parameters[0].generated);
}

TEST_CASE("candidates with thresholds are told apart where numbers lie between the thresholds") {
  const std::vector<std::string> cut =
      terms(from("candidates degree <= 2 from post > 0.2, post > 0.3, post > 0.25, pre where local"));
  for (const char* threshold : {"0.2", "0.3", "0.25"}) {
    CHECK(listed(cut, std::string("(post > ") + threshold + ")*pre'"));
    CHECK(listed(cut, std::string("(post > ") + threshold + ")*ones_pre'"));
  }
  // A number that is told to all synapses has two sides as well.
  CHECK(listed(terms(from("candidates degree <= 2 from post, reward > 0 where local")), "(reward > 0)*post*ones_pre'"));
  CHECK(listed(terms(from("candidates degree <= 1 from reward, sign(reward) where local")),
               "(sign(reward)*ones_post)*ones_pre'"));
  CHECK(listed(terms(from("candidates degree <= 1 from min(pre, 10), pre, relu(pre - 8*ones_pre) where local")),
               "ones_post*relu(pre - 8*ones_pre)'"));
  CHECK(listed(terms(from("candidates degree <= 2 from sign(pre), relu(err_pre) where local")),
               "ones_post*(sign(pre) .* relu(err_pre))'"));
  // The same by algebra, and what is always 0.
  const std::vector<std::string> same = terms(from("candidates degree <= 2 from pre, sign(pre), abs(pre) where local"));
  CHECK(same.size() == 6);  // 1, pre, sign, abs, pre^2, pre * abs
  CHECK(terms(from("candidates degree <= 2 from err_post > 0, err_post < 0 where local")).size() == 3);
}

TEST_CASE("pools print as what they are") {
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/rules/pools")) {
    CAPTURE(entry.path().string());
    const Rule rule = read_rule(entry.path().string());
    const Rule again = from(print(rule));
    CHECK(equal(rule.dw, again.dw));
    CHECK_FALSE(rule.heading.empty());
    CHECK(rule.parameters.size() >= 9);
  }
}

TEST_CASE("a lower degree gives the candidates that the file would have with it") {
  const auto text = [](int degree) {
    return "param eta = 0\ncandidates degree <= " + std::to_string(degree) +
           " from pre, post, err_post, w where local\ndw = eta * err_post * pre'";
  };
  for (int degree : {1, 2}) {
    const Rule limited = check_rule({"candidates", text(3)}, degree);
    CHECK(print(limited) == print(from(text(degree))));
    CHECK(limited.parameters.size() < from(text(3)).parameters.size());
  }
  CHECK(print(check_rule({"candidates", text(3)}, 3)) == print(from(text(3))));
  CHECK_THROWS_WITH_AS(check_rule({"candidates", text(2)}, 3), doctest::Contains("go up to degree 2"), InputError);
  CHECK_THROWS_WITH_AS(check_rule({"plain", "param a = 0 dw = a * w"}, 2),
                       doctest::Contains("has no `candidates` statement"), InputError);
}

TEST_CASE("candidates can go into a state, with a highest power of each quantity") {
  const std::string states =
      "state xbar: post = 0 each trial state trace: post x pre = 0 each trial "
      "next xbar = 0.1 * xbar + 0.9 * net dw = reward * trace ";
  const Rule rule = from(states +
                         "param a = 0 next trace = trace + a * post * pre' "
                         "candidates degree <= 5 each from pre, xbar - net where local into trace in [-2, 2]");
  CHECK(rule.parameters.size() == 37);  // 6 x 6, and the one that was written
  CHECK(print(rule.dw, rule.parameters) == "reward*trace");
  const Rule again = check_rule({"printed", print(rule)});
  CHECK(again.parameters.size() == 37);
  CHECK(again.states.at(1).each_trial);
  CHECK(print(again) == print(rule));
  std::set<std::string> all;
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    all.insert(text_of_term(rule, static_cast<int>(r), rule.parameters));
    CHECK(locality_of(rule, static_cast<int>(r)) == Locality::local);
    CHECK(is_term(rule.parameters[r]));
  }
  CHECK(all.size() == 37);
  CHECK(all.count("post*pre' into trace") == 1);
  CHECK(all.count("(xbar - net).^5*pre.^5' into trace") == 1);
  // What is written there already is not generated once more.
  CHECK(from(states + "param a = 0 next trace = trace + a * (xbar - net) * pre' "
                      "candidates degree <= 5 each from pre, xbar - net where local into trace")
            .parameters.size() == 36);
}

TEST_CASE("without its terms a state that begins at 0 is 0, and what it multiplies goes with it") {
  const Rule rule = from(
      "param a = 1 param b = 1 param c = 1 state trace: post x pre = 0 each trial state level: post = 1 "
      "next trace = 0.9 * trace + a * post * pre' + b * net * pre' next level = 0.9 * level + 0.1 * post "
      "dw = reward * trace - c * level .* w");
  const auto left = [&](std::vector<bool> dropped) { return formula(without(rule, dropped)); };
  CHECK(left({true, false, false}).find("0.9*trace + b*net*pre'") != std::string::npos);
  const std::string nothing = left({true, true, false});
  CHECK(nothing.find("trace") == std::string::npos);
  CHECK(nothing.find("level") != std::string::npos);
  CHECK(nothing.find("reward") == std::string::npos);
  // A state that begins elsewhere is not 0, and one that others feed neither.
  const Rule fed = from(
      "param a = 1 state s: post = 0 state t: post = 0.5 next s = 0.5 * s + t next t = t "
      "dw = a * post * pre' + s * pre'");
  CHECK(formula(without(fed, {true})).find("s*pre'") != std::string::npos);
}
