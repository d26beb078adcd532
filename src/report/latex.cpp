#include "report/latex.hpp"

#include <fmt/format.h>

#include <cmath>

#include "expression/print.hpp"
#include "report/sentences.hpp"

namespace rule_search {

namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += '\\';
        out += c;
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '<':
        out += "\\textless{}";
        break;
      case '>':
        out += "\\textgreater{}";
        break;
      case '|':
        out += "\\textbar{}";
        break;
      case '\\':
        out += "\\textbackslash{}";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// What is not known as a dash.
std::string tex_number(double value) {
  return std::isfinite(value) ? "$" + latex_number(fmt::format("{:.3g}", value)) + "$" : "--";
}

std::string coefficient(const OneOrMany<double>& values) {
  std::string out;
  for (double v : values.values) out += (out.empty() ? "" : ", ") + tex_number(v);
  return out;
}

// `unknown`: what stands for an interval of which an end is not known; with dashes where it is empty.
std::string between(const std::array<OneOrMany<double>, 2>& interval, const std::string& unknown = "") {
  std::string out;
  for (std::size_t k = 0; k < interval[0].values.size(); ++k) {
    const bool told =
        !unknown.empty() && !(std::isfinite(interval[0].values[k]) && std::isfinite(interval[1].values[k]));
    const double low = interval[0].values[k];
    const double high = interval[1].values[k];
    const bool open = !std::isfinite(high) && std::isfinite(low) && low > 0;
    const bool open_below = !std::isfinite(low) && std::isfinite(high) && high < 0;
    out += (out.empty() ? "" : "; ") + (open         ? tex_number(low) + " or more"
                                        : open_below ? tex_number(high) + " or less"
                                        : told       ? unknown
                                                     : tex_number(low) + " to " + tex_number(high));
  }
  return out;
}

// "value (low to high)"
std::string with_interval(double value, Interval interval, double scale, int digits, const char* unit) {
  if (!std::isfinite(value)) return "--";
  // As in the page: three decimals would show nothing of a small loss.
  const bool small = digits >= 3 && value != 0 && std::abs(scale * value) < 0.01;
  const auto fixed = [&](double x) {
    if (!std::isfinite(x)) return std::string("--");
    return small ? tex_number(scale * x) : fmt::format("{:.{}f}", scale * x, digits);
  };
  return fmt::format("{}{} ({} to {})", fixed(value), unit, fixed(interval.low), fixed(interval.high));
}

std::string score_row(const std::string& what, const result::Score& s) {
  return fmt::format("{} & {} & {} \\\\\n", what, with_interval(s.measure, s.measure_interval, 100, 1, "\\,\\%"),
                     with_interval(s.loss, s.loss_interval, 1, 3, ""));
}

std::string displayed(const std::string& left, const std::string& right) {
  return fmt::format("\\begin{{flushleft}}\n$\\displaystyle {} = {}$\n\\end{{flushleft}}\n", left, right);
}

std::string formulas(const Result& r) {
  const Rule rule = check_rule({"rule_text", r.rule_text});
  std::string out = fmt::format(
      "Change of the weights $W_{{\\ell}}$ of a connection in one step of online learning, from its presynaptic "
      "neurons ($\\ell-1$) to its postsynaptic neurons ($\\ell$){}:\n",
      explained(rule, {"$\\mathbf{y}$", "$\\mathbf{y}$", "$\\mathbf{e}$", "$\\mathbf{e}$"}));
  out += displayed("\\Delta W_{\\ell}", r.latex.matrix);
  // What is remembered, below the change of the weights that it stands in.
  for (const auto& [name, s] : r.states) out += displayed(latex_becomes(s.latex_name), s.latex);
  out += fmt::format("For the synapse from presynaptic neuron $j$ to postsynaptic neuron $i${}:\n",
                     explained(rule, {"$x_j$", "$y_i$", "$e^{x}_j$", "$e^{y}_i$"}));
  out += displayed("\\Delta w_{ij}", r.latex.synapse);
  for (const auto& [name, s] : r.states) out += displayed(latex_becomes(s.latex_synapse_name), s.latex_synapse);
  if (const std::string bound = meaning_of_bound(rule); !bound.empty()) out += bound + "\n";
  if (const std::string brackets = meaning_of_brackets(rule); !brackets.empty()) out += brackets + "\n";
  if (const std::string step = meaning_of_step(rule, "$\\Delta t$"); !step.empty()) out += step + "\n";
  if (const std::string anew = at_every_trial(rule); !anew.empty()) out += escaped(anew) + "\n";
  return out;
}

std::string term_table(const Result& r) {
  std::string out =
      "\\begin{table}[h]\n\\centering\n\\caption{Coefficients with 95\\,\\% intervals, and what removing a term costs "
      "in "
      "held-out loss (the others refitted).}\n\\begin{tabular}{lllll}\n\\toprule\nterm & coefficient & interval & "
      "locality "
      "& removal cost \\\\\n\\midrule\n";
  for (const result::Term& t : r.terms)
    out += fmt::format("${}$ & {} & {} & {} & {} \\\\\n", t.latex, coefficient(t.coefficient), between(t.interval),
                       name(t.locality), with_interval(t.removal_cost, t.removal_cost_interval, 1, 3, ""));
  for (const result::ShapeParameter& in_seconds : r.all_shapes()) {
    const result::ShapeParameter s = in_its_unit(in_seconds);
    out += fmt::format("${}$ & {}{} & {} & {} & -- \\\\\n", s.latex, coefficient(s.value),
                       s.unit.empty() ? "" : "\\," + s.unit, between(s.interval, "not determined"), kind_of(s));
  }
  return out + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

std::string test_table(const Result& r) {
  const std::string context = r.words.context.empty() ? "" : fmt::format(" ({})", r.words.context);
  std::string out = fmt::format(
      "\\begin{{table}}[h]\n\\centering\n\\caption{{Held-out {} and loss over {} {}{}.}}\n\\begin{{tabular}}{{lll}}\n"
      "\\toprule\nrule & {} & loss \\\\\n\\midrule\n",
      escaped(r.words.measure), r.held_out.units, escaped(r.words.test_units), escaped(context),
      escaped(r.words.measure_column));
  out += score_row("found", r.held_out);
  for (const auto& [name, b] : r.baselines_in_order())
    out += score_row(escaped(b->title.empty() ? name : b->title), b->score);
  return out + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

}  // namespace

std::string to_latex(const Result& r) {
  std::string out =
      "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath,booktabs}\n"
      "\\usepackage[margin=2.5cm]{geometry}\n\\begin{document}\n";
  out += fmt::format("\\section*{{A plasticity rule found from \\texttt{{{}}}}}\n", escaped(r.rule));
  out += formulas(r) + term_table(r) + test_table(r);
  out += fmt::format("\\noindent Data: {}, {}. Seed {}.\n", escaped(r.data.name), escaped(r.data.split), r.seed);
  if (!r.citation.empty()) out += fmt::format("\n\\noindent Candidate terms: {}.\n", escaped(r.citation));
  return out + "\\end{document}\n";
}

}  // namespace rule_search
