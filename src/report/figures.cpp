#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>

#include "grammar/keywords.hpp"
#include "report/figure.hpp"
#include "report/numbers.hpp"
#include "report/own_values.hpp"

namespace rule_search {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string spaced(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return plain(key);
}

// The found rule first, then the baselines, the two that every reader knows in front.
template <class T>
std::vector<std::string> rules_in(const std::map<std::string, T>& by_name) {
  std::vector<std::string> out;
  for (const char* first : {"found", "feedback_alignment", "backpropagation"}) {
    if (by_name.count(first) > 0) out.emplace_back(first);
  }
  for (const auto& [key, value] : by_name) {
    if (std::find(out.begin(), out.end(), key) == out.end()) out.push_back(key);
  }
  return out;
}

void add_interval_columns(Figure& f, const std::string& column) {
  for (const char* end : {"", "_low", "_high"}) f.columns.push_back(column + end);
}

void append(std::vector<double>& row, double value, Interval i, double by = 1) {
  row.push_back(by * value);
  row.push_back(by < 0 ? by * i.high : by * i.low);
  row.push_back(by < 0 ? by * i.low : by * i.high);
}

void append_unknown(std::vector<double>& row) { append(row, unknown, {unknown, unknown}); }

// Losses that span decades are told apart on a logarithmic axis alone.
bool spans_decades(const std::vector<result::FrontRule>& front) {
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  for (const result::FrontRule& row : front) {
    if (!(row.score.loss > 0) || !(row.score.loss_interval.low > 0)) return false;
    least = std::min(least, row.score.loss);
    most = std::max(most, row.score.loss);
  }
  constexpr double decades = 30;
  return most > decades * least;
}

// "loss" with its unit.
std::string with_unit(const std::string& what, const Result& r) {
  return r.words.loss_unit.empty() ? what : what + ", " + r.words.loss_unit;
}

// "1,800 test episodes"
std::string test_units(const Result& r) { return count_text(r.held_out.units) + " " + r.words.test_units; }

// "rules/pool_2023.rule (fixed feedback, 5 ways, 50 shots)": a caption is read without the page around it.
std::string search_of(const Result& r) {
  return r.words.context.empty() ? r.rule : fmt::format("{} ({})", r.rule, r.words.context);
}

// Of one column so far, to which the values along the other axis belong.
Figure figure(const char* name, const char* title, const char* along) {
  Figure f;
  f.name = name;
  f.title = title;
  f.columns = {along};
  return f;
}

Panel panel(std::string x, std::string y) {
  Panel p;
  p.x_label = std::move(x);
  p.y_label = std::move(y);
  p.y_low = p.y_high = unknown;
  return p;
}

void add_front(std::vector<Figure>& out, const Result& r) {
  if (r.front.empty()) return;
  Figure f = figure("front", "Complexity and held-out loss", "complexity");
  add_interval_columns(f, "loss");
  f.columns.emplace_back("chosen_loss");
  for (const result::FrontRule& row : r.front)
    f.rows.push_back({static_cast<double>(row.complexity), row.score.loss, row.score.loss_interval.low,
                      row.score.loss_interval.high, row.chosen ? row.score.loss : unknown});
  const bool log = spans_decades(r.front);
  Panel p = panel("terms", with_unit("held-out loss", r) + (log ? " (logarithmic)" : ""));
  p.y_log = log;
  p.x_low = f.rows.front()[0] - 0.5;
  p.x_high = f.rows.back()[0] + 0.5;
  for (const result::FrontRule& row : r.front)
    p.x_ticks.emplace_back(row.complexity, fmt::format("{}", row.complexity));
  p.series.push_back({Series::Style::joined, "best of its size", "loss", 0, 0, 0});
  p.series.push_back({Series::Style::highlighted, "reported", "chosen_loss", 0, 0, 0});
  // The baselines on the same units, where that is known, and else on those of the test.
  std::size_t colour = 1;
  const bool same_units = r.curves.rules.size() > 1;
  bool levels = false;
  for (const std::string& name : rules_in(r.baselines)) {
    const auto curve = r.curves.rules.find(name);
    const bool known = curve != r.curves.rules.end() && !curve->second.points.empty();
    if (same_units && !known) continue;
    const double level = same_units ? curve->second.points.back().loss : r.baselines.at(name).score.loss;
    if (std::isfinite(level) && (!log || level > 0)) {
      p.series.push_back({Series::Style::level, spaced(name), "", colour, 0, level});
      levels = true;
    }
    ++colour;
  }
  f.panels.push_back(std::move(p));
  f.caption = fmt::format(
      "The best rule of every number of terms among those of {}: {}, over {} {}, with 95 % intervals "
      "(Student's t over {}). The reported rule is ringed.",
      search_of(r), r.words.loss_meaning, count_text(r.path.empty() ? 0 : r.path[0].score.units),
      r.words.validation_units, r.words.units);
  if (!r.words.loss_reference.empty()) f.caption += " " + r.words.loss_reference;
  if (levels)
    f.caption += same_units ? fmt::format(" Lines: baselines with fitted coefficients, on the first {} of these {}.",
                                          count_text(r.curves.units), r.words.units)
                            : fmt::format(" Lines: baselines, on the test {}.", r.words.units);
  out.push_back(std::move(f));
}

void add_ablation(std::vector<Figure>& out, const Result& r) {
  if (r.terms.empty()) return;
  Figure f = figure("ablation", "What each term is worth", "term");
  add_interval_columns(f, "loss");
  add_interval_columns(f, "accuracy");
  Panel loss = panel("", with_unit("loss added", r));
  Panel measure = panel("term taken out, the others refitted", fmt::format("{} lost, points", r.words.measure_column));
  double k = 0;
  bool with_measure = true;
  for (const result::Term& t : r.terms) {
    f.rows.push_back({++k});
    append(f.rows.back(), t.removal_cost, t.removal_cost_interval);
    append(f.rows.back(), t.removal_measure, t.removal_measure_interval, -100);
    with_measure = with_measure && std::isfinite(f.rows.back()[4]);
    loss.x_ticks.emplace_back(k, plain(t.parameter));
  }
  measure.x_ticks = loss.x_ticks;
  for (Panel* p : {&loss, &measure}) {
    p->x_low = 0.5;
    p->x_high = k + 0.5;
    p->zero_line = true;
  }
  loss.series.push_back({Series::Style::points, "", "loss", 0, 0, 0});
  measure.series.push_back({Series::Style::points, "", "accuracy", 0, 0, 0});
  if (!with_measure) loss.x_label = measure.x_label;
  f.panels.push_back(std::move(loss));
  if (with_measure) f.panels.push_back(std::move(measure));
  f.caption = fmt::format(
      "What the rule found from {} loses where a term is taken out and the others are refitted, paired over the same "
      "{}, with 95 % intervals (Student's t over them). Above 0 the rule does worse without the term.",
      search_of(r), test_units(r));
  out.push_back(std::move(f));
}

void add_own_values(std::vector<Figure>& out, const Result& r) {
  if (!r.own_values) return;
  Figure f = figure("own_values", "Values by recording", "recording");
  const std::vector<result::OwnParameter>& parameters = r.own_values->parameters;
  const std::size_t count = parameters.front().recordings.size();
  for (std::size_t k = 0; k < count; ++k) f.rows.push_back({static_cast<double>(k + 1)});
  for (const result::OwnParameter& p : parameters) {
    const std::string column = plain(p.parameter);
    add_interval_columns(f, column);
    Panel values = panel("", p.written_in.empty() ? column : column + ", " + p.written_in);
    values.x_low = 0.5;
    values.x_high = static_cast<double>(count) + 0.5;
    for (std::size_t k = 0; k < count; ++k) {
      const double value = in_unit(p.recordings[k].value, p.written_in);
      const double error = in_unit(p.recordings[k].standard_error, p.written_in);
      const double half = std::isfinite(error) ? 1.96 * error : 0;
      append(f.rows[k], value, {value - half, value + half});
    }
    values.series.push_back({Series::Style::points, "own values", column, 0, 0, 0});
    values.series.push_back({Series::Style::level, "one value for all", "", 1, 0, in_unit(p.common, p.written_in)});
    f.panels.push_back(std::move(values));
  }
  f.panels.back().x_label = "recording, in the order of their names";
  f.caption =
      "Own values of every recording with 95 % intervals (an interval shorter than its point is not seen), and the one "
      "value that fits all. " +
      verdict(*r.own_values);
  out.push_back(std::move(f));
}

void add_angles(std::vector<Figure>& out, const Result& r) {
  std::map<std::string, std::vector<result::Mean>> by_rule;
  if (!r.angles.empty()) by_rule["found"] = r.angles;
  // The two ends; the others stand in the table.
  for (const char* key : {"feedback_alignment", "backpropagation"}) {
    const auto at = r.baselines.find(key);
    if (at != r.baselines.end() && !at->second.angles.empty()) by_rule[key] = at->second.angles;
  }
  if (by_rule.count("found") == 0 || by_rule["found"].size() < 2) return;
  Figure f = figure("angles", "How far the errors are from those of backpropagation", "layer");
  // The error at the output is the same for every rule.
  const std::size_t layers = by_rule["found"].size() - 1;
  Panel p = panel("layer", "angle to W', degrees");
  for (std::size_t l = 0; l < layers; ++l) {
    f.rows.push_back({static_cast<double>(l)});
    p.x_ticks.emplace_back(l, l == 0 ? std::string("input") : fmt::format("{}", l));
  }
  const std::vector<std::string> names = rules_in(by_rule);
  std::size_t colour = 0;
  for (const std::string& name : names) {
    add_interval_columns(f, name);
    for (std::size_t l = 0; l < layers; ++l) {
      if (l < by_rule[name].size())
        append(f.rows[l], by_rule[name][l].mean, by_rule[name][l].interval);
      else
        append_unknown(f.rows[l]);
    }
    const double middle = 0.5 * static_cast<double>(names.size() - 1);
    p.series.push_back(
        {Series::Style::joined, spaced(name), name, colour, 0.06 * (static_cast<double>(colour) - middle), 0});
    ++colour;
  }
  p.x_low = -0.4;
  p.x_high = static_cast<double>(layers) - 0.6;
  p.y_low = -5;
  p.y_high = 100;
  f.panels.push_back(std::move(p));
  f.caption =
      "Angle between the error as the feedback delivers it to a layer and as the transposed forward weights W' would, "
      "at the end of learning: 90 degrees is no agreement, 0 is backpropagation. Rules from " +
      search_of(r) + ", means over " + test_units(r) + " with 95 % intervals.";
  out.push_back(std::move(f));
}

void add_curves(std::vector<Figure>& out, const Result& r) {
  const auto found = r.curves.rules.find("found");
  if (found == r.curves.rules.end() || found->second.points.size() < 2) return;
  Figure f = figure("curves", "Course of the fit", "iteration");
  Panel loss = panel("", with_unit("held-out loss", r));
  Panel measure = panel("accepted step of the fit", fmt::format("{}, %", r.words.measure_column));
  std::size_t longest = 0;
  std::size_t colour = 0;
  const std::vector<std::string> names = rules_in(r.curves.rules);
  for (const auto& [name, curve] : r.curves.rules) longest = std::max(longest, curve.points.size());
  for (std::size_t k = 0; k < longest; ++k) f.rows.push_back({static_cast<double>(k)});
  for (const std::string& name : names) {
    const std::vector<result::Score>& points = r.curves.rules.at(name).points;
    add_interval_columns(f, name + "_loss");
    add_interval_columns(f, name + "_accuracy");
    for (std::size_t k = 0; k < longest; ++k) {
      if (k < points.size()) {
        append(f.rows[k], points[k].loss, points[k].loss_interval);
        append(f.rows[k], points[k].measure, points[k].measure_interval, 100);
      } else {
        append_unknown(f.rows[k]);
        append_unknown(f.rows[k]);
      }
    }
    loss.series.push_back({Series::Style::band, spaced(name), name + "_loss", colour, 0, 0});
    measure.series.push_back({Series::Style::band, "", name + "_accuracy", colour, 0, 0});
    ++colour;
  }
  loss.x_high = measure.x_high = static_cast<double>(longest - 1);
  f.panels = {std::move(loss), std::move(measure)};
  const auto setting = [&](const char* key) {
    return r.setting.contains(key) && r.setting[key].is_number_unsigned() ? r.setting[key].get<std::size_t>() : 0;
  };
  f.caption = fmt::format(
      "Held-out loss and {} while the coefficients of the rule found from {} are fitted from zero, on {} {}{}; every "
      "point over the same {} {}, bands are 95 % intervals (Student's t over {}).{}",
      r.words.measure, search_of(r), count_text(setting("fit_episodes")), r.words.units,
      names.size() > 1 ? fmt::format(" (the baselines on {})", count_text(setting("refit_episodes"))) : "",
      count_text(r.curves.units), r.words.validation_units, r.words.units,
      found->second.ends_as_reported ? ""
                                     : " This fit from zero ends at other coefficients than the reported ones, which "
                                       "the search reached by way of other "
                                       "rules.");
  out.push_back(std::move(f));
}

// The numbers of a matrix as points: column, row, value.
Figure matrix_figure(const Picture& of) {
  Figure f = figure(of.name.c_str(), of.title.c_str(), "column");
  f.columns.insert(f.columns.end(), {"row", "value"});
  Panel p = panel(of.x_label, of.y_label);
  for (std::size_t row = 0; row < of.values.size(); ++row) {
    p.y_ticks.emplace_back(row, of.row_names[row]);
    for (std::size_t column = 0; column < of.values[row].size(); ++column)
      f.rows.push_back({static_cast<double>(column), static_cast<double>(row), of.values[row][column]});
  }
  for (std::size_t column = 0; column < of.column_names.size(); ++column)
    p.x_ticks.emplace_back(column, of.column_names[column]);
  p.x_low = p.y_low = -0.5;
  p.x_high = static_cast<double>(of.column_names.size()) - 0.5;
  p.y_high = static_cast<double>(of.row_names.size()) - 0.5;
  p.series.push_back({Series::Style::matrix, "", "value", 0, 0, 0});
  f.panels.push_back(std::move(p));
  f.caption = of.caption;
  return f;
}

// Without an interval.
bool is_exact(const PictureLine& line) { return line.low == line.mean && line.high == line.mean; }

Figure line_figure(const Picture& of) {
  Figure f = figure(of.name.c_str(), of.title.c_str(), "x");
  Panel p = panel(of.x_label, of.y_label);
  for (double x : of.x) f.rows.push_back({x});
  std::size_t colour = 0;
  for (const PictureLine& line : of.lines) {
    add_interval_columns(f, line.name);
    for (std::size_t k = 0; k < of.x.size(); ++k) append(f.rows[k], line.mean[k], {line.low[k], line.high[k]});
    p.series.push_back({Series::Style::band, plain(line.title), line.name, colour++, 0, 0});
  }
  p.x_low = of.x.front();
  p.x_high = of.x.back();
  if (std::all_of(of.lines.begin(), of.lines.end(), is_exact))
    for (Series& s : p.series) s.style = Series::Style::line;
  // So that a point at an end is seen whole.
  const double margin = of.points.empty() ? 0 : 0.03 * (p.x_high - p.x_low);
  p.x_low -= margin;
  p.x_high += margin;
  // Points have rows of their own, behind those of the lines.
  colour = 0;
  for (const PicturePoints& points : of.points) {
    add_interval_columns(f, points.name);
    for (std::vector<double>& row : f.rows) append_unknown(row);
    for (std::size_t k = 0; k < points.x.size(); ++k) {
      std::vector<double>& row = f.rows.emplace_back(f.columns.size() - 3, unknown);
      row[0] = points.x[k];
      append(row, points.y[k], {points.low[k], points.high[k]});
    }
    p.series.push_back({Series::Style::points, plain(points.title), points.name, colour++, 0, 0});
  }
  f.panels.push_back(std::move(p));
  f.caption = of.caption;
  return f;
}

void add_pictures(std::vector<Figure>& out, const Result& r) {
  for (const Picture& p : r.pictures.value_or(std::vector<Picture>())) out.push_back(figure_of(p));
}

}  // namespace

Figure figure_of(const Picture& picture) {
  return picture.lines.empty() ? matrix_figure(picture) : line_figure(picture);
}

std::vector<Figure> figures(const Result& result) {
  std::vector<Figure> out;
  add_front(out, result);
  add_ablation(out, result);
  add_own_values(out, result);
  add_angles(out, result);
  add_curves(out, result);
  add_pictures(out, result);
  return out;
}

std::string plain(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == ' ') out += c;
  }
  return out.substr(0, 60);
}

std::string colour_of(std::size_t index) {
  static const std::vector<std::string> colours = {"0072B2", "D55E00", "009E73", "CC79A7",
                                                   "E69F00", "56B4E9", "000000"};
  return colours[index % colours.size()];
}

double largest(const Figure& figure) {
  double most = 0;
  for (const std::vector<double>& row : figure.rows) {
    if (std::isfinite(row.back())) most = std::max(most, std::abs(row.back()));
  }
  return most > 0 ? most : 1;
}

std::string to_dat(const Figure& figure) {
  std::string out = fmt::format("{}\n", fmt::join(figure.columns, " "));
  for (const std::vector<double>& row : figure.rows) {
    std::string line;
    for (double value : row)
      line += (line.empty() ? "" : " ") + (std::isfinite(value) ? fmt::format("{:.9g}", value) : "nan");
    out += line + "\n";
  }
  return out;
}

}  // namespace rule_search
