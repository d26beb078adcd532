#include "expression/print/notation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "expression/print/latex.hpp"
#include "expression/print/mathml.hpp"
#include "expression/print/text.hpp"

namespace rule_search {

namespace {

// Of the neurons that a connection comes from.
bool is_below(Shape shape) { return shape.rows == Side::pre && !shape.is_matrix(); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Text final : public Notation {
 public:
  std::string number(double value) const override { return shortest(value); }
  std::string name(const std::string& name) const override { return name; }

  std::string quantity(const QuantityRow& q, Shape) const override { return std::string(q.name); }
  std::string name(const std::string& name, Shape) const override { return name; }
  std::string product(const Operator& f, const Piece& a, const Piece& b) const override {
    const std::string gap = f.name.size() > 1 ? " " : "";
    return wrap(a, product_binding) + gap + std::string(f.name) + gap + wrap(b, sign_binding);
  }
  std::string power(const Piece& base, const Piece& exponent, Shape of) const override {
    return wrap(base, power_binding) + (of.is_number() ? "^" : ".^") + wrap(exponent, atom_binding);
  }
  std::string transposed(const Piece& a) const override { return wrap(a, power_binding) + "'"; }
  std::string dot(const std::string& a, const std::string& b) const override {
    return fmt::format("{}({}, {})", row(Op::dot).name, a, b);
  }
  std::string norm(const std::string& a) const override { return function(row(Op::norm), a); }

  std::string quantity(const QuantityRow& q, const std::string& index) const override {
    return fmt::format("{}_{}", q.name, index);
  }
  std::string indexed(const std::string& name, const std::string& index) const override { return name + "_" + index; }
  std::string letter(char letter, int round) const override {
    return round == 0 ? std::string(1, letter) : fmt::format("{}{}", letter, round);
  }

  std::string times() const override { return std::string(row(Op::multiply).name); }
  std::string minus_before() const override { return "-"; }
  std::string minus_between() const override { return " - "; }
  std::string plus_between() const override { return " + "; }
  std::string parentheses(const std::string& inner) const override { return "(" + inner + ")"; }
  std::string function(const Operator& f, const std::string& argument) const override {
    return fmt::format("{}({})", f.name, argument);
  }
  std::string function(const Operator& f, const std::string& first, const std::string& second) const override {
    return fmt::format("{}({}, {})", f.name, first, second);
  }
  Piece comparison(const Operator& f, const Piece& a, const Piece& b) const override {
    return {wrap(a, sum_binding) + fmt::format(" {} ", f.name) + wrap(b, sum_binding), comparison_binding};
  }
  std::string squared(const std::string& base) const override { return base + "^2"; }
  std::string root(const std::string& inner) const override { return "sqrt(" + inner + ")"; }
  Piece quotient(const Piece& above, const Piece& below) const override {
    return {wrap(above, product_binding) + "/" + wrap(below, sign_binding), product_binding};
  }
  std::string decayed(const Expression& tau, const Piece& written) const override {
    return "decay(" + (tau.op == Op::number ? time_text(tau.number, "ms") : written.text) + ")";
  }
  // In the text of one synapse what is delayed has its index. How long the delay is, ends the name.
  std::string delayed(const std::string& name, const Piece& of, int, double) const override {
    return "delay(" + of.text + name.substr(name.rfind(", "));
  }
  Piece power(const Piece& base, const Piece& exponent) const override {
    return {wrap(base, atom_binding) + "^" + wrap(exponent, atom_binding), power_binding};
  }

  std::string at_most(const std::string& a, const std::string& b) const override { return a + "<=" + b; }
  std::string at_least(const std::string& a, const std::string& b) const override { return a + ">=" + b; }
  std::string where(const std::string& condition) const override { return "[" + condition + "]"; }
  Piece reduced(Op op, const std::string& index, const Piece& inner) const override {
    const std::string below = index.find('=') == std::string::npos ? index : "{" + index + "}";
    return {fmt::format("{}_{}({})", row(op).name, below, inner.text), atom_binding};
  }
  bool is_open_sum(const std::string&) const override { return false; }
};

class Latex final : public Notation {
 public:
  std::string number(double value) const override { return latex_number(shortest(value)); }
  std::string name(const std::string& name) const override { return latex_name(name); }

  std::string quantity(const QuantityRow& q, Shape shape) const override {
    return fmt::format("{}_{{{}}}", q.letter.latex, layer(shape));
  }
  std::string name(const std::string& name, Shape shape) const override {
    const std::string letter = latex_name_of_variable(name);
    if (shape.is_number()) return letter;
    return fmt::format("{{{}}}_{{{}}}", shape.is_matrix() ? letter : "\\boldsymbol{" + letter + "}", layer(shape));
  }
  std::string product(const Operator& f, const Piece& a, const Piece& b) const override {
    const std::string second = wrap(b, sign_binding);
    const bool numbers = f.op == Op::multiply && begins_with_digit(second);
    return wrap(a, product_binding) + " " + std::string(numbers ? "\\cdot" : f.latex) + " " + second;
  }
  std::string power(const Piece& base, const Piece& exponent, Shape of) const override {
    return "{" + base_of_power(base) + "}^{" + (of.is_number() ? "" : "\\circ ") + exponent.text + "}";
  }
  std::string transposed(const Piece& a) const override {
    return "{" + wrap(a, atom_binding) + "}" + std::string(row(Op::transpose).latex);
  }
  std::string dot(const std::string& a, const std::string& b) const override {
    return "\\left\\langle " + a + ", " + b + "\\right\\rangle";
  }
  std::string norm(const std::string& a) const override { return "\\left\\lVert " + a + "\\right\\rVert"; }

  std::string quantity(const QuantityRow& q, const std::string& index) const override {
    const std::string above = q.above.empty() ? "" : fmt::format("^{{{}}}", q.above);
    return fmt::format("{}{}_{{{}}}", q.of_synapse.latex, above, index);
  }
  std::string indexed(const std::string& name, const std::string& index) const override {
    return "{" + latex_name_of_variable(name) + "}_{" + index + "}";
  }
  std::string letter(char letter, int round) const override {
    return round == 0 ? std::string(1, letter) : fmt::format("{}_{{{}}}", letter, round);
  }

  std::string times() const override { return std::string(row(Op::multiply).latex); }
  std::string times_number() const override { return " \\cdot "; }
  bool begins_with_digit(const std::string& factor) const override { return is_digit(factor.front()); }
  std::string minus_before() const override { return "-"; }
  std::string minus_between() const override { return " - "; }
  std::string plus_between() const override { return " + "; }
  std::string parentheses(const std::string& inner) const override { return "\\left(" + inner + "\\right)"; }
  std::string function(const Operator& f, const std::string& argument) const override {
    return std::string(f.latex) + parentheses(argument);
  }
  std::string function(const Operator& f, const std::string& first, const std::string& second) const override {
    return std::string(f.latex) + parentheses(first + ", " + second);
  }
  Piece comparison(const Operator& f, const Piece& a, const Piece& b) const override {
    return {where(wrap(a, sum_binding) + std::string(f.latex) + wrap(b, sum_binding)), atom_binding};
  }
  std::string squared(const std::string& base) const override { return base + "^2"; }
  std::string root(const std::string& inner) const override { return "\\sqrt{" + inner + "}"; }
  Piece quotient(const Piece& above, const Piece& below) const override {
    return {"\\frac{" + above.text + "}{" + below.text + "}", atom_binding};
  }
  std::string decayed(const Expression& tau, const Piece& written) const override {
    return "\\mathrm{e}^{-\\Delta t / " + (tau.op == Op::number ? time(tau.number) : wrap(written, sign_binding)) + "}";
  }
  std::string delayed(const std::string&, const Piece& of, int steps, double step) const override {
    const std::string length = step > 0 ? time(exact_multiple(steps, step)) : fmt::format("{}", steps);
    return "{" + wrap(of, atom_binding) + "}\\left(t - " + length + "\\right)";
  }
  Piece power(const Piece& base, const Piece& exponent) const override {
    return {"{" + base_of_power(base) + "}^{" + exponent.text + "}", power_binding};
  }

  std::string at_most(const std::string& a, const std::string& b) const override { return a + " \\le " + b; }
  std::string at_least(const std::string& a, const std::string& b) const override { return a + " \\ge " + b; }
  std::string where(const std::string& condition) const override { return "[" + condition + "]"; }
  Piece reduced(Op op, const std::string& index, const Piece& inner) const override {
    const std::string sign(op == Op::sum ? "\\sum" : row(op).latex);
    return {sign + "_{" + index + "} " + wrap(inner, product_binding), product_binding};
  }
  bool is_open_sum(const std::string& factor) const override { return factor.rfind("\\sum", 0) == 0; }

 private:
  // In milliseconds, or the unit that makes it shorter.
  static std::string time(double seconds) {
    const std::string text = time_text(seconds, "ms");
    const std::size_t gap = text.find(' ');
    return latex_number(text.substr(0, gap)) + "\\,\\mathrm{" + text.substr(gap + 1) + "}";
  }

  // A fraction, a decay and a number with a power of ten are no bases without parentheses.
  std::string base_of_power(const Piece& base) const {
    const bool open = base.text.rfind("\\frac", 0) == 0 || base.text.rfind("\\mathrm{e}^{", 0) == 0 ||
                      base.text.find("10^{") != std::string::npos;
    return open ? parentheses(base.text) : wrap(base, atom_binding);
  }

  // A connection belongs to the layer that it leads to.
  static const char* layer(Shape shape) { return is_below(shape) ? "\\ell-1" : "\\ell"; }
};

class Mathml final : public Notation {
 public:
  std::string number(double value) const override { return mathml_number(value); }
  std::string name(const std::string& name) const override { return mathml_name(name); }

  std::string quantity(const QuantityRow& q, Shape shape) const override {
    const std::string_view letter = q.letter.mathml;
    // Bold by style: browsers map mathvariant only to upright.
    return shape.is_matrix()
               ? fmt::format("<msub><mi>{}</mi>{}</msub>", letter, layer(shape))
               : fmt::format("<msub><mi mathvariant=\"normal\" style=\"font-weight:bold\">{}</mi>{}</msub>", letter,
                             layer(shape));
  }
  std::string name(const std::string& name, Shape shape) const override {
    const std::string letter = mathml_name_of_variable(name);
    if (shape.is_number()) return letter;
    return "<msub>" + (shape.is_matrix() ? letter : "<mrow style=\"font-weight:bold\">" + letter + "</mrow>") +
           layer(shape) + "</msub>";
  }
  std::string product(const Operator& f, const Piece& a, const Piece& b) const override {
    const std::string second = wrap(b, sign_binding);
    const bool numbers = f.op == Op::multiply && begins_with_digit(second);
    return wrap(a, product_binding) + (numbers ? times_number() : std::string(f.mathml)) + second;
  }
  std::string power(const Piece& base, const Piece& exponent, Shape of) const override {
    return fmt::format("<msup><mrow>{}</mrow><mrow>{}{}</mrow></msup>", wrap(base, atom_binding),
                       of.is_number() ? "" : "<mo>&#x2218;</mo>", exponent.text);
  }
  std::string transposed(const Piece& a) const override {
    // Beside the index, not above it, where the operand has one.
    return fmt::format("<msup><mrow>{}</mrow>{}</msup>", wrap(a, atom_binding), row(Op::transpose).mathml);
  }
  std::string dot(const std::string& a, const std::string& b) const override {
    return mathml_fence("&#x27E8;", a + "<mo>,</mo>" + b, "&#x27E9;");
  }
  std::string norm(const std::string& a) const override { return mathml_fence("&#x2016;", a, "&#x2016;"); }

  std::string quantity(const QuantityRow& q, const std::string& index) const override {
    const std::string_view letter = q.of_synapse.mathml;
    return q.above.empty()
               ? fmt::format("<msub><mi>{}</mi>{}</msub>", letter, indices(index))
               : fmt::format("<msubsup><mi>{}</mi>{}<mi>{}</mi></msubsup>", letter, indices(index), q.above);
  }
  std::string indexed(const std::string& name, const std::string& index) const override {
    return "<msub><mrow>" + mathml_name_of_variable(name) + "</mrow>" + indices(index) + "</msub>";
  }
  // As an index within an index MathML takes plain characters.
  std::string letter(char letter, int round) const override {
    return round == 0 ? std::string(1, letter) : fmt::format("{}{}", letter, round);
  }

  std::string times() const override { return std::string(row(Op::multiply).mathml); }
  std::string times_number() const override { return "<mo>&#x22C5;</mo>"; }
  bool begins_with_digit(const std::string& factor) const override { return factor.rfind("<mn>", 0) == 0; }
  std::string minus_before() const override { return "<mo form=\"prefix\">&#x2212;</mo>"; }
  std::string minus_between() const override { return "<mo form=\"infix\">&#x2212;</mo>"; }
  std::string plus_between() const override { return "<mo form=\"infix\">+</mo>"; }
  std::string parentheses(const std::string& inner) const override { return mathml_fence("(", inner, ")"); }
  std::string function(const Operator& f, const std::string& argument) const override {
    return fmt::format("<mi mathvariant=\"normal\">{}</mi>", f.mathml) + parentheses(argument);
  }
  std::string function(const Operator& f, const std::string& first, const std::string& second) const override {
    return function(f, first + "<mo>,</mo>" + second);
  }
  Piece comparison(const Operator& f, const Piece& a, const Piece& b) const override {
    return {where(wrap(a, sum_binding) + std::string(f.mathml) + wrap(b, sum_binding)), atom_binding};
  }
  std::string squared(const std::string& base) const override {
    return "<msup><mrow>" + base + "</mrow><mn>2</mn></msup>";
  }
  std::string root(const std::string& inner) const override { return "<msqrt>" + inner + "</msqrt>"; }
  Piece quotient(const Piece& above, const Piece& below) const override {
    return {"<mfrac><mrow>" + above.text + "</mrow><mrow>" + below.text + "</mrow></mfrac>", atom_binding};
  }
  std::string decayed(const Expression& tau, const Piece& written) const override {
    const std::string below = tau.op == Op::number ? time(tau.number) : wrap(written, sign_binding);
    return "<msup><mi mathvariant=\"normal\">e</mi><mrow><mo form=\"prefix\">&#x2212;</mo>"
           "<mi mathvariant=\"normal\">&#x394;</mi><mi>t</mi><mo>/</mo>" +
           below + "</mrow></msup>";
  }
  std::string delayed(const std::string&, const Piece& of, int steps, double step) const override {
    const std::string length = step > 0 ? time(exact_multiple(steps, step)) : fmt::format("<mn>{}</mn>", steps);
    return "<mrow>" + wrap(of, atom_binding) +
           mathml_fence("(", "<mi>t</mi><mo form=\"infix\">&#x2212;</mo>" + length, ")") + "</mrow>";
  }
  Piece power(const Piece& base, const Piece& exponent) const override {
    // A fraction is no base without parentheses, nor is a decay.
    const bool fraction = base.text.rfind("<mfrac", 0) == 0 || base.text.rfind("<msup>", 0) == 0;
    return {"<msup><mrow>" + (fraction ? parentheses(base.text) : wrap(base, atom_binding)) + "</mrow><mrow>" +
                exponent.text + "</mrow></msup>",
            power_binding};
  }

  std::string at_most(const std::string& a, const std::string& b) const override {
    return indices(a) + "<mo>&#x2264;</mo>" + indices(b);
  }
  std::string at_least(const std::string& a, const std::string& b) const override {
    return indices(a) + "<mo>&#x2265;</mo>" + indices(b);
  }
  std::string where(const std::string& condition) const override { return mathml_fence("[", condition, "]"); }
  Piece reduced(Op op, const std::string& index, const Piece& inner) const override {
    const std::string sign =
        op == Op::sum ? "<mo>&#x2211;</mo>" : fmt::format("<mi mathvariant=\"normal\">{}</mi>", row(op).mathml);
    const bool condition = index.front() == '<';
    return {"<munder>" + sign + (condition ? "<mrow>" + index + "</mrow>" : indices(index)) + "</munder>" +
                wrap(inner, product_binding),
            product_binding};
  }
  bool is_open_sum(const std::string& factor) const override { return factor.rfind("<munder>", 0) == 0; }

 private:
  static std::string time(double seconds) {
    const std::string text = time_text(seconds, "ms");
    const std::size_t gap = text.find(' ');
    return "<mn>" + text.substr(0, gap) + "</mn><mspace width=\"0.2em\"></mspace><mi mathvariant=\"normal\">" +
           text.substr(gap + 1) + "</mi>";
  }

  static const char* layer(Shape shape) {
    return is_below(shape) ? "<mrow><mi>&#x2113;</mi><mo>&#x2212;</mo><mn>1</mn></mrow>" : "<mi>&#x2113;</mi>";
  }

  // Of "kj" two letters, since one name of two is set upright. "k1", where letters have run out, stays one.
  static std::string indices(const std::string& index) {
    std::string out;
    for (std::size_t k = 0; k < index.size();) {
      const std::size_t end = std::min(index.find_first_not_of("0123456789", k + 1), index.size());
      out += "<mi>" + index.substr(k, end - k) + "</mi>";
      k = end;
    }
    return "<mrow>" + out + "</mrow>";
  }
};

}  // namespace

const Notation& text_notation() {
  static const Text notation;
  return notation;
}

const Notation& latex_notation() {
  static const Latex notation;
  return notation;
}

const Notation& mathml_notation() {
  static const Mathml notation;
  return notation;
}

}  // namespace rule_search
