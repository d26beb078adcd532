#include "reference.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <numeric>

#include "base/random.hpp"
#include "drawn_episode.hpp"
#include "objectives/few_shot/learner.hpp"

using namespace rule_search;

namespace {

// More steps than two blocks of columns, where weights are kept by sample.
Episode small_episode(Feedback feedback, std::uint64_t seed, std::vector<int> layers = {7, 6, 5, 3}) {
  return test::drawn_episode(feedback, seed, std::move(layers), 37, 4);
}

std::vector<Feedback> every_feedback() {
  std::vector<Feedback> out;
  for (const FeedbackKind& k : feedback_kinds()) out.push_back(k.feedback);
  return out;
}

void agrees(const Rule& rule, const Episode& episode, const std::vector<double>& theta) {
  const reference::Dual expected = reference::query_loss(rule, theta, episode);
  std::vector<int> all(theta.size());
  std::iota(all.begin(), all.end(), 0);
  for (FirstLayer first : {FirstLayer::weights, FirstLayer::by_sample}) {
    CAPTURE(static_cast<int>(first));
    Learner<double> learner(plan::lower(rule), episode.network, episode.feedback, all, first);
    const Outcome out = learner.run(episode, theta);
    REQUIRE_FALSE(out.diverged);
    CHECK(out.loss == doctest::Approx(expected.v).epsilon(1e-10));
    for (std::size_t k = 0; k < theta.size(); ++k) {
      double slope = 0;
      for (std::size_t q = 0; q < out.query_losses.size(); ++q)
        slope += out.jacobian[q * theta.size() + k] / static_cast<double>(out.query_losses.size());
      CAPTURE(k);
      CHECK(slope == doctest::Approx(expected.d[k]).epsilon(1e-8));
    }
  }
}

}  // namespace

TEST_CASE("decoys are carried out as the scalar walk says, tangents through shuffled errors included") {
  const Rule rule = check_rule({"decoys",
                                "param a = 0 param b = 0 param c = 0 param d = 0 param e = 0\n"
                                "dw = - a * err_post * pre' + b * noise_post * pre' + c * post * noise_pre'"
                                " + d * shuffled_err_post * pre' + e * post * shuffled_err_pre'"});
  for (const Feedback feedback : every_feedback())
    agrees(rule, small_episode(feedback, 5), {0.05, 0.01, 0.02, 0.03, 0.04});
}

TEST_CASE("states that begin with a number for each element remember as the scalar walk says") {
  const Rule rule = check_rule({"elements",
                                "param a = 0 param b = 0 param c = 0\n"
                                "state theta: post = [0.1, -0.2, 0.3]\n"
                                "state average: pre = [1, 2, 3, 4]\n"
                                "state trace: post x pre = [[1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4], [-4, -3, -2, -1]]\n"
                                "next theta = (1 - b) * theta + b * post\n"
                                "next average = (1 - c) * average + c * pre\n"
                                "next trace = (1 - c) * trace + (post - theta) * average'\n"
                                "dw = - a * err_post * pre' + b * theta * average' + c * trace"});
  for (const Feedback feedback : every_feedback()) agrees(rule, small_episode(feedback, 5, {4, 3}), {0.05, 0.01, 0.02});
}

TEST_CASE("every rule of rules/ learns as the scalar walk says, for every feedback") {
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/rules")) {
    if (!entry.is_regular_file()) continue;  // pools of hundreds of terms
    Rule rule = read_rule(entry.path().string());
    if (!rule.signals.empty()) continue;                       // a few-shot task tells none
    for (Parameter& p : rule.parameters) p.per_layer = false;  // the walk knows shared parameters only
    std::vector<double> theta;
    for (std::size_t r = 0; r < rule.parameters.size(); ++r)
      theta.push_back(is_time_constant(rule.parameters[r]) ? 0.004 : 0.003 + 0.001 * static_cast<double>(r));
    for (const Feedback feedback : every_feedback()) {
      CAPTURE(entry.path().filename().string());
      CAPTURE(name(feedback));
      agrees(rule, small_episode(feedback, 5), theta);
    }
  }
}

TEST_CASE("states of every shape remember as the scalar walk says, and carry tangents from step to step") {
  for (const char* body :
       {// A trace for each synapse, fading with a time constant.
        "state trace: post x pre = 0\nnext trace = (1 - 1 ms / tau) * trace + post * pre'\n"
        "dw = -a * err_post .* trace - b * w",
        // A threshold for each cell, a mean over the layer, and a trace that is made of both and of itself.
        "state theta: post = 0.2\nstate average = 1\nstate trace: pre = -0.1\n"
        "next theta = theta + 1 ms / tau * (post.^2 - theta)\nnext average = 0.9 * average + b * mean(post .* theta)\n"
        "next trace = average * trace + (w' * theta)\n"
        "dw = a * (post .* (post - theta)) * pre' - b * err_post * trace'",
        // Two that change places at every step.
        "state one: post = 1\nstate other: post = 0\nnext one = other + 0 * tau * post\nnext other = one\n"
        "dw = -a * (one .* err_post) * pre' - b * (other .* err_post) * pre'",
        // A coefficient of what is remembered, and products of states of the sizes that w has not.
        "state inhibition: post x post = 0\nstate seen: pre x pre = 0\nstate back: pre x post = 0.1\n"
        "next inhibition = inhibition + b * (post * post' - inhibition)\nnext seen = (1 - 1 ms / tau) * seen + pre * "
        "pre'\n"
        "next back = 0.5 * back + pre * err_post'\n"
        "dw = -a * err_post * pre' - a * inhibition * w + 0.01 * a * w * seen - b * back'"}) {
    CAPTURE(body);
    const Rule rule = check_rule({"states", std::string("param a = 0\nparam b = 0\nparam tau = 3 ms\n") + body});
    for (Feedback feedback : {Feedback::fixed, Feedback::symmetric}) {
      agrees(rule, small_episode(feedback, 5), {0.03, 0.02, 0.003});
      // Candidates at 0 have slopes too.
      agrees(rule, small_episode(feedback, 7), {0.03, 0, 0.004});
      agrees(rule, small_episode(feedback, 7), {0, 0.02, 0.004});
    }
  }
}

TEST_CASE("net is what comes into the postsynaptic neurons, by all connections that lead to them") {
  const Rule rule = check_rule({"net",
                                "param a = 0\nparam b = 0\nstate xbar: post = 0\n"
                                "next xbar = 0.5 * xbar + 0.5 * net\n"
                                "dw = -a * err_post * pre' + b * (net - xbar) * pre'"});
  for (Feedback feedback : {Feedback::fixed, Feedback::symmetric})
    agrees(rule, small_episode(feedback, 5), {0.03, 0.02});
}

TEST_CASE("a second episode begins with states as they are at the start") {
  const Rule rule = read_rule(RULE_SEARCH_SOURCE_DIR "/rules/eligibility.rule");
  const Episode episode = small_episode(Feedback::fixed, 5);
  Learner<double> learner(plan::lower(rule), episode.network, episode.feedback, {0, 1});
  const Outcome first = learner.run(episode, {0.05, 0.004});
  const Outcome second = learner.run(episode, {0.05, 0.004});
  CHECK(first.loss == second.loss);
  CHECK(first.jacobian == second.jacobian);
}

TEST_CASE("slopes towards terms that are out are exact, whichever terms are in") {
  // Tangents that a coefficient of 0 makes useless are not computed; the slope by that coefficient itself
  // still is.
  for (const char* file : {"pool_2023", "f_bio", "feedback_alignment_decay", "hebb_decay"}) {
    Rule rule = read_rule(std::string(RULE_SEARCH_SOURCE_DIR "/rules/") + file + ".rule");
    for (Parameter& p : rule.parameters) p.per_layer = false;
    const std::size_t size = rule.parameters.size();
    Random random(3);
    for (int round = 0; round < 12; ++round) {
      CAPTURE(file);
      CAPTURE(round);
      std::vector<double> theta(size, 0.0);
      for (std::size_t r = 0; r < size; ++r) {
        const bool in = round == 0 ? false : round == 1 ? r == 0 : random.below(2) == 0;
        theta[r] = in ? 0.004 + 0.002 * static_cast<double>(r) : 0;
      }
      agrees(rule, small_episode(round % 2 == 0 ? Feedback::fixed : Feedback::symmetric, 7), theta);
    }
  }
}

TEST_CASE("slopes towards a block of candidates that are out are exact, where columns are made of matrices") {
  // Most tangents are 0 in all but one direction, and are left out.
  const Rule rule = check_rule(
      {"block",
       "param b = 0 param c0 = 0 param c1 = 0 param c2 = 0 param c3 = 0 param c4 = 0 param c5 = 0 param c6 = 0\n"
       "param c7 = 0 param c8 = 0\n"
       "dw = -b * err_post * pre' + c0 * err_post * (w' * post)' + c1 * ones_post * (w.^2' * post)'\n"
       "   + c2 * (w.^2 * pre) * ones_pre' + c3 * (w.^3 * ones_pre) * pre' + c4 * w .* err_pre' + c5 * post .* w\n"
       "   + c6 * ones_post * ((w.^3' * ones_post) .* err_pre)' + c7 * relu(err_post) * err_pre' + c8 * w.^2\n"});
  const Episode small = small_episode(Feedback::fixed, 11);
  const Episode large = test::drawn_episode(Feedback::fixed, 5, {90, 60, 3}, 5, 4);
  for (const std::vector<int>& in :
       std::vector<std::vector<int>>{{0}, {0, 1}, {0, 2, 3}, {0, 4, 6}, {0, 5, 7}, {0, 9}, {}}) {
    CAPTURE(in.size());
    std::vector<double> theta(rule.parameters.size(), 0.0);
    for (const int r : in) theta[static_cast<std::size_t>(r)] = 1e-4 * (r + 1);
    agrees(rule, small, theta);
    agrees(rule, large, theta);
  }
}

TEST_CASE("dark pixels carry no error to the input, lit ones all of it") {
  std::vector<Rule> rules;
  for (const char* file : {"pool_2023", "f_bio"})
    rules.push_back(read_rule(std::string(RULE_SEARCH_SOURCE_DIR "/rules/") + file + ".rule"));
  // The error by element, where a pixel without error is not one without effect.
  rules.push_back(check_rule({"test",
                              "param a = 0.01\nparam b = 0.02\n"
                              "dw = -a * err_post * exp(b * err_pre)' - b * (w * err_pre) * pre'\n"}));
  for (Rule& rule : rules) {
    for (Parameter& p : rule.parameters) p.per_layer = false;
    std::vector<double> theta;
    for (std::size_t r = 0; r < rule.parameters.size(); ++r) theta.push_back(0.003 + 0.001 * static_cast<double>(r));
    for (const Feedback feedback : every_feedback()) {
      // Two tiles and a rest of pixels, so that lists of every length come up.
      for (double dark : {0.0, 0.6, 1.0}) {
        Episode episode = small_episode(feedback, 5, {19, 6, 5, 3});
        Random random(9);
        for (Samples* s : {&episode.train, &episode.query}) {
          for (double& x : s->x) x = random.uniform(0, 1) < dark ? 0 : x;
        }
        CAPTURE(rule.name);
        CAPTURE(name(feedback));
        CAPTURE(dark);
        agrees(rule, episode, theta);
      }
    }
  }
}

TEST_CASE("a rule that has no use for the error at the input is still told how it would be aligned") {
  const Rule rule = check_rule({"test", "param a = 0.02\ndw = -a * err_post * pre'\n"});
  const Rule with =
      check_rule({"test", "param a = 0.02\nparam b = 0\ndw = -a * err_post * pre' - b * err_post * err_pre'\n"});
  const Episode episode = small_episode(Feedback::fixed, 5);
  Wanted wanted;
  wanted.alignment = true;
  Learner<double> one(plan::lower(rule), episode.network, episode.feedback, {0});
  Learner<double> other(plan::lower(with), episode.network, episode.feedback, {0});
  const std::vector<double> angles = one.run(episode, {0.02}, wanted).alignment;
  const std::vector<double> expected = other.run(episode, {0.02, 0}, wanted).alignment;
  REQUIRE(angles.size() == expected.size());
  for (std::size_t l = 0; l < angles.size(); ++l) CHECK(angles[l] == doctest::Approx(expected[l]));
}

TEST_CASE("every operator differentiates as the scalar walk says") {
  for (const char* dw : {"a * tanh(w)",
                         "a * w.^2",
                         "a * (w .* w) + b * w .* (post * pre')",
                         "a * exp(-b * abs(w))",
                         "a * relu(w) - b * sign(w)",
                         "a * sigmoid(b * w) .* (post * pre')",
                         "a * sqrt(post * pre' .* (post * pre') + ones_post * ones_pre')",
                         "a * sqrt(relu(post - b * ones_post)) * pre'",
                         "a * relu(post - b * ones_post).^0.5 * pre' + b * max(w, 0 * w).^0.3",
                         "a * log(2 * ones_post + post) * pre'",
                         "a * post * pre' ./ (w.^2 + ones_post * ones_pre')",
                         "a * post.^2 * pre' - b * post * (pre.^b)'",
                         "-a * w * w' * w",
                         "a * (w' * w * pre * post')'",
                         "a * w * (pre * pre') - b * (post * post') * w",
                         "a * lower(post * post') * w + b * w * lower(pre * pre')'",
                         "a * (post' * lower(tanh(w * w')))' * pre' - b * lower(w * w' - post * err_post')' * w",
                         "a * min(post, 0.4) * pre' + b * max(w, pre' .* w)",
                         "a * max(post, pre') - b * min(err_post * pre', w)",
                         "a * (post > 0.3) * pre' - b * (w >= 0) .* w",
                         "a * step(w) .* w + b * clip(w, -0.2, 0.3)",
                         "a * (pre' < post) .* (post * pre') + b * (0.2 <= pre)' .* w",
                         "a * min(mean(post), b) * w - b * (mean(pre) > 0.1) * w",
                         "a * max(b, post) * pre' - b * max(0.01 * w, post * pre')",
                         "a * mean(w) * w - b * norm(w) * post * pre'",
                         "a * norm(err_post)^2 * post * pre'",
                         "a * post .* w .* pre'",
                         "a * w .* err_pre' - b * w",
                         "a * (post .* w) * pre * pre'",
                         "-a * sum(post * pre') * w",
                         "a * dot(w * pre, post) / (b + dot(pre, pre)) * w",
                         "(a * post - b * err_post) * (pre - a * ones_pre)'",
                         "a * post * pre' / (1 + norm(pre))",
                         "a * (1 ./ (ones_post + post)) * pre'",
                         "a * post ./ (2 * ones_post + post) * pre' + b * w ./ (ones_post + post)",
                         "a * (tanh(w) * pre) * err_pre'",
                         "a * (tanh(w)' * post * post')'",
                         "a * (pre' .* post) .* (ones_post * err_pre' + w)",
                         "a^2 * w + a / (1 + b) * err_post * pre'"}) {
    const std::string text = dw;
    CAPTURE(text);
    const std::string b = text.find('b') == std::string::npos || text == "a * tanh(w)" ? "" : "param b = 0.02\n";
    const bool uses_b = text.find("b *") != std::string::npos || text.find("(b ") != std::string::npos ||
                        text.find("^b") != std::string::npos || text.find("+ b)") != std::string::npos;
    const Rule rule = check_rule({"test", std::string("param a = 0.01\n") + (uses_b ? b : "") + "dw = " + text + "\n"});
    agrees(rule, small_episode(Feedback::fixed, 11), std::vector<double>(rule.parameters.size(), 0.008));
  }
}

TEST_CASE("w times a column without tangents carries the weights' own") {
  for (const char* dw : {"-a * err_post * pre' - a * (w * (pre .* pre)) * pre'",
                         "-a * err_post * pre' - a * dot(post, w * ones_pre) * w"}) {
    CAPTURE(dw);
    const Rule rule = check_rule({"test", std::string("param a = 0.01\ndw = ") + dw + "\n"});
    agrees(rule, small_episode(Feedback::fixed, 6), {0.02});
  }
}

TEST_CASE("more directions than walks have room for") {
  std::string text;
  std::string dw = "dw = -0.02 * err_post * pre' - 1e-3 * dot(post, w * err_pre) * post * err_pre'";
  for (int k = 0; k < 70; ++k) {
    text += "param p" + std::to_string(k) + " = 1e-4\n";
    dw += " - p" + std::to_string(k) + " * err_post * pre'";
  }
  const Rule rule = check_rule({"test", text + dw + "\n"});
  const Episode episode = small_episode(Feedback::fixed, 6);
  std::vector<int> all(70);
  std::iota(all.begin(), all.end(), 0);
  const std::vector<double> theta(70, 1e-4);
  Learner<double> first(plan::lower(rule), episode.network, episode.feedback, all, FirstLayer::by_sample);
  Learner<double> few(plan::lower(rule), episode.network, episode.feedback, {69}, FirstLayer::weights);
  const Outcome a = first.run(episode, theta);
  const Outcome b = few.run(episode, theta);
  for (std::size_t q = 0; q < b.jacobian.size(); ++q)
    CHECK(a.jacobian[70 * q + 69] == doctest::Approx(b.jacobian[q]).epsilon(1e-9));
}

TEST_CASE("an episode that blows up leaves nothing behind in its learner") {
  const Rule rule = read_rule(RULE_SEARCH_SOURCE_DIR "/rules/pool_2023.rule");
  const Episode episode = small_episode(Feedback::fixed, 7);
  std::vector<int> all(10);
  std::iota(all.begin(), all.end(), 0);
  const std::vector<double> good = {0.01, 0, -0.02, 1e-4, 0, 0, 1e-4, 0, 0, 0.003};
  for (FirstLayer form : {FirstLayer::weights, FirstLayer::by_sample}) {
    Learner<float> used(plan::lower(rule), episode.network, episode.feedback, all, form);
    const Outcome before = used.run(episode, good);
    REQUIRE_FALSE(before.diverged);
    for (std::size_t r = 0; r < 10; ++r) {
      for (double size : {1e2, 1e3, 1e6, 1e20}) {
        std::vector<double> bad = good;
        bad[r] = size;
        used.run(episode, bad);
        CAPTURE(r);
        CAPTURE(size);
        const Outcome after = used.run(episode, good);
        REQUIRE_FALSE(after.diverged);
        CHECK(after.loss == before.loss);
        CHECK(after.jacobian == before.jacobian);
      }
    }
  }
}

TEST_CASE("layers of one cell are matrices of one row or column, not columns") {
  for (const std::vector<int>& layers : {std::vector<int>{6, 1, 3}, {1, 3}, {1, 1, 2}, {5, 4, 1, 2}, {17, 1, 17}}) {
    CAPTURE(layers.size());
    for (const char* dw : {"a * tanh(0.5 * w)", "a * tanh(w / 2) + 0 * w", "a * tanh(w - post * pre')",
                           "a * (w' + (tanh(w))')'", "-a * err_post * pre' + a * post * (pre' - post' * w)",
                           "a * exp(0 * post) * pre' - a * err_post * err_pre'"}) {
      CAPTURE(dw);
      const Rule rule = check_rule({"test", std::string("param a = 0.01\ndw = ") + dw + "\n"});
      agrees(rule, small_episode(Feedback::fixed, 4, layers), {0.02});
      agrees(rule, small_episode(Feedback::symmetric, 4, layers), {0.02});
    }
  }
}

TEST_CASE("parameters per layer: equal values give the shared result, and the slopes add up to the shared slope") {
  const Rule shared = check_rule({"test", "param a = 0.1\nparam b = 0.02\ndw = -a * err_post * pre' - b * w\n"});
  const Rule each = check_rule({"test", "param a[layer] = 0.1\nparam b = 0.02\ndw = -a * err_post * pre' - b * w\n"});
  const Episode episode = small_episode(Feedback::fixed, 3);
  Learner<double> one(plan::lower(shared), episode.network, episode.feedback, {0, 1});
  Learner<double> three(plan::lower(each), episode.network, episode.feedback, {0, 1, 2, 3});
  const Outcome a = one.run(episode, {0.1, 0.02});
  const Outcome b = three.run(episode, {0.1, 0.1, 0.1, 0.02});
  CHECK(a.loss == doctest::Approx(b.loss).epsilon(1e-13));
  for (std::size_t q = 0; q < a.query_losses.size(); ++q) {
    CHECK(a.jacobian[2 * q] ==
          doctest::Approx(b.jacobian[4 * q] + b.jacobian[4 * q + 1] + b.jacobian[4 * q + 2]).epsilon(1e-10));
    CHECK(a.jacobian[2 * q + 1] == doctest::Approx(b.jacobian[4 * q + 3]).epsilon(1e-10));
  }
}

TEST_CASE("single precision stays near double, and divergence is told, not thrown") {
  const Rule rule = read_rule(RULE_SEARCH_SOURCE_DIR "/rules/f_bio.rule");
  const Episode episode = small_episode(Feedback::fixed, 8);
  Learner<double> exact(plan::lower(rule), episode.network, episode.feedback, {0, 1, 2});
  Learner<float> fast(plan::lower(rule), episode.network, episode.feedback, {0, 1, 2});
  const Outcome a = exact.run(episode, {0.05, -0.02, 0.01});
  const Outcome b = fast.run(episode, {0.05, -0.02, 0.01});
  CHECK(b.loss == doctest::Approx(a.loss).epsilon(1e-4));
  for (std::size_t k = 0; k < a.jacobian.size(); ++k)
    CHECK(b.jacobian[k] == doctest::Approx(a.jacobian[k]).epsilon(2e-3));
  CHECK(fast.run(episode, {1e30, 0, 1e30}).diverged);
  CHECK(b.loss == fast.run(episode, {0.05, -0.02, 0.01}).loss);  // nothing of the diverged run is left behind
}

TEST_CASE("which rules need no more of the first weights than what they make of the samples") {
  const auto space = [](const std::string& dw) {
    return plan::in_sample_space(plan::lower(check_rule({"rule", "param a = 1\nparam b = 1\ndw = " + dw})));
  };
  const auto plain = space("a * err_post * pre' + b * post * (tanh(err_pre) + w' * post)' - a * b * w");
  REQUIRE(plain);
  CHECK_FALSE(plain->replays());
  CHECK(space("a * post * pre' - b * post.^2 .* w"));
  const auto walking = space("a * dot(err_pre, w' * post) * err_post * pre' + b * tanh(w * err_pre) * pre'");
  REQUIRE(walking);
  CHECK(walking->replays());
  CHECK_FALSE(space("a * tanh(w) + b * post * pre'"));
  CHECK_FALSE(space("a * w .* pre' + b * post * pre'"));
  CHECK_FALSE(space("a * post * tanh(w' * post)' + b * post * pre'"));
}

TEST_CASE("a learner serves episodes of different lengths, with and without the weights themselves") {
  const Rule rule =
      check_rule({"rule", "param a = 0.02\nparam b = 0.01\ndw = -a*err_post*pre' + b*post*(pre' - post'*w)"});
  Episode longer = small_episode(Feedback::fixed, 5);
  Episode shorter = longer;
  shorter.train.size = 20;
  Learner<double> kept(plan::lower(rule), longer.network, Feedback::fixed, {0, 1}, FirstLayer::by_sample);
  for (const Episode* e : {&longer, &shorter, &longer}) {
    Wanted wanted;
    for (bool weights : {false, true}) {
      wanted.weights = weights;
      Learner<double> fresh(plan::lower(rule), e->network, Feedback::fixed, {0, 1}, FirstLayer::weights);
      const Outcome a = kept.run(*e, {0.02, 0.01}, wanted);
      const Outcome b = fresh.run(*e, {0.02, 0.01}, wanted);
      CHECK(a.loss == doctest::Approx(b.loss).epsilon(1e-12));
      REQUIRE(a.weights.size() == b.weights.size());
      for (std::size_t l = 0; l < a.weights.size(); ++l) CHECK(a.weights[l] == b.weights[l]);
    }
  }
}

TEST_CASE("connections too large for the cache, which are computed row by row, learn as the scalar walk says") {
  const std::string memory =
      "param a = 0 param b = 0 param c = 0 param d = 0\nlet step = err_post * pre'\n"
      "state seen: post x pre = 0.1\n";
  const std::string own_step = "a * (step ./ sqrt(0.01 * ones_post * ones_pre' + seen + step.^2))";
  for (const std::string& body :
       {// Weights and states change with their row; the weights are scaled by a number, by columns of both sides.
        "next seen = seen + step.^2\ndw = -" + own_step + " - b * w - c * seen .* w + d * post * pre'",
        "next seen = seen + step.^2 .* w.^2\ndw = -" + own_step + " - b * post .* w - c * w .* pre' + d * exp(-seen)",
        // Something is summed afterwards; and one state becomes what another was.
        "next seen = seen + step.^2\ndw = -" + own_step + " - b * sum(seen .* step) * step - c * w - d * step",
        "state before: post x pre = 0\nnext before = seen\nnext seen = 0.9 * seen + step.^2\ndw = -" + own_step +
            " - b * before .* step - c * w - d * step",
        std::string("next seen = w\ndw = -a * seen .* step - b * w - c * step - d * w.^3")}) {
    CAPTURE(body);
    const Rule rule = check_rule({"large", memory + body});
    agrees(rule, test::drawn_episode(Feedback::fixed, 5, {300, 60, 3}, 5, 4), {1e-3, 5e-4, 1e-3, 5e-4});
  }
}
