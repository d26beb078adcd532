#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <filesystem>

#include "expression/locality.hpp"
#include "expression/print.hpp"
#include "expression/print/mathml.hpp"
#include "expression/simplify.hpp"
#include "plan/plan.hpp"

using namespace rule_search;

namespace {

Rule rule_of(const std::string& dw, const std::string& head = "") {
  return check_rule({"test", head + "dw = " + dw + "\n"});
}

// Random well-shaped expressions of any shape, so that printing meets every operator in every place.
class Grower {
 public:
  explicit Grower(std::vector<std::uint32_t> choices) : choices_(std::move(choices)) {}

  Expr grow(Shape shape, int depth) {
    const std::uint32_t c = next();
    if (depth == 0 || c % 8 == 0) return leaf(shape, c / 8);
    const auto sub = [&](Shape s) { return grow(s, depth - 1); };
    switch (c % 16) {
      case 1:
        return make_add({sub(shape), sub(shape)});
      case 2:
        return make_negate(sub(shape));
      case 3:
        return make_transpose(sub(shape.transposed()));
      case 4:
        return make(Op::multiply, {sub(number_shape), sub(shape)});
      case 5:
        return make(Op::divide, {sub(shape), sub(number_shape)});
      case 6:
        return make(Op::hadamard, {sub(shape), sub(shape)});
      case 7:
        return make(Op::hadamard_divide, {sub({shape.rows, Side::one}), sub(shape)});
      case 8:
        return make(Op::power, {sub(shape), sub(number_shape)});
      case 9:
        return make(Op::tanh, {sub(shape)});
      case 10:
        return make(Op::multiply, {sub({shape.rows, Side::post}), sub({Side::post, shape.cols})});
      case 11:
        return make(Op::multiply, {sub({shape.rows, Side::one}), sub({Side::one, shape.cols})});
      case 13:
        return make(Op::min, {sub(shape), sub(number_shape)});
      case 14:
        return make(Op::greater, {sub({shape.rows, Side::one}), sub(shape)});
      case 15:
        return make(Op::max, {make(Op::step, {sub(shape)}), make(Op::at_least, {sub(shape), sub(shape)})});
      case 12: {
        const Side side = shape.rows == Side::one ? Side::post : shape.rows;
        const Expr triangle = make(Op::lower, {sub({side, side})});
        if (shape.rows == Side::one)
          return make(Op::multiply, {sub({Side::one, side}), make(Op::multiply, {triangle, sub({side, shape.cols})})});
        return make(Op::multiply, {triangle, sub(shape)});
      }
      default:
        return shape.is_number() ? make(Op::dot, {sub(pre_shape), sub(pre_shape)}) : leaf(shape, c);
    }
  }

 private:
  std::uint32_t next() { return choices_.empty() ? 0 : choices_[at_++ % choices_.size()]; }

  Expr column(Side side, std::uint32_t c) {
    if (side == Side::pre) return make_quantity(c % 2 == 0 ? Quantity::pre : Quantity::err_pre);
    return make_quantity(c % 2 == 0 ? Quantity::post : Quantity::err_post);
  }
  Expr leaf(Shape shape, std::uint32_t c) {
    if (shape.is_number())
      return c % 2 == 0 ? make_parameter(static_cast<int>(c / 2 % 2)) : make_number(static_cast<double>(c % 1000) / 64);
    if (shape.is_column()) return column(shape.rows, c);
    if (shape.is_row()) return make_transpose(column(shape.cols, c));
    if (shape == weight_shape) return make_quantity(Quantity::w);
    if (shape == weight_shape.transposed()) return make_transpose(make_quantity(Quantity::w));
    return make(Op::multiply, {column(shape.rows, c), make_transpose(column(shape.cols, c / 2))});
  }

  std::vector<std::uint32_t> choices_;
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("a rule with memory is printed as a text that is the same rule again") {
  const std::string text =
      "# What it is.\nrule memory\n\nparam a = 0.5\nparam tau = 20 ms\nparam slow = 0.3 s in [1 us, 2 s]\n\n"
      "signal attention: post\nsignal reward\nstate trace: post x pre = 0\nstate theta: post = -0.25\nstate "
      "mean_reward = 1\n\n"
      "next trace = (1 - 0.001/tau)*trace + post*pre'\nnext theta = theta + 0.001/slow*(post.^2 - theta)\n"
      "next mean_reward = 0.9*mean_reward + 0.1*reward\n"
      "dw = a*(reward - mean_reward)*(attention .* trace)\n     - theta*pre'\n";
  const Rule rule = check_rule({"memory", text});
  CHECK(print(rule) == text);
  const Rule again = check_rule({"again", print(rule)});
  CHECK(print(again) == text);
  REQUIRE(rule.parameters.size() == 3);
  CHECK(rule.parameters[1].initial[0] == 0.02);
  CHECK(rule.parameters[1].lower == 0);
  CHECK(rule.parameters[2].lower == 1e-6);
  CHECK(rule.parameters[2].upper == 2);
  // Times that have no short name in their unit are still the same number.
  for (double seconds : {0.023456789012345678, 1.0 / 3000, 7e-6 / 3, 0.1 + 0.2}) {
    Rule other = rule;
    other.parameters[1].initial[0] = seconds;
    CHECK(check_rule({"other", print(other)}).parameters[1].initial[0] == seconds);
  }
}

TEST_CASE("states go with the last term that needs them, and their time constants and signals with them") {
  const Rule rule =
      check_rule({"memory",
                  "param a = 1 param b = 1 param c = 1 param fast = 1 ms param slow = 1 s\n"
                  "state one: post = 0 state two: post = 0 state three: post = 0\nsignal attention: post\n"
                  "next one = one + 1 ms / fast * (two - one) next two = two + 1 ms / slow * (attention - two)\n"
                  "next three = 0.5 * three + post\n"
                  "dw = a * one * pre' + b * two * pre' + c * three * pre'"});
  const auto names = [](const Rule& r) {
    std::string out;
    for (const Parameter& p : r.parameters) out += p.name + " ";
    for (const State& s : r.states) out += s.name + " ";
    for (const Signal& s : r.signals) out += s.name + " ";
    return out;
  };
  CHECK(names(without(rule, {false, true, true, false, false})) == "a fast slow one two attention ");
  CHECK(names(without(rule, {true, false, true, false, false})) == "b slow two attention ");
  CHECK(names(without(rule, {true, true, false, false, false})) == "c three ");
  CHECK(names(without(rule, {true, true, true, false, false})) == "");
  // What is left is a rule by itself.
  const Rule left = without(rule, {true, false, true, false, false});
  CHECK(print(check_rule({"left", print(left)})) == print(left));
}

TEST_CASE("locality is as far as the states of a term reach") {
  const auto reach = [](const std::string& state) {
    const Rule rule = check_rule({"test", state + "\ndw = s * pre'"});
    return locality(rule, rule.dw);
  };
  CHECK(reach("state s: post = 0 next s = 0.9 * s + post.^2") == Locality::local);
  CHECK(reach("state s: post = 0 next s = 0.9 * s + w * pre") == Locality::cell);
  CHECK(reach("state s: post = 0 next s = 0.9 * s + mean(post) * ones_post") == Locality::layer);
  CHECK(reach("state t = 0 state s: post = 0 next s = 0.9 * s + t * post next t = mean(post)") == Locality::layer);
  CHECK(reach("state s: post = 0 next s = 0.9 * s + reward * post") == Locality::local);
  const Rule rule = check_rule({"test", "state s: post x pre = 0 next s = s + post * pre' dw = s + s * pre * pre'"});
  CHECK(locality(rule, summands(rule.dw)[0]) == Locality::local);
  CHECK(locality(rule, summands(rule.dw)[1]) == Locality::cell);  // over the synapses of the cell after it
}

TEST_CASE("every rule of rules/ prints as what it is") {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/rules")) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    const Rule rule = read_rule(entry.path().string());
    const std::string text = print(rule);
    const Rule again = check_rule({"printed", text});
    CHECK(equal(rule.dw, again.dw));
    CHECK(print(again) == text);
    CHECK(again.name == entry.path().stem().string());
    CHECK(again.citation == rule.citation);
    CHECK_FALSE(rule.citation.empty());
    CHECK_FALSE(rule.heading.empty());
    ++count;
  }
  CHECK(count >= 15);
}

TEST_CASE("random rules print as what they are, and simplifying keeps the round trip") {
  const bool good = rc::check([](const std::vector<std::uint32_t>& choices) {
    Rule rule;
    rule.name = "random";
    rule.parameters = {{"a", false, {0.5}}, {"b", true, {1, 2}}};
    Grower grower(choices);
    // Both parameters must be used for the text to be a valid file.
    rule.dw = make_add(
        {grower.grow(weight_shape, 5),
         make(Op::multiply, {make(Op::multiply, {make_parameter(0), make_parameter(1)}), make_quantity(Quantity::w)})});
    const Rule again = check_rule({"printed", print(rule)});
    RC_ASSERT(equal(rule.dw, again.dw));
    const Expr simple = simplify(rule.dw);
    RC_ASSERT(simple->shape == weight_shape);
    const Expr back = check_rule({"simple", "param a = 0\nparam b[layer] = 0\nlet used = a*b\ndw = " +
                                                print(simple, rule.parameters) + " + used*w\n"})
                          .dw;
    RC_ASSERT(equal(make_add({simple, back->args.back()}), back));
  });
  CHECK(good);
}

TEST_CASE("locality is what a synapse must know") {
  const auto where = [](const std::string& dw) { return std::string(name(locality(rule_of(dw).dw))); };
  CHECK(where("post * pre'") == "local");
  CHECK(where("post.^2 .* w") == "local");
  CHECK(where("tanh(w)") == "local");
  CHECK(where("post * post' * w") == "cell");
  CHECK(where("(w * pre) * pre'") == "cell");
  CHECK(where("w * pre * pre'") == "cell");
  CHECK(where("post * (w' * post)'") == "cell");
  CHECK(where("sum(post) * w") == "layer");
  CHECK(where("(post' * w * pre) * w") == "layer");
  CHECK(where("post * pre' / norm(pre)") == "layer");
  CHECK(where("w * w' * w") == "layer");
  CHECK(where("w * w' * post * pre'") == "layer");
}

TEST_CASE("locality does not depend on where a number stands or how a product is written") {
  const auto where = [](const std::string& dw) { return std::string(name(locality(rule_of(dw).dw))); };
  CHECK(where("lower(post * post') * w") == "layer");
  CHECK(where("post * post' * 2 * w") == "cell");
  CHECK(where("w * 3 * pre * pre'") == "cell");
  CHECK(where("(w' * 2 * post)' .* w") == "cell");
  CHECK(where("post * (pre' * 2 * w') * post * pre'") == "layer");
  CHECK(where("(post .* post') * post * pre'") == "layer");
  CHECK(where("(post .* pre') * pre * pre'") == "layer");
  CHECK(where("post * (pre' * pre) * pre'") == "layer");
  CHECK(where("(post .* w) * pre * pre'") == "cell");
  CHECK(where("w * (pre * err_pre' + err_pre * pre')") == "cell");
  CHECK(where("(w + post * pre') * pre * pre'") == "layer");
  CHECK(where("(w - 2 * w)' ' * pre * pre'") == "cell");
}

TEST_CASE("the form for one synapse") {
  const auto form = [](const std::string& dw) {
    const Rule r = rule_of(dw);
    return synapse_form(r.dw, r.parameters);
  };
  CHECK(form("-2 * err_post * pre'") == "-2*err_post_i*pre_j");
  CHECK(form("post * pre' - post * post' * w") == "post_i*pre_j - post_i*sum_k(post_k*w_kj)");
  CHECK(form("post.^2 .* w") == "post_i^2*w_ij");
  CHECK(form("(post - 0.1 * ones_post) * pre'") == "(post_i - 0.1)*pre_j");
  CHECK(form("dot(pre, pre) * w") == "sum_k(pre_k*pre_k)*w_ij");
  CHECK(form("(pre * post')'") == "post_i*pre_j");
  CHECK(form("ones_post * (post' * (pre' * pre) * w)") == "sum_k(pre_k*pre_k)*sum_l(post_l*w_lj)");
  CHECK(form("post * post' * 2 * w") == "post_i*2*sum_k(post_k*w_kj)");
  CHECK(form("lower(post * post') * w") == "sum_{k<=i}(post_i*post_k*w_kj)");
  CHECK(form("lower(post * post')' * w") == "sum_{k>=i}(post_i*post_k*w_kj)");
  CHECK(form("w * lower(pre * pre')") == "sum_{k>=j}(w_ik*(pre_k*pre_j))");
  CHECK(form("w * lower(pre * pre')'") == "sum_{k<=j}(w_ik*(pre_k*pre_j))");
  CHECK(form("mean(lower(post * post')) * w") == "mean_kl([l<=k]*(post_k*post_l))*w_ij");
  CHECK(form("norm(2) * w") == "sqrt(2^2)*w_ij");
  // More sums than letters: no letter is used twice.
  CHECK(form("w*w'*w*w'*w*w'*w*w'*w*pre*pre'").rfind("sum_klmnpqrsk1(", 0) == 0);
}

TEST_CASE("LaTeX keeps what belongs together") {
  const Rule r = rule_of("((post / 2).^2) * pre'");
  CHECK(latex_synapse_form(r.dw, r.parameters).find("{\\left(\\frac{y_{i}}{2}\\right)}^{2}") != std::string::npos);
  const Rule sanger = rule_of("post * pre' - lower(post * post') * w");
  CHECK(latex_synapse_form(sanger.dw, {}) == "y_{i}\\,x_{j} - \\sum_{k \\le i} y_{i}\\,y_{k}\\,w_{kj}");
  CHECK(latex_name("theta10") == "\\theta_{10}");
  CHECK(latex_name("_") == "\\mathrm{\\_}");
}

TEST_CASE("names are typeset as the field writes them") {
  CHECK(latex_name("theta_2") == "\\theta_{2}");
  CHECK(latex_name("tau_plus") == "\\tau_{+}");
  CHECK(latex_name("a2_minus") == "a_{2}^{-}");
  CHECK(latex_name("tau_y") == "\\tau_{y}");
  CHECK(latex_name("w_max") == "w_{\\mathrm{max}}");
  CHECK(latex_name("tau_x_minus") == "\\tau_{x}^{-}");
  CHECK(latex_name("eta_hebb_2") == "\\eta_{\\mathrm{hebb},2}");
  CHECK(latex_name("a") == "a");
  // Words stay words.
  CHECK(latex_name("low_rate") == "\\mathrm{low\\_rate}");
  CHECK(latex_name("rate2") == "\\mathrm{rate}_{2}");
  CHECK(latex_name("a2b") == "\\mathrm{a2b}");
  CHECK(latex_name("plus") == "\\mathrm{plus}");
  CHECK(mathml_name("tau_plus") == "<msub><mi>&#x3C4;</mi><mo>+</mo></msub>");
  CHECK(mathml_name("a2_minus") == "<msubsup><mi>a</mi><mn>2</mn><mo>&#x2212;</mo></msubsup>");
  CHECK(mathml_name("low_rate") == "<mi>low_rate</mi>");
}

TEST_CASE("simplifying drops what vanishes and collects what is equal") {
  const auto simple = [](const std::string& dw) {
    const Rule r = rule_of(dw);
    return print(simplify(r.dw), r.parameters);
  };
  CHECK(simple("0 * w + 2 * (3 * post) * pre'") == "6*(post*pre')");
  CHECK(simple("w + w - 2*w + post*pre'") == "post*pre'");
  CHECK(simple("1 * w - -w") == "2*w");
}

TEST_CASE("comparisons bind last, say for each synapse what they say, and stretch as products by element do") {
  const auto printed = [](const std::string& dw) { return print(rule_of(dw).dw, {}); };
  CHECK(printed("(post - 0.5*ones_post > 0) * pre'") == "(post - 0.5*ones_post > 0)*pre'");
  CHECK(printed("post < pre'") == "(pre' > post)");
  CHECK(printed("(w <= 0.5) .* (w > -1)") == "(0.5 >= w) .* (w > -1)");
  CHECK(printed("clip(w, 0, 1) - w") == "min(max(w, 0), 1) - w");
  const auto form = [](const std::string& dw) { return synapse_form(rule_of(dw).dw, {}); };
  CHECK(form("(post > 0.5) * pre'") == "(post_i > 0.5)*pre_j");
  CHECK(form("max(post, pre') .* step(w)") == "max(post_i, pre_j)*step(w_ij)");
  CHECK(latex_synapse_form(rule_of("(post >= 0.5) * pre'").dw, {}) == "[y_{i} \\ge 0.5]\\,x_{j}");
  CHECK(latex_synapse_form(rule_of("min(w, 1)").dw, {}) == "\\min\\left(w_{ij}, 1\\right)");
  const auto where = [](const std::string& dw) { return std::string(name(locality(rule_of(dw).dw))); };
  CHECK(where("(post > pre') .* w") == "local");
  CHECK(where("min(w * pre, 1) * pre'") == "cell");
  CHECK(where("(post > mean(post)) * pre'") == "layer");
}

TEST_CASE("decay is the exponential of a step by a time constant, and decay a name as well") {
  const auto next = [](const std::string& text) {
    const Rule r = check_rule({"test", "step 1 ms\nstate x: pre = 0\nparam tau = 20 ms\n" + text + "dw = post * x'\n"});
    return print(r.states[0].next, r.parameters);
  };
  CHECK(next("next x = decay(tau) * x + pre\n") == next("next x = exp(-dt/tau) * x + pre\n"));
  CHECK(next("param decay = 0.5\nnext x = decay * decay(tau) * x + pre\n") == "decay*exp(-0.001/tau)*x + pre");
}

TEST_CASE("comparisons and functions of numbers are numbers") {
  const auto simple = [](const std::string& dw) {
    const Rule r = rule_of(dw);
    return print(simplify(r.dw), r.parameters);
  };
  CHECK(simple("max(2, 3) * w") == "3*w");
  CHECK(simple("(2 > 3) * w + post * pre'") == "post*pre'");
  CHECK(simple("(2 <= 3) * w") == "w");
  CHECK(simple("step(0) * w + w") == "w");
  CHECK(simple("min(0 * post, 1) * pre' + w") == "w");
  CHECK(simple("(0 * post >= 0) * pre' + w") == "ones_post*pre' + w");
}

TEST_CASE("what vanishes keeps its shape") {
  const auto simple = [](const std::string& dw) {
    const Rule r = rule_of(dw);
    const Expr s = simplify(r.dw);
    CHECK(s->shape == weight_shape);
    return print(s, r.parameters);
  };
  CHECK(simple("post*pre' + exp(post - post)*pre'") == "post*pre' + ones_post*pre'");
  CHECK(simple("post*pre' - 0.5*(sigmoid(0*post)*pre')") == "post*pre' - 0.25*(ones_post*pre')");
  CHECK(simple("(post - post).^0*pre'") == "ones_post*pre'");
  CHECK(simple("w + exp(w - w)") == "w + ones_post*ones_pre'");
  CHECK(simple("w - w") == "0*w");
  CHECK(simple("w + lower(post*post' - post*post')*w") == "w");
  CHECK(simple("tanh(w - w) + post*pre'") == "post*pre'");
}

TEST_CASE("a rule without a parameter is the rule with it at zero") {
  const Rule rule = rule_of("a * post * pre' - b * (post * pre' - w)", "param a = 1\nparam b = 1\n");
  const Rule left = without(rule, {false, true});
  REQUIRE(left.parameters.size() == 1);
  CHECK(left.parameters[0].name == "a");
  CHECK(print(left.dw, left.parameters) == "a*post*pre'");
}

TEST_CASE("gate is a quantity where a rule does not declare it") {
  const Rule read = check_rule({"test", "param a = 1 dw = a * gate * pre'"});
  CHECK(plan::lower(read).uses(Quantity::gate));
  const Rule declared = check_rule({"test", "param gate = 2 dw = gate * post * pre'"});
  CHECK_FALSE(plan::lower(declared).uses(Quantity::gate));
  REQUIRE(declared.parameters.size() == 1);
  CHECK(declared.parameters[0].name == "gate");
  CHECK(print(check_rule({"test", print(declared)})) == print(declared));
  CHECK_FALSE(
      plan::lower(check_rule({"test", "let gate = 2 * post param a = 1 dw = a * gate * pre'"})).uses(Quantity::gate));
}

TEST_CASE("where a coefficient is 0 the state of its term is printed with no formula") {
  const Rule rule = check_rule(
      {"test",
       "param a = 0 param b = 2 state s: post x pre = 0 next s = 0.9 * s + post * pre' dw = a * s + b * post * pre'"});
  CHECK(with_numbers(rule).states.empty());
  CHECK(check_rule({"test", formula(with_numbers(rule))}).states.empty());
}
