// Syntax tree to typed expression: names are looked up, parts written out, shapes checked.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/text.hpp"
#include "expression/candidates.hpp"
#include "expression/rule.hpp"
#include "grammar/keywords.hpp"
#include "grammar/parser.hpp"

namespace rule_search {

namespace {

using syntax::Kind;
using syntax::Node;

// What stands for generated candidates is written out by export, and must be readable: so room for 5,000 of them.
constexpr std::size_t largest_expression = 200000;
constexpr int deepest_expression = 2000;       // everything after this goes down the tree by recursion
constexpr std::size_t most_statements = 6000;  // params, and lets

class Checker {
 public:
  Checker(const Source& source, Parsed parsed, int degree)
      : source_(source), degree_(degree), file_(std::move(parsed.file)), errors_(std::move(parsed.errors)) {
    for (const Diagnostic& d : errors_) syntax_errors_.push_back(d.span.begin);
    std::sort(syntax_errors_.begin(), syntax_errors_.end());
    for (const QuantityRow& q : quantities())
      declare(std::string(q.name), {Named::Kind::quantity, static_cast<int>(q.quantity), {}});
    for (const Operator& o : operators()) {
      if (o.writing == Writing::function) declare(std::string(o.name), {Named::Kind::function, 0, {}});
    }
  }

  Rule run() {
    head();
    if (few(file_.parameters, "parameters", "the coefficients of one rule") &&
        few(file_.lets, "parts", "write the smaller ones out")) {
      parameters();
      states_and_signals();
      lets();
      nexts();
      update();
      if (degree_ > 0 && errors_.empty()) check_degree();
      candidates();
      unused();
    }
    if (!errors_.empty()) throw RuleError(source_, std::move(errors_));
    return std::move(rule_);
  }

 private:
  void error(Span span, std::string message, std::string expected = "", std::string found = "", std::string hint = "") {
    errors_.push_back({span, std::move(message), std::move(expected), std::move(found), std::move(hint)});
  }

  void head() {
    if (file_.rules.size() > 1)
      error(file_.rules[1].span, "a second rule name", "one rule in a file", "", "put it into a file of its own");
    rule_.name = file_.rules.empty() ? "unnamed" : file_.rules[0].text;
    if (!file_.rules.empty()) not_reserved(file_.rules[0]);
    for (const syntax::Word& c : file_.citations) {
      if (c.text.find_first_not_of(" \t") == std::string::npos)
        error({c.span.begin - 1, c.span.end + 1}, "an empty citation", "cite \"Author, Journal (year)\"", "",
              "leave the line out where there is none");
      if (!rule_.citation.empty()) rule_.citation += "; ";
      rule_.citation += c.text;
    }
    rule_.heading = file_.heading;
  }

  // What a name stands for.
  struct Named {
    enum class Kind { quantity, function, parameter, part, state, signal };
    Kind kind;
    int index;  ///< of the quantity, of the parameter, state or signal in the rule, or of the part
    Span span;  ///< where it is declared
  };

  struct Part {
    std::string name;
    Expr value;  ///< null where a mistake inside has been reported already
    bool used = false;
  };

  void declare(const std::string& n, Named what) {
    if (names_.emplace(n, what).second) known_names_.push_back(n);
  }

  // A text of thousands of statements is no rule, and what else is wrong with it is of no use.
  template <class Statements>
  bool few(const Statements& statements, const char* what, const char* hint) {
    if (statements.size() <= most_statements) return true;
    error(statements[most_statements].name.span, fmt::format("too many {}", what),
          fmt::format("at most {}", most_statements), fmt::format("{}", statements.size()), hint);
    return false;
  }

  // A number that could not be read must not be judged as well.
  bool told_within(Span span) const {
    const auto first = std::lower_bound(syntax_errors_.begin(), syntax_errors_.end(), span.begin);
    return first != syntax_errors_.end() && *first < span.end;
  }

  bool not_reserved(const syntax::Word& word) {
    if (!is_reserved(word.text)) return true;
    error(word.span, fmt::format("`{}` is a reserved word", word.text), "another name", "",
          fmt::format("call it {}_2, say", word.text));
    return false;
  }

  bool free_name(const syntax::Word& word) {
    if (!not_reserved(word)) return false;
    if (names_.count(word.text) == 0) return true;
    error(word.span, fmt::format("the name `{}` is taken", word.text), "a name not used before", "",
          fmt::format("call it {}_2, say", word.text));
    return false;
  }

  void parameters() {
    for (const syntax::Parameter& p : file_.parameters) {
      if (!free_name(p.name)) continue;
      Parameter parameter;
      parameter.name = p.name.text;
      parameter.per_layer = p.per_layer;
      parameter.initial = p.initial;
      if (!p.per_layer && p.initial.size() > 1) {
        error(p.initial_span, fmt::format("`{}` is one number for all layers", p.name.text), "one value",
              fmt::format("{} values", p.initial.size()),
              fmt::format("for one a layer write `param {}[layer] = ...`", p.name.text));
      }
      parameter.unit = p.unit;
      if (is_time_constant(parameter)) parameter.lower = 0;
      if (p.lower) parameter.lower = *p.lower;
      if (p.upper) parameter.upper = *p.upper;
      time_constant(p);
      if (told_within(p.bounds_span) || told_within(p.initial_span)) {
        // What stands there instead of the number is a guess.
      } else if (parameter.lower > parameter.upper) {
        error(p.bounds_span, "the lower bound is above the upper one", "[lower, upper]",
              fmt::format("[{:g}, {:g}]", parameter.lower, parameter.upper), "turn them round");
      } else if (parameter.lower == parameter.upper) {
        error(p.bounds_span, "the bounds leave one value, so there is nothing to fit",
              "[lower, upper], the lower one below", fmt::format("[{:g}, {:g}]", parameter.lower, parameter.upper),
              fmt::format("a number that stays as it is: let {} = {:g}", p.name.text, parameter.lower));
      } else {
        for (double v : parameter.initial) {
          if (is_time_constant(parameter) && v <= 0) continue;  // told already
          if (v < parameter.lower || v > parameter.upper) {
            error(p.initial_span, fmt::format("the initial value of `{}` is outside its bounds", p.name.text),
                  fmt::format("a number in [{:g}, {:g}]", parameter.lower, parameter.upper), fmt::format("{:g}", v),
                  "move it inside, or widen the bounds");
            break;
          }
        }
      }
      declare(p.name.text, {Named::Kind::parameter, static_cast<int>(rule_.parameters.size()), p.name.span});
      rule_.parameters.push_back(std::move(parameter));
    }
    used_.assign(rule_.parameters.size(), false);
  }

  void time_constant(const syntax::Parameter& p) {
    if (p.mixed_units)
      error(p.initial_span, fmt::format("some values of `{}` have a unit, others none", p.name.text),
            "a unit behind every value", "", "for example: [20 ms, 30 ms]");
    if (p.unit.empty()) return;
    for (double v : p.initial) {
      if (v > 0) continue;
      error(p.initial_span, "a time constant is above 0", "a time above 0", fmt::format("{:g} s", v),
            "a number that may be 0 or negative stands without a unit");
      break;
    }
    if (p.lower && *p.lower < 0)
      error(p.bounds_span, "a time constant is above 0", "a lower bound of 0 or more", fmt::format("{:g} s", *p.lower),
            "leave the bounds out, or begin them at 0");
  }

  bool shape_of_words(const std::vector<syntax::Word>& words, Shape& shape) {
    const auto side = [](const syntax::Word& w) { return w.text == "pre" ? Side::pre : Side::post; };
    shape = number_shape;
    if (words.empty()) return true;
    if (words[0].text != "number") shape.rows = side(words[0]);
    if (words.size() == 1) return true;
    shape.cols = side(words[1]);
    if (words[0].text != "number" && words[1].text != "number") return true;
    error({words[0].span.begin, words[1].span.end}, "a number has no other side", "number, pre, post, or two sides",
          fmt::format("{} x {}", words[0].text, words[1].text), "one number for each synapse is post x pre");
    return false;
  }

  void states_and_signals() {
    for (const syntax::Word& w : file_.broken) broken_.push_back(w.text);
    for (const syntax::State& s : file_.states) {
      State state;
      if (!free_name(s.name) || !shape_of_words(s.shape, state.shape)) {
        broken_.push_back(s.name.text);
        continue;
      }
      state.name = s.name.text;
      state.initial = s.initial;
      declare(s.name.text, {Named::Kind::state, static_cast<int>(rule_.states.size()), s.name.span});
      rule_.states.push_back(std::move(state));
    }
    for (const syntax::Signal& s : file_.signals) {
      Signal signal;
      if (!free_name(s.name) || !shape_of_words(s.shape, signal.shape)) {
        broken_.push_back(s.name.text);
        continue;
      }
      if (signal.shape.is_matrix()) {
        error({s.shape.front().span.begin, s.shape.back().span.end}, "a signal is a number or a column",
              "number, pre or post", name(signal.shape), "what every synapse has for itself is a state");
        broken_.push_back(s.name.text);
        continue;
      }
      signal.name = s.name.text;
      declare(s.name.text, {Named::Kind::signal, static_cast<int>(rule_.signals.size()), s.name.span});
      rule_.signals.push_back(std::move(signal));
    }
    state_used_.assign(rule_.states.size(), false);
    signal_used_.assign(rule_.signals.size(), false);
  }

  void nexts() {
    std::vector<bool> met(rule_.states.size(), false);
    for (const syntax::Next& n : file_.nexts) {
      const auto known = names_.find(n.name.text);
      if (known == names_.end() || known->second.kind != Named::Kind::state) {
        std::vector<std::string> states;
        for (const State& s : rule_.states) states.push_back(s.name);
        const std::string near = nearest(n.name.text, states);
        const bool told = std::find(broken_.begin(), broken_.end(), n.name.text) != broken_.end();
        if (!told)
          error(n.name.span, fmt::format("`{}` is no state", n.name.text), "the name of a state", "",
                !near.empty() ? fmt::format("did you mean `{}`?", near)
                              : fmt::format("declare it: state {} = 0, or with a shape, as in state {}: post = 0",
                                            n.name.text, n.name.text));
        unknown_ = true;
        broken_.push_back(n.name.text);
        if (!dropped(n.value)) expression(n.value);
        continue;
      }
      const auto k = static_cast<std::size_t>(known->second.index);
      if (met[k])
        error(n.name.span, fmt::format("a second update of `{}`", n.name.text), "one `next` for each state", "",
              "add the terms to the first one");
      met[k] = true;
      if (dropped(n.value)) continue;
      // What a state is made of itself is no use of it.
      const std::vector<bool> used = state_used_;
      const Expr value = expression(n.value);
      if (state_used_[k] && !used[k]) state_used_[k] = false;
      if (!value) continue;
      State& state = rule_.states[k];
      state.next = value;
      if (value->depth > deepest_expression)
        error(n.value.span, fmt::format("what `{}` becomes is too deep", state.name),
              fmt::format("at most {} levels", deepest_expression), fmt::format("{}", value->depth));
      if (value->shape != state.shape)
        error(n.value.span, fmt::format("`{}` becomes something of another shape", state.name), name(state.shape),
              name(value->shape),
              state.shape.is_number() && value->shape.is_column() ? "a number of a column is its mean or sum"
              : value->shape == state.shape.transposed()
                  ? "transpose it with '"
                  : fmt::format("declare the state with this shape, or mend the expression"));
    }
    for (std::size_t k = 0; k < met.size(); ++k) {
      if (met[k] || !syntax_errors_.empty()) continue;
      const std::string& n = rule_.states[k].name;
      error(names_.at(n).span, fmt::format("the state `{}` has no update", n),
            fmt::format("a statement `next {} = ...`", n), "",
            fmt::format("for example: next {0} = 0.9 * {0} + ...", n));
    }
  }

  void lets() {
    for (const syntax::Let& let : file_.lets) {
      part_now_ = let.name.text;
      Expr value = dropped(let.value) ? nullptr : expression(let.value);
      part_now_.clear();
      if (value && value->depth > deepest_expression) {
        error(let.name.span, fmt::format("the part `{}` is too deep", let.name.text),
              fmt::format("at most {} levels", deepest_expression), fmt::format("{}", value->depth));
        value = nullptr;
      }
      if (free_name(let.name)) {
        declare(let.name.text, {Named::Kind::part, static_cast<int>(parts_.size()), let.name.span});
        parts_.push_back({let.name.text, value});
      }
    }
  }

  // What the parser leaves of a statement it could not read.
  static bool dropped(const Node& n) { return n.kind == Kind::number && n.span.end == 0; }

  void update() {
    if (file_.updates.empty()) {
      if (syntax_errors_.empty() && file_.candidates.empty()) {
        error({source_.text.size(), source_.text.size()}, "the rule has no update", "a statement `dw = ...`",
              "the end of the file", "for example: dw = -0.01 * err_post * pre'");
      }
      return;
    }
    if (file_.updates.size() > 1)
      error(file_.updates[1].span, "a second update", "one `dw = ...`", "", "add the terms to the first one");
    const Node& n = file_.updates[0].value;
    if (dropped(n)) return;
    rule_.dw = expression(n);
    if (rule_.dw && rule_.dw->shape != weight_shape) {
      const std::string hint = rule_.dw->shape == weight_shape.transposed()
                                   ? "transpose it: the product of a post column and a pre row, as in post * pre'"
                               : rule_.dw->shape.is_number()
                                   ? "multiply a column of post by a row of pre, as in post * pre'"
                                   : "an outer product such as post * pre' has this shape";
      error(n.span, "dw has the wrong shape", name(weight_shape), name(rule_.dw->shape), hint);
    }
    if (rule_.dw && rule_.dw->depth > deepest_expression)
      error(n.span, "the rule is too deep", fmt::format("at most {} levels", deepest_expression),
            fmt::format("{}", rule_.dw->depth));
    if (size_ > largest_expression)
      error(n.span, "the rule is too large", fmt::format("at most {} operations", largest_expression),
            fmt::format("{}", size_));
  }

  void unused() {
    // Of an expression that was cut at the largest size the rest has not been looked at.
    if (!syntax_errors_.empty() || (file_.updates.empty() && file_.candidates.empty()) || unknown_ ||
        size_ > largest_expression)
      return;
    const auto tell = [&](const char* what, const std::string& n) {
      error(names_.at(n).span, fmt::format("the {} `{}` is used nowhere", what, n), "", "",
            "use it in dw or remove the line");
    };
    for (std::size_t i = 0; i < used_.size(); ++i) {
      if (!used_[i]) tell("parameter", rule_.parameters[i].name);
    }
    for (const Part& part : parts_) {
      if (!part.used) tell("part", part.name);
    }
    for (std::size_t k = 0; k < rule_.states.size(); ++k) {
      if (!state_used_[k]) tell("state", rule_.states[k].name);
    }
    for (std::size_t k = 0; k < rule_.signals.size(); ++k) {
      if (!signal_used_[k] && names_.at(rule_.signals[k].name).span.end > 0) tell("signal", rule_.signals[k].name);
    }
  }

  void check_degree() const {
    if (file_.candidates.empty())
      throw InputError(
          fmt::format("--degree {}: the rule {} has no `candidates` statement\n  hint: leave the option out, or write "
                      "`candidates degree <= {} from pre, post, err_post where local`",
                      degree_, rule_.name, degree_));
    double highest = 0;
    for (const syntax::Candidates& c : file_.candidates) highest = std::max(highest, c.degree.number);
    if (degree_ > highest)
      throw InputError(fmt::format(
          "--degree {0}: the candidates of {1} go up to degree {2:g}\n  hint: write `candidates degree <= {0}` into "
          "the file, or give at most {2:g}",
          degree_, rule_.name, highest));
  }

  void candidates() {
    if (file_.candidates.empty()) return;
    const std::size_t written = rule_.parameters.size();
    std::vector<Expr> known;
    std::vector<Expr> all = rule_.dw ? summands(rule_.dw) : std::vector<Expr>();
    for (std::size_t r = 0; r < written && rule_.dw && errors_.empty(); ++r) {
      if (!depends_on_parameter(rule_.dw, static_cast<int>(r))) continue;  // of a state, or told as unused
      const Expr term = term_of(rule_, static_cast<int>(r));
      bool alone = true;
      for (std::size_t other = 0; other < written; ++other)
        alone = alone && !depends_on_parameter(term, static_cast<int>(other));
      if (alone) known.push_back(term);
    }
    for (const syntax::Candidates& c : file_.candidates) {
      CandidateAtoms from;
      if (!atoms_of(c, from) || !errors_.empty()) continue;
      std::vector<Expr> made = candidate_terms(from);
      if (made.empty()) {
        error(c.span, "these make too many candidates", fmt::format("at most {}", most_candidates), "more",
              "lower the degree, name fewer quantities, or set `where local`");
        continue;
      }
      std::erase_if(made, [&](const Expr& term) { return locality(rule_, term) > from.reach; });
      made = distinct(made, known);
      if (made.size() + rule_.parameters.size() - written > most_candidates) {
        error(c.span, "these make too many candidates", fmt::format("at most {}", most_candidates),
              fmt::format("{}", made.size() + rule_.parameters.size() - written),
              "lower the degree, name fewer quantities, or set `where local`");
        continue;
      }
      for (const Expr& term : made) {
        Parameter p;
        do {
          p.name = fmt::format("c{}", ++last_candidate_);
        } while (names_.count(p.name) != 0);
        p.generated = true;
        p.lower = c.lower.value_or(p.lower);
        p.upper = c.upper.value_or(p.upper);
        p.initial = {0};
        const Expr coefficient = make_parameter(static_cast<int>(rule_.parameters.size()));
        // From the left, as it is read: (c * u) * v', not c * (u * v').
        all.push_back(term->op == Op::multiply
                          ? make(Op::multiply, {make(Op::multiply, {coefficient, term->args[0]}), term->args[1]})
                          : make(Op::multiply, {coefficient, term}));
        rule_.parameters.push_back(std::move(p));
        known.push_back(term);
      }
    }
    if (!all.empty()) rule_.dw = make_add(all);
  }

  bool atoms_of(const syntax::Candidates& c, CandidateAtoms& from) {
    const std::size_t before = errors_.size();
    const double degree = c.degree.number;
    if (!(degree >= 1 && degree <= highest_degree && degree == std::floor(degree)))
      error(c.degree.span, "this is no degree that can be searched",
            fmt::format("a whole number from 1 to {}", highest_degree), fmt::format("{:g}", degree),
            "the degree of a term is how many quantities are multiplied in it");
    else
      from.degree = degree_ > 0 ? std::min(degree_, static_cast<int>(degree)) : static_cast<int>(degree);
    for (const Node& n : c.atoms) {
      in_candidates_ = true;
      const Expr e = expression(n);
      in_candidates_ = false;
      if (!e) continue;
      const Shape shape = e->shape;
      bool holds_parameter = false;
      for (std::size_t r = 0; r < rule_.parameters.size(); ++r)
        holds_parameter = holds_parameter || depends_on_parameter(e, static_cast<int>(r));
      if (holds_parameter)
        error(n.span, "candidates are made of quantities alone", "an expression without parameters", "",
              "every candidate gets a coefficient of its own");
      else if (shape != weight_shape && !shape.is_column() && !shape.is_number())
        error(n.span, "candidates are made of columns, numbers and matrices of the shape of w",
              "a column of post or pre, a number or post x pre", name(shape), "transpose it");
      else
        from.atoms.push_back(e);
    }
    if (c.where) {
      const auto reach = locality_named(c.where->text);
      if (!reach)
        error(c.where->span, fmt::format("`{}` is no reach", c.where->text), "local, cell or layer", "",
              "local: a term needs only its own two cells and its weight; `layer` allows every term");
      else
        from.reach = *reach;
    }
    if (c.lower && c.upper && !(*c.lower <= 0 && *c.upper >= 0 && *c.lower < *c.upper))
      error(c.bounds_span,
            *c.lower == *c.upper ? "the bounds of candidates leave one value" : "the bounds of candidates leave out 0",
            "[lower, upper] with 0 in it and the lower one below", fmt::format("[{:g}, {:g}]", *c.lower, *c.upper),
            "a candidate that is not taken has coefficient 0");
    return errors_.size() == before;
  }

  // Null where a mistake inside has been reported already.
  Expr expression(const Node& n) {
    if (++size_ > largest_expression) return nullptr;
    switch (n.kind) {
      case Kind::number:
        if (!n.text.empty() && names_.count(n.text) != 0) {
          unknown_ = true;
          error(n.span, fmt::format("`{}` is a unit here, and a name elsewhere", n.text),
                "an operator, or another name", "",
                fmt::format("is a `*` missing? If the unit is meant, give {} another name", n.text));
          return nullptr;
        }
        return make_number(n.number);
      case Kind::name:
        return named(n);
      case Kind::negate: {
        Expr a = expression(n.children[0]);
        return a ? make_negate(a) : nullptr;
      }
      case Kind::transpose: {
        Expr a = expression(n.children[0]);
        return a ? make_transpose(a) : nullptr;
      }
      case Kind::sum:
        return sum(n);
      case Kind::product:
        return product(n);
      case Kind::power:
        return power(n);
      case Kind::call:
        return call(n);
    }
    return nullptr;
  }

  Expr named(const Node& n) {
    const auto known = names_.find(n.text);
    if (known != names_.end()) {
      const int index = known->second.index;
      switch (known->second.kind) {
        case Named::Kind::quantity:
          return make_quantity(static_cast<Quantity>(index));
        case Named::Kind::parameter:
          used_[static_cast<std::size_t>(index)] = true;
          return make_parameter(index);
        case Named::Kind::state: {
          const State& s = rule_.states[static_cast<std::size_t>(index)];
          state_used_[static_cast<std::size_t>(index)] = true;
          return make_variable(Op::state, index, s.name, s.shape);
        }
        case Named::Kind::signal: {
          const Signal& s = rule_.signals[static_cast<std::size_t>(index)];
          signal_used_[static_cast<std::size_t>(index)] = true;
          return make_variable(Op::signal, index, s.name, s.shape);
        }
        case Named::Kind::part: {
          Part& part = parts_[static_cast<std::size_t>(index)];
          part.used = true;
          if (part.value) size_ += count(part.value);
          return part.value;
        }
        case Named::Kind::function:
          break;
      }
    }
    if (known == names_.end() && n.text == "reward") {
      // The one broadcast signal that everybody knows by name.
      declare(n.text, {Named::Kind::signal, static_cast<int>(rule_.signals.size()), {}});
      rule_.signals.push_back({n.text, number_shape});
      signal_used_.push_back(true);
      return make_variable(Op::signal, static_cast<int>(rule_.signals.size()) - 1, n.text, number_shape);
    }
    unknown_ = true;
    if (std::find(broken_.begin(), broken_.end(), n.text) != broken_.end()) return nullptr;  // told already
    if (known != names_.end()) {
      error(n.span, fmt::format("`{}` is a function", n.text), fmt::format("{}(...)", n.text), "",
            "its argument stands in parentheses");
      return nullptr;
    }
    if (is_reserved(n.text)) {
      // Its declaration, if there is one, has been told as a mistake.
      const bool declared =
          std::any_of(file_.lets.begin(), file_.lets.end(), [&](const auto& let) { return let.name.text == n.text; }) ||
          std::any_of(file_.parameters.begin(), file_.parameters.end(),
                      [&](const auto& p) { return p.name.text == n.text; });
      unknown_ = true;
      if (!declared)
        error(n.span, fmt::format("`{}` is a reserved word", n.text), "a quantity, a parameter, a part or a number", "",
              n.text == "inf" ? "infinity has its place in bounds alone" : "");
      return nullptr;
    }
    const std::string near = nearest(n.text, known_names_);
    const bool later =
        std::any_of(file_.lets.begin(), file_.lets.end(), [&](const auto& let) { return let.name.text == n.text; });
    error(
        n.span, fmt::format("unknown name `{}`", n.text),
        fmt::format("a quantity ({}), a parameter, a state, a signal or a part", fmt::join(helpful_quantities(), ", ")),
        "",
        n.text == part_now_ ? "a part can't be made of itself"
        : later             ? "its `let` must stand before its use"
        : !near.empty()     ? fmt::format("did you mean `{}`?", near)
        : n.text.rfind("err", 0) == 0 || n.text.rfind("delta", 0) == 0
            ? "the errors of a connection are err_post and err_pre"
        : in_candidates_ ? fmt::format("declare it before: let {} = ...", n.text)
                         : fmt::format("declare it: param {} = 0", n.text));
    return nullptr;
  }

  // A decoy is nothing to propose.
  static std::vector<std::string_view> helpful_quantities() {
    std::vector<std::string_view> names;
    for (const QuantityRow& q : quantities()) {
      if (q.origin != Origin::decoy) names.push_back(q.name);
    }
    return names;
  }

  // Comparing with every name takes its time, and nobody reads a hint for the thousandth mistake.
  std::string nearest(const std::string& n, const std::vector<std::string>& known) const {
    return errors_.size() < RuleError::most_kept ? nearest_name(n, known) : "";
  }

  static std::size_t count(const Expr& e) {
    std::size_t n = 1;
    for (const Expr& arg : e->args) n += count(arg);
    return n;
  }

  Expr sum(const Node& n) {
    std::vector<Expr> args;
    bool good = true;
    const Node* first = nullptr;
    Shape shape;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      Expr a = expression(n.children[i]);
      if (!a) {
        good = false;
        continue;
      }
      if (first == nullptr) {
        first = &n.children[i];
        shape = a->shape;
      } else if (a->shape != shape) {
        error(n.children[i].span, fmt::format("both sides of `{}` need the same shape", n.operators[i]), name(shape),
              name(a->shape), sum_hint(shape, a->shape));
        good = false;
      }
      args.push_back(n.operators[i] == "-" ? make_negate(a) : a);
    }
    return good ? make_add(args) : nullptr;
  }

  static std::string sum_hint(Shape a, Shape b) {
    if (a.is_number() || b.is_number()) {
      const Shape other = a.is_number() ? b : a;
      if (other == post_shape) return "a number becomes a column by `number * ones_post`";
      if (other == pre_shape) return "a number becomes a column by `number * ones_pre`";
      return "a number becomes a matrix by `number * ones_post * ones_pre'`";
    }
    if (a == b.transposed()) return "transpose one of them with '";
    if (a.is_matrix() && b == post_shape) return "make it a matrix, as in x * pre' or x * ones_pre'";
    if (a.is_matrix() && b == pre_shape) return "make it a matrix, as in post * x' or ones_post * x'";
    return "";
  }

  Expr product(const Node& n) {
    Expr left = expression(n.children[0]);
    Span span = n.children[0].span;
    for (std::size_t i = 1; i < n.children.size(); ++i) {
      Expr right = expression(n.children[i]);
      span.end = n.children[i].span.end;
      if (!left || !right) {
        left = nullptr;
        continue;
      }
      const std::string& symbol = n.operators[i];
      left = joined(find_infix(symbol)->op, left, right, span, symbol);
    }
    return left;
  }

  Expr joined(Op op, const Expr& a, const Expr& b, Span span, const std::string& symbol) {
    Shape shape;
    if (result_shape(op, {a->shape, b->shape}, shape)) return make(op, {a, b});
    const std::string found = fmt::format("{} {} {}", name(a->shape), symbol, name(b->shape));
    if (op == Op::multiply) {
      std::string hint = a->shape == b->shape ? "for a product element by element write `.*`" : "";
      if (a->shape.is_column() && b->shape.is_column())
        hint = "for an outer product transpose the second: x * y'" + (hint.empty() ? std::string() : "; " + hint);
      const bool row = a->shape.transposed().is_column();
      if (hint.empty() && row && b->shape.is_column())
        hint = "for an outer product the second is transposed: post * pre'";
      if (hint.empty() && result_shape(op, {a->shape.transposed(), b->shape}, shape))
        hint = row ? "take the transpose of the first away" : "transpose the first with '";
      error(span, "these shapes can't be multiplied", "as many columns on the left as rows on the right", found, hint);
    } else if (op == Op::divide) {
      error(span, "`/` divides by a number only", fmt::format("{} / a number", name(a->shape)), found,
            "for a quotient element by element write `./`");
    } else {
      error(span, fmt::format("`{}` needs shapes that fit", symbol),
            "equal shapes, or a column or row that is stretched along the other side", found,
            "a column of post stands before a matrix of post x pre, a row of pre, as in pre', behind it");
    }
    return nullptr;
  }

  Expr power(const Node& n) {
    Expr base = expression(n.children[0]);
    Expr exponent = expression(n.children[1]);
    if (!base || !exponent) return nullptr;
    if (!exponent->shape.is_number()) {
      error(n.children[1].span, "an exponent is a number", "a number", name(exponent->shape),
            "for x to the power of a column write exp(y .* log(x))");
      return nullptr;
    }
    if (n.operators[0] == "^" && !base->shape.is_number()) {
      error(n.span, "`^` is for numbers", "a number", name(base->shape), "for a power element by element write `.^`");
      return nullptr;
    }
    return make(Op::power, {base, exponent});
  }

  Expr call(const Node& n) {
    std::vector<Expr> args;
    for (const Node& child : n.children) args.push_back(expression(child));
    const Operator* f = find_function(n.text);
    const Span word{n.span.begin, n.span.begin + n.text.size()};
    if (f == nullptr) {
      std::vector<std::string> names;
      for (const Operator& o : operators()) {
        if (o.writing == Writing::function) names.emplace_back(o.name);
      }
      const std::string near = nearest(n.text, names);
      const bool is_name = names_.count(n.text) != 0;
      unknown_ = true;
      error(word, is_name ? fmt::format("`{}` is no function", n.text) : fmt::format("unknown function `{}`", n.text),
            fmt::format("one of {}", fmt::join(names, ", ")), "",
            is_name        ? "is a `*` missing before the parenthesis?"
            : near.empty() ? ""
                           : fmt::format("did you mean `{}`?", near));
      return nullptr;
    }
    if (static_cast<int>(args.size()) != f->arity) {
      error(word, fmt::format("`{}` takes {} argument{}", f->name, f->arity, f->arity == 1 ? "" : "s"),
            fmt::format("{}", f->arity), fmt::format("{}", args.size()),
            f->arity == 1 ? fmt::format("write {}(x)", f->name) : fmt::format("write {}(x, y)", f->name));
      return nullptr;
    }
    for (const Expr& a : args) {
      if (!a) return nullptr;
    }
    std::vector<Shape> shapes;
    for (const Expr& a : args) shapes.push_back(a->shape);
    Shape shape;
    if (!result_shape(f->op, shapes, shape)) {
      if (f->shape == ShapeRule::square) {
        error(n.span, fmt::format("`{}` needs a matrix over the same cells on both sides", f->name),
              "post x post or pre x pre", name(shapes[0]),
              shapes[0] == post_shape  ? "x * x' is post x post, as in lower(post*post') * w"
              : shapes[0] == pre_shape ? "x * x' is pre x pre, as in w * lower(pre*pre')"
                                       : "as in lower(post*post') * w");
        return nullptr;
      }
      error(n.span, fmt::format("`{}` needs two columns of equal shape", f->name), "two columns over the same cells",
            fmt::format("{} and {}", name(shapes[0]), name(shapes[1])),
            shapes[0].is_matrix() && shapes[0] == shapes[1] ? "for matrices write sum(x .* y)"
                                                            : "both of post, or both of pre");
      return nullptr;
    }
    return make(f->op, args);
  }

  const Source& source_;
  int degree_;  ///< highest of candidates, 0 for as written
  syntax::File file_;
  std::vector<Diagnostic> errors_;
  Rule rule_;
  std::vector<std::size_t> syntax_errors_;  ///< where they begin, in order
  std::unordered_map<std::string, Named> names_;
  std::vector<std::string> known_names_;  ///< in the order of their declaration
  std::vector<bool> used_;                ///< by parameter
  std::vector<bool> state_used_, signal_used_;
  std::vector<std::string> broken_;  ///< names of states and signals whose declaration has been told as a mistake
  std::vector<Part> parts_;
  std::string part_now_;  ///< the part whose `let` is being read
  std::size_t size_ = 0;
  bool in_candidates_ = false;  ///< where no parameter may stand
  int last_candidate_ = 0;      ///< generated coefficients are c1, c2, ...
  bool unknown_ = false;        // a misspelt name must not also be told as an unused parameter
};

}  // namespace

Rule check_rule(const Source& source, int degree) { return Checker(source, parse(source), degree).run(); }

Rule read_rule(const std::string& path, int degree) { return check_rule(read_source(path), degree); }

}  // namespace rule_search
