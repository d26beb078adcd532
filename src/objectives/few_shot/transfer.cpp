#include "objectives/few_shot/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>

#include "expression/shape_parameters.hpp"
#include "objectives/few_shot/baselines.hpp"

namespace rule_search {

namespace {

// Where episodes are drawn, and from which part.
struct Condition {
  std::string label;
  const Dataset* data;
  Split split;
  Part part;
  Network network;
  Feedback feedback;
  TaskShape task;
  double factor = 1;  // of all coefficients
};

// Why the part can't give such tasks; "" where it can.
std::string lacking(const Condition& c) {
  const auto p = static_cast<std::size_t>(c.part);
  if (c.task.stream > 0) {
    const std::size_t there = images_to_learn_from(c.split, c.task, c.part);
    if (static_cast<std::size_t>(c.task.stream) <= there) return "";
    return fmt::format("{} has {} images to learn from for it", c.data->name, there);
  }
  const std::size_t classes = c.split.classes[p].size();
  if (classes < static_cast<std::size_t>(c.task.ways))
    return fmt::format("{} has {} classes for it, a task needs {}", c.data->name, classes, c.task.ways);
  std::size_t images = c.split.images[p][0].size();
  for (const std::vector<int>& of_class : c.split.images[p]) images = std::min(images, of_class.size());
  const auto needed = static_cast<std::size_t>(c.task.shots) + static_cast<std::size_t>(c.task.queries);
  if (images < needed)
    return fmt::format("{} has {} images a class for it, a task needs {} ({} shots and {} queries)", c.data->name,
                       images, needed, c.task.shots, c.task.queries);
  return "";
}

class Transferring {
 public:
  Transferring(const TransferOptions& options, const Dataset& data,
               const std::function<void(const Progress&)>& progress)
      : o_(options), data_(data), report_(progress) {}

  Transfer run() {
    const auto start = std::chrono::steady_clock::now();
    check_coefficients(o_.rule, o_.network);
    out_.options = o_;
    out_.data_name = data_.name;
    out_.data_hash = data_.content_hash;
    split_ = make_split(data_, o_.task, o_.seed);
    out_.split = split_.description;
    for (TransferKind kind : transfer_kinds()) {
      if (std::find(o_.only.begin(), o_.only.end(), kind) == o_.only.end()) continue;
      table_.kind = kind;
      fill(kind);
      out_.tables.push_back(std::move(table_));
      table_ = {};
    }
    out_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(out_);
  }

 private:
  Condition as_fitted() const { return {"as fitted", &data_, split_, Part::test, o_.network, o_.feedback, o_.task}; }
  std::string titled(const std::string& what) const {
    return fmt::format("{}, {}{}", what, data_.name, o_.note.empty() ? "" : " (" + o_.note + ")");
  }

  void fill(TransferKind kind) {
    switch (kind) {
      case TransferKind::classes:
        return classes();
      case TransferKind::data:
        return other_data();
      case TransferKind::depth:
        return depth();
      case TransferKind::skip:
        return skip();
      case TransferKind::feedback:
        return feedback();
      case TransferKind::stream:
        return stream();
      case TransferKind::rates:
        return rates();
    }
  }

  void classes() {
    const std::string what = split_.by_class ? "classes" : "images";
    table_.title = titled("Unseen " + what) + ": " + split_.description;
    Condition c = as_fitted();
    c.label = "test " + what;
    add(c);
    c.label = "validation " + what;
    c.part = Part::validation;
    add(c);
    c.label = "search " + what;
    c.part = Part::search;
    add(c);
  }

  // Test classes of each. Where a set has too few images of a class, with the longest stream it can give.
  void other_data() {
    table_.title = "Other data sets, their test classes or images";
    table_.left_out = o_.missing_data;
    for (const Dataset* set : o_.other_data) {
      Condition c = as_fitted();
      c.data = set;
      c.network.layers.front() = set->rows * set->cols;
      c.network.layers.back() = set->classes;
      if (c.task.stream > 0) {
        c.label = set->name;
        try {
          c.split = make_split(*set, c.task, o_.seed);
          add(c);
        } catch (const InputError& e) {
          table_.left_out.push_back({set->name, std::string(e.what()).substr(0, std::string(e.what()).find('\n'))});
        }
        continue;
      }
      std::string why;
      for (int shots : {o_.task.shots, 25, 10, 5, 1}) {
        if (shots > o_.task.shots) continue;
        c.task.shots = shots;
        try {
          c.split = make_split(*set, c.task, o_.seed);
        } catch (const InputError& e) {
          if (why.empty()) why = std::string(e.what()).substr(0, std::string(e.what()).find('\n'));
          continue;
        }
        c.label = fmt::format("{}, {} shots{}", set->name, shots, c.split.by_class ? "" : ", images split");
        if (shots != o_.task.shots)
          table_.left_out.push_back({fmt::format("{}, {} shots", set->name, o_.task.shots), why});
        add(c);
        why.clear();
        break;
      }
      if (!why.empty()) table_.left_out.push_back({set->name, why});
    }
  }

  void depth() {
    table_.title = titled("Other depth and widths");
    const bool given = !o_.layers.empty();
    std::vector<std::vector<int>> all = given ? o_.layers : transfer_layers(o_.network.layers);
    if (given && std::find(all.begin(), all.end(), o_.network.layers) == all.end())
      all.insert(all.begin(), o_.network.layers);
    for (const std::vector<int>& layers : all) {
      Condition c = as_fitted();
      c.network.layers = layers;
      c.label = fmt::format("{}{}", fmt::join(layers, "-"), layers == o_.network.layers ? " (as fitted)" : "");
      // A pattern has as many skips as the layers allow; other lists are of these layers alone.
      const int count = static_cast<int>(o_.network.layers.size());
      const std::string pattern = name_of_skips(o_.network.skips, count);
      if (!pattern.empty())
        c.network.skips = *skips_named(pattern, static_cast<int>(layers.size()));
      else if (static_cast<int>(layers.size()) != count) {
        table_.left_out.push_back(
            {c.label, fmt::format("the connections {} are of a network of {} layers", text(o_.network.skips), count)});
        continue;
      }
      add_where_it_fits(c);
    }
  }

  void skip() {
    table_.title = titled("Other connections besides the chain");
    const int layers = static_cast<int>(o_.network.layers.size());
    std::vector<std::vector<Projection>> all = {o_.network.skips};
    for (const SkipPattern& p : skip_patterns()) {
      const std::vector<Projection> skips = *skips_named(p.name, layers);
      if (std::find(all.begin(), all.end(), skips) == all.end()) all.push_back(skips);
    }
    for (const std::vector<Projection>& skips : all) {
      Condition c = as_fitted();
      c.network.skips = skips;
      const std::string name = name_of_skips(skips, layers);
      c.label = fmt::format("{}{}", name.empty() ? text(skips) : name, skips == o_.network.skips ? " (as fitted)" : "");
      add_where_it_fits(c);
    }
  }

  void rates() {
    table_.title = titled("All coefficients times a factor");
    for (double factor : {0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0}) {
      Condition c = as_fitted();
      c.factor = factor;
      c.label = fmt::format("times {:g}{}", factor, factor == 1 ? " (as fitted)" : "");
      add(c);
    }
  }

  void add_where_it_fits(const Condition& c) {
    if (fits_connections(o_.rule, o_.network, c.network))
      add(c);
    else if (o_.network.connections() != c.network.connections())
      table_.left_out.push_back(
          {c.label, fmt::format("the rule has a coefficient for each of {} connections, this network has {}",
                                o_.network.connections(), c.network.connections())});
    else
      table_.left_out.push_back({c.label, fmt::format("the rule has a coefficient for each of the connections {}",
                                                      text(o_.network.graph().connections))});
  }

  void feedback() {
    table_.title = titled("Other feedback for the rule");
    std::vector<Feedback> all = {o_.feedback};
    for (Feedback f : {Feedback::fixed, Feedback::direct, Feedback::sign, Feedback::symmetric}) {
      if (f != o_.feedback) all.push_back(f);
    }
    for (Feedback f : all) {
      Condition c = as_fitted();
      c.feedback = f;
      c.label = fmt::format("{}{}", name(f), f == o_.feedback ? " (as fitted)" : "");
      add(c);
    }
  }

  void stream() {
    table_.title = titled(o_.task.stream > 0 ? "Longer and shorter streams" : "Longer and shorter streams, more ways");
    add(labelled(as_fitted(), " (as fitted)"));
    for (double times : {0.1, 0.3, 3.0}) {
      if (o_.task.stream == 0) break;
      Condition c = as_fitted();
      c.task.stream = std::max(1, static_cast<int>(std::lround(times * o_.task.stream)));
      add(labelled(std::move(c)));
    }
    if (o_.task.stream > 0) return;
    for (int shots : {10, 25, 50, 100, 200}) {
      if (shots == o_.task.shots) continue;
      Condition c = as_fitted();
      c.task.shots = shots;
      add(labelled(std::move(c)));
    }
    for (int times : {2, 3, 4}) {
      Condition c = as_fitted();
      c.task.ways *= times;
      add(labelled(std::move(c)));
    }
  }

  static Condition labelled(Condition c, const char* more = "") {
    c.label = c.task.stream > 0 ? fmt::format("{} images{}", c.task.stream, more)
                                : fmt::format("{} ways, {} shots{}", c.task.ways, c.task.shots, more);
    return c;
  }

  void add(const Condition& c) {
    if (const std::string why = lacking(c); !why.empty()) {
      table_.left_out.push_back({c.label, why});
      return;
    }
    TransferRow row;
    row.label = c.label;
    row.data = c.data->name;
    row.part = c.part;
    row.network = c.network;
    row.feedback = c.feedback;
    row.task = c.task;
    row.factor = c.factor;
    tell(c);
    row.found = scored("found", o_.rule, c.feedback, c);
    row.feedback_alignment = standard("feedback_alignment", o_.feedback_alignment_eta, c);
    row.backpropagation = standard("backpropagation", o_.backpropagation_eta, c);
    row.above_feedback_alignment = limited(paired(row.found.accuracies, row.feedback_alignment.accuracies), -1, 1);
    row.above_backpropagation = limited(paired(row.found.accuracies, row.backpropagation.accuracies), -1, 1);
    table_.rows.push_back(std::move(row));
  }

  const Score& standard(const std::string& baseline, double eta, const Condition& c) {
    const BaselineKind& kind = baseline_kind(baseline);
    Rule rule = kind.rule();
    rule.parameters[0].initial = {eta};
    return scored(baseline, rule, kind.feedback, c);
  }

  // The same condition stands in more than one table.
  const Score& scored(const std::string& who, const Rule& rule, Feedback feedback, const Condition& c) {
    const std::string key =
        fmt::format("{} {} {} {} {} {} {}-{}-{}-{} {}", who, name(feedback), c.data->content_hash,
                    static_cast<int>(c.part), fmt::join(c.network.layers, "-"), text(c.network.skips), c.task.ways,
                    c.task.shots, c.task.queries, c.task.stream, c.factor);
    const auto [at, fresh] = scores_.try_emplace(key);
    if (!fresh) return at->second;
    const TaskSource tasks(*c.data, c.split, c.task, c.network, feedback, o_.seed);
    const ParameterLayout layout(rule.parameters, c.network.connections());
    std::vector<double> theta = layout.initial;
    Rule marked = rule;
    mark_shape_parameters(marked);
    for (std::size_t k = 0; k < theta.size(); ++k) {
      const Parameter& p = marked.parameters[static_cast<std::size_t>(layout.parameter[k])];
      if (!p.shape) theta[k] = std::clamp(c.factor * theta[k], p.lower, p.upper);
    }
    at->second = score(rule, theta, c.network, feedback, draws(tasks, c.part), o_.episodes);
    out_.episodes += o_.episodes;
    tell(c);
    return at->second;
  }

  void tell(const Condition& c) {
    if (report_)
      report_({std::string("transfer: ") + name(table_.kind), c.label, 0, out_.episodes,
               static_cast<double>(out_.tables.size()) / static_cast<double>(o_.only.size())});
  }

  const TransferOptions& o_;
  const Dataset& data_;
  const std::function<void(const Progress&)>& report_;
  Split split_;
  std::map<std::string, Score> scores_;
  TransferTable table_;
  Transfer out_;
};

}  // namespace

const char* name(TransferKind kind) {
  static constexpr std::array names = {"classes", "data", "depth", "skip", "feedback", "stream", "rates"};
  return names.at(static_cast<std::size_t>(kind));
}

const std::vector<TransferKind>& transfer_kinds() {
  static const std::vector<TransferKind> kinds = {TransferKind::classes, TransferKind::data,     TransferKind::depth,
                                                  TransferKind::skip,    TransferKind::feedback, TransferKind::stream,
                                                  TransferKind::rates};
  return kinds;
}

std::vector<std::vector<int>> transfer_layers(const std::vector<int>& layers) {
  const std::vector<int> hidden(layers.begin() + 1, layers.end() - 1);
  std::vector<std::vector<int>> out;
  const auto add = [&](std::vector<int> between) {
    between.insert(between.begin(), layers.front());
    between.push_back(layers.back());
    if (std::find(out.begin(), out.end(), between) == out.end()) out.push_back(std::move(between));
  };
  const auto scaled = [&](double by) {
    std::vector<int> widths;
    for (int n : hidden) widths.push_back(std::max(1, static_cast<int>(by * n)));
    return widths;
  };
  add(hidden);
  // The smaller network of Shervani-Tabar & Rosenbaum (2023).
  add({130, 70});
  add(hidden.empty() ? std::vector<int>{100} : std::vector<int>{hidden.front()});
  add(scaled(0.5));
  add(scaled(2));
  std::vector<int> deeper = hidden.empty() ? std::vector<int>{100} : hidden;
  deeper.insert(deeper.begin(), deeper.front());
  deeper.push_back(deeper.back());
  add(deeper);
  return out;
}

Robustness robustness(const TransferTable& table) {
  const auto near_best = [&](const Score TransferRow::*who) {
    Robust out;
    for (const TransferRow& r : table.rows) out.best = std::max(out.best, (r.*who).accuracy.mean);
    for (const TransferRow& r : table.rows) out.rows += (r.*who).accuracy.mean >= out.best - 0.04;
    return out;
  };
  return {near_best(&TransferRow::found), near_best(&TransferRow::feedback_alignment),
          near_best(&TransferRow::backpropagation)};
}

Transfer transfer(const TransferOptions& options, const Dataset& data,
                  const std::function<void(const Progress&)>& progress) {
  return Transferring(options, data, progress).run();
}

}  // namespace rule_search
