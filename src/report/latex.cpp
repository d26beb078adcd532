#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "expression/print.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "report/record.hpp"
#include "report/words.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

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
      case '\\':
        out += "\\textbackslash{}";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// 1.2e-05 as 1.2 x 10^-5; what is not known as a dash.
std::string tex_number(const json& value) {
  if (!value.is_number()) return "--";
  std::string text = fmt::format("{:.3g}", value.get<double>());
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return "$" + text + "$";
  return fmt::format("${}\\times 10^{{{}}}$", text.substr(0, e), std::stoi(text.substr(e + 1)));
}

std::string coefficient(const json& value) {
  if (value.is_number()) return tex_number(value);
  std::string out;
  for (const json& v : value) out += (out.empty() ? "" : ", ") + tex_number(v);
  return out;
}

std::string between(const json& interval) {
  if (!interval[0].is_array()) return tex_number(interval[0]) + " to " + tex_number(interval[1]);
  std::string out;
  for (std::size_t k = 0; k < interval[0].size(); ++k) {
    out += (out.empty() ? "" : "; ") + tex_number(interval[0][k]) + " to " + tex_number(interval[1][k]);
  }
  return out;
}

// "value (low to high)"
std::string with_interval(const json& value, const json& interval, double scale, int digits, const char* unit) {
  if (!value.is_number()) return "--";
  // As in the page: three decimals would show nothing of a small loss.
  const bool small = digits >= 3 && value != 0 && std::abs(scale * value.get<double>()) < 0.01;
  const auto fixed = [&](const json& x) {
    if (!x.is_number()) return std::string("--");
    return small ? fmt::format("{:.3g}", scale * x.get<double>())
                 : fmt::format("{:.{}f}", scale * x.get<double>(), digits);
  };
  return fmt::format("{}{} ({} to {})", fixed(value), unit, fixed(interval[0]), fixed(interval[1]));
}

std::string score_row(const std::string& what, const json& s) {
  return fmt::format("{} & {} & {} \\\\\n", what,
                     with_interval(s["accuracy"], s["accuracy_interval"], 100, 1, "\\,\\%"),
                     with_interval(s["loss"], s["loss_interval"], 1, 3, ""));
}

}  // namespace

std::string to_latex(const json& r) {
  std::string out =
      "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath,booktabs}\n"
      "\\usepackage[margin=2.5cm]{geometry}\n\\begin{document}\n";
  out +=
      fmt::format("\\section*{{A plasticity rule found from \\texttt{{{}}}}}\n", escaped(r["rule"].get<std::string>()));
  out +=
      "Change of the weights $W_{\\ell}$ from layer $\\ell-1$ to layer $\\ell$ in one step of online "
      "learning, with "
      "activities $\\mathbf{y}$ and errors $\\mathbf{e}$:\n";
  out += fmt::format("\\begin{{flushleft}}\n$\\displaystyle \\Delta W_{{\\ell}} = {}$\n\\end{{flushleft}}\n",
                     r["latex"]["matrix"].get<std::string>());
  // What is remembered, below the change of the weights that it stands in.
  const auto states = [&](const char* left, const char* right) {
    for (const json& s : r.value("states", json::object()))
      out += fmt::format("\\begin{{flushleft}}\n$\\displaystyle {} = {}$\n\\end{{flushleft}}\n",
                         latex_becomes(s[left].get<std::string>()), s[right].get<std::string>());
  };
  states("latex_name", "latex");
  out +=
      "For the synapse from presynaptic cell $j$ (activity $x_j$, error $e^{x}_j$) to postsynaptic cell $i$ "
      "(activity $y_i$, "
      "error $e^{y}_i$):\n";
  out += fmt::format("\\begin{{flushleft}}\n$\\displaystyle \\Delta w_{{ij}} = {}$\n\\end{{flushleft}}\n",
                     r["latex"]["synapse"].get<std::string>());
  states("latex_synapse_name", "latex_synapse");
  out +=
      "\\begin{table}[h]\n\\centering\n\\caption{Coefficients with 95\\,\\% intervals, and what removing a "
      "term costs in held-out loss "
      "(the others refitted).}\n\\begin{tabular}{lllll}\n\\toprule\nterm & coefficient & interval & locality "
      "& removal cost \\\\\n\\midrule\n";
  for (const json& t : r["terms"]) {
    out += fmt::format("${}$ & {} & {} & {} & {} \\\\\n", t["latex"].get<std::string>(), coefficient(t["coefficient"]),
                       between(t["interval"]), t["locality"].get<std::string>(),
                       with_interval(t["removal_cost"], t["removal_cost_interval"], 1, 3, ""));
  }
  for (const json& c : r.value("time_constants", json::array()))
    out += fmt::format("${}$ & {}\\,s & {} & time constant & -- \\\\\n", c["latex"].get<std::string>(),
                       coefficient(c["value"]), between(c["interval"]));
  out += "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
  const Words words = words_of(r);
  const int count = r["held_out"]["episodes"].get<int>();
  const std::string of =
      words.tasks ? fmt::format("Held-out accuracy and loss over {} test episodes ({} feedback, {} ways, {} shots).",
                                count, r["setting"]["feedback"].get<std::string>(), r["setting"]["ways"].get<int>(),
                                r["setting"]["shots"].get<int>())
                  : fmt::format("Share of the squares {}, and loss, over {} {}.", words.accuracy, count, words.test);
  out += fmt::format(
      "\\begin{{table}}[h]\n\\centering\n\\caption{{{}}}\n\\begin{{tabular}}{{lll}}\n\\toprule\nrule & {} & loss "
      "\\\\\n\\midrule\n",
      of, words.accuracy);
  out += score_row("found", r["held_out"]);
  // Results of earlier versions hold two of them.
  for (const BaselineKind& kind : baseline_kinds()) {
    if (r["baselines"].contains(kind.name)) out += score_row(kind.title, r["baselines"][kind.name]);
  }
  out += "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
  out += fmt::format("\\noindent Data: {}, {}. Seed {}.\n", escaped(r["data"]["name"].get<std::string>()),
                     escaped(r["data"]["split"].get<std::string>()), r["seed"].get<std::uint64_t>());
  if (!r["citation"].get<std::string>().empty())
    out += fmt::format("\n\\noindent Candidate terms: {}.\n", escaped(r["citation"].get<std::string>()));
  return out + "\\end{document}\n";
}

}  // namespace rule_search
