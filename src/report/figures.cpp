#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/figure.hpp"
#include "report/reading.hpp"
#include "report/words.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string spaced(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return plain(key);
}

// The found rule first, then the baselines, the two that every reader knows in front.
std::vector<std::string> rules_in(const json& by_name) {
  std::vector<std::string> out;
  for (const char* first : {"found", "feedback_alignment", "backpropagation"}) {
    if (by_name.contains(first)) out.emplace_back(first);
  }
  for (const auto& [key, value] : by_name.items()) {
    if (std::find(out.begin(), out.end(), key) == out.end()) out.push_back(key);
  }
  return out;
}

void add_interval_columns(Figure& f, const std::string& column) {
  for (const char* end : {"", "_low", "_high"}) f.columns.push_back(column + end);
}

void append(std::vector<double>& row, const json& of, const char* value, const char* interval, double by = 1) {
  const Interval i = interval_in(of, interval);
  row.push_back(by * number_in(of, value));
  row.push_back(by < 0 ? by * i.high : by * i.low);
  row.push_back(by < 0 ? by * i.low : by * i.high);
}

Panel panel(std::string x, std::string y) {
  Panel p;
  p.x_label = std::move(x);
  p.y_label = std::move(y);
  p.y_low = p.y_high = unknown;
  return p;
}

void add_front(std::vector<Figure>& out, const json& r) {
  const std::vector<FrontRow> rows = front_rows(r);
  if (rows.empty()) return;
  Figure f;
  f.name = "front";
  f.title = "Complexity and held-out loss";
  f.columns = {"complexity"};
  add_interval_columns(f, "loss");
  f.columns.emplace_back("chosen_loss");
  for (const FrontRow& row : rows)
    f.rows.push_back(
        {row.complexity, row.loss, row.loss_interval.low, row.loss_interval.high, row.chosen ? row.loss : unknown});
  Panel p = panel("terms", words_of(r).loss);
  p.x_low = rows.front().complexity - 0.5;
  p.x_high = rows.back().complexity + 0.5;
  for (const FrontRow& row : rows) p.x_ticks.emplace_back(row.complexity, fmt::format("{}", row.complexity));
  p.series.push_back({Series::Style::joined, "best of its size", "loss", 0, 0, 0});
  p.series.push_back({Series::Style::highlighted, "reported", "chosen_loss", 0, 0, 0});
  // The baselines on the same classes, where they are known, and else on those of the test.
  std::size_t colour = 1;
  const json curves = object_in(object_in(r, "curves"), "rules");
  const bool same_classes = curves.contains("feedback_alignment");
  for (const std::string& name : rules_in(object_in(r, "baselines"))) {
    const json points = list_in(object_in(curves, name.c_str()), "points");
    if (same_classes && points.empty()) continue;
    const double level =
        same_classes ? number_in(points.back(), "loss") : number_in(object_in(r["baselines"], name.c_str()), "loss");
    if (std::isfinite(level)) p.series.push_back({Series::Style::level, spaced(name), "", colour, 0, level});
    ++colour;
  }
  f.panels.push_back(std::move(p));
  if (const Words words = words_of(r); !words.tasks) {
    f.caption = fmt::format(
        "The best rule of every number of terms: half the mean square of what it misses, in the size of what there is "
        "to "
        "{}, over {} {}, with 95 % intervals (Student's t over {}). A layer that does not {} has 0.5.",
        words.there_is,
        count_text(number_in(r["path"].is_array() && !r["path"].empty() ? r["path"][0] : json(), "episodes")),
        words.validation, words.units, words.does_not);
    out.push_back(std::move(f));
    return;
  }
  f.caption = fmt::format(
      "The best rule of every number of terms: mean cross-entropy after learning, over {} validation "
      "episodes, "
      "with 95 % intervals (Student's t over episodes). Lines: baselines with fitted learning rates, {}.",
      count_text(number_in(r["path"].is_array() && !r["path"].empty() ? r["path"][0] : json(), "episodes")),
      same_classes
          ? fmt::format("on the first {} of these episodes", count_text(number_in(object_in(r, "curves"), "episodes")))
          : "on the test episodes");
  out.push_back(std::move(f));
}

void add_ablation(std::vector<Figure>& out, const json& r) {
  const json terms = list_in(r, "terms");
  if (terms.empty()) return;
  Figure f;
  f.name = "ablation";
  f.title = "What each term is worth";
  f.columns = {"term"};
  add_interval_columns(f, "loss");
  add_interval_columns(f, "accuracy");
  const Words words = words_of(r);
  Panel loss = panel("", words.tasks ? "loss added, nats" : "loss added");
  Panel accuracy = panel("term taken out, the others refitted",
                         words.tasks ? "accuracy lost, points" : fmt::format("{} less, points", words.accuracy));
  double k = 0;
  bool with_accuracy = true;
  for (const json& t : terms) {
    f.rows.push_back({++k});
    append(f.rows.back(), t, "removal_cost", "removal_cost_interval");
    append(f.rows.back(), t, "removal_accuracy", "removal_accuracy_interval", -100);
    with_accuracy = with_accuracy && std::isfinite(f.rows.back()[4]);
    loss.x_ticks.emplace_back(k, plain(text_in(t, "parameter")));
  }
  loss.x_low = 0.5;
  loss.x_high = k + 0.5;
  loss.zero_line = true;
  accuracy.x_low = loss.x_low;
  accuracy.x_high = loss.x_high;
  accuracy.x_ticks = loss.x_ticks;
  accuracy.zero_line = true;
  loss.series.push_back({Series::Style::points, "", "loss", 0, 0, 0});
  accuracy.series.push_back({Series::Style::points, "", "accuracy", 0, 0, 0});
  if (!with_accuracy) loss.x_label = accuracy.x_label;
  f.panels.push_back(std::move(loss));
  if (with_accuracy) f.panels.push_back(std::move(accuracy));
  f.caption = fmt::format(
      "Cost of taking a term out and refitting the others, paired over the same {} test {}, with 95 % "
      "intervals (Student's t over them). Above 0 the rule does worse without the term.",
      count_text(number_in(object_in(r, "held_out"), "episodes")), words.units);
  out.push_back(std::move(f));
}

void add_angles(std::vector<Figure>& out, const json& r) {
  json by_rule = json::object();
  if (!list_in(r, "angles").empty()) by_rule["found"] = r["angles"];
  const json baselines = object_in(r, "baselines");
  // The two ends; the others stand in the table.
  for (const char* key : {"feedback_alignment", "backpropagation"}) {
    const json value = object_in(baselines, key);
    if (!list_in(value, "angles").empty()) by_rule[key] = value["angles"];
  }
  if (!by_rule.contains("found") || by_rule["found"].size() < 2) return;
  Figure f;
  f.name = "angles";
  f.title = "How far the errors are from those of backpropagation";
  f.columns = {"layer"};
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
      const json angle = l < by_rule[name].size() ? by_rule[name][l] : json();
      append(f.rows[l], angle, "mean", "interval");
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
  f.caption = fmt::format(
      "Angle between the error as the feedback delivers it to a layer and as the transposed forward weights "
      "W' "
      "would, at the end of learning: 90 degrees is no agreement, 0 is backpropagation. Means over {} test "
      "episodes with 95 % intervals.",
      count_text(number_in(object_in(r, "held_out"), "episodes")));
  out.push_back(std::move(f));
}

void add_curves(std::vector<Figure>& out, const json& r) {
  const json curves = object_in(r, "curves");
  const json rules = object_in(curves, "rules");
  if (list_in(object_in(rules, "found"), "points").size() < 2) return;
  Figure f;
  f.name = "curves";
  f.title = "Learning to learn";
  f.columns = {"iteration"};
  const Words words = words_of(r);
  Panel loss = panel("", words.loss);
  Panel accuracy = panel("accepted step of the fit", fmt::format("{}, %", words.accuracy));
  std::size_t longest = 0;
  std::size_t colour = 0;
  const std::vector<std::string> names = rules_in(rules);
  for (const std::string& name : names)
    longest = std::max(longest, list_in(object_in(rules, name.c_str()), "points").size());
  for (std::size_t k = 0; k < longest; ++k) f.rows.push_back({static_cast<double>(k)});
  for (const std::string& name : names) {
    const json points = list_in(object_in(rules, name.c_str()), "points");
    add_interval_columns(f, name + "_loss");
    add_interval_columns(f, name + "_accuracy");
    for (std::size_t k = 0; k < longest; ++k) {
      const json point = k < points.size() ? points[k] : json();
      append(f.rows[k], point, "loss", "loss_interval");
      append(f.rows[k], point, "accuracy", "accuracy_interval", 100);
    }
    loss.series.push_back({Series::Style::band, spaced(name), name + "_loss", colour, 0, 0});
    accuracy.series.push_back({Series::Style::band, "", name + "_accuracy", colour, 0, 0});
    ++colour;
  }
  loss.x_high = accuracy.x_high = static_cast<double>(longest - 1);
  f.panels = {std::move(loss), std::move(accuracy)};
  if (!words.tasks) {
    f.caption = fmt::format(
        "Held-out loss and the share {} while the coefficients are fitted from zero, on {} {}; every point over the "
        "same {} "
        "{}, bands are 95 % intervals (Student's t over {}).",
        words.accuracy, count_text(number_in(object_in(r, "setting"), "fit_episodes")), words.fitted,
        count_text(number_in(curves, "episodes")), words.validation, words.units);
    out.push_back(std::move(f));
    return;
  }
  f.caption = fmt::format(
      "Held-out loss and accuracy while the coefficients are fitted from zero, on {} episodes (the baselines on {}); "
      "every point "
      "over "
      "the same {} validation episodes, bands are 95 % intervals (Student's t over episodes).{}",
      count_text(number_in(object_in(r, "setting"), "fit_episodes")),
      count_text(number_in(object_in(r, "setting"), "refit_episodes")), count_text(number_in(curves, "episodes")),
      object_in(rules, "found").value("ends_as_reported", json(true)) == json(false)
          ? " This fit from zero ends at other coefficients than the reported ones, which the search reached "
            "by way of other rules."
          : "");
  out.push_back(std::move(f));
}

}  // namespace

std::vector<Figure> figures(const json& result) {
  std::vector<Figure> out;
  add_front(out, result);
  add_ablation(out, result);
  add_angles(out, result);
  add_curves(out, result);
  return out;
}

std::string colour_of(std::size_t index) {
  static const std::vector<std::string> colours = {"0072B2", "D55E00", "009E73", "CC79A7",
                                                   "E69F00", "56B4E9", "000000"};
  return colours[index % colours.size()];
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
