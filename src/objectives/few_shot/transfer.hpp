// What a rule is worth where it was not fitted: scored as it is, beside feedback alignment and
// backpropagation as they are, on other classes, data, networks, feedback and streams.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fit/progress.hpp"
#include "objectives/few_shot/objective.hpp"

namespace rule_search {

enum class TransferKind { classes, data, depth, skip, feedback, stream, rates };
const char* name(TransferKind kind);
/// All of them, in the order of the report.
const std::vector<TransferKind>& transfer_kinds();

struct LeftOut {
  std::string label, why;
};

struct TransferOptions {
  Rule rule;  ///< its coefficients are the initial values of its parameters
  double feedback_alignment_eta = 0;
  double backpropagation_eta = 0;
  // The conditions that the rule was fitted under; each table changes one of them.
  Feedback feedback = Feedback::fixed;
  Network network;
  TaskShape task;
  std::uint64_t seed = 1;

  std::size_t episodes = 100;  ///< for each score
  std::vector<TransferKind> only = transfer_kinds();
  std::vector<const Dataset*> other_data;
  std::vector<LeftOut> missing_data;     ///< told in the table of other data
  std::vector<std::vector<int>> layers;  ///< from the pixels to the classes; none for a list of their own
  std::string note;                      ///< put behind the title of every table of the rule's own data
};

/// One condition. The three were scored on the same episodes.
struct TransferRow {
  std::string label;
  std::string data;
  Part part = Part::test;
  Network network;
  Feedback feedback = Feedback::fixed;  ///< of the rule; the other two have their own
  TaskShape task;
  double factor = 1;  ///< of all coefficients of the three
  Score found, feedback_alignment, backpropagation;
  Estimate above_feedback_alignment, above_backpropagation;  ///< accuracy of the rule minus theirs, paired
};

struct TransferTable {
  TransferKind kind = TransferKind::classes;
  std::string title;
  std::vector<TransferRow> rows;  ///< the first is the condition of the fit, where there is one
  std::vector<LeftOut> left_out;
};

/// How many rows have an accuracy within 4 points of the best row: a measure of how little the coefficients matter, beside
/// the accuracy of that row, without which it says nothing.
struct Robust {
  std::size_t rows = 0;
  double best = 0;
};
struct Robustness {
  Robust found, feedback_alignment, backpropagation;
};
Robustness robustness(const TransferTable& table);

struct Transfer {
  TransferOptions options;
  std::string data_name, data_hash, split;
  std::vector<TransferTable> tables;
  std::size_t episodes = 0;  ///< run for it
  double seconds = 0;
};

/// Throws InputError where the data can't give the task that the rule was fitted on, a network of `layers`
/// does not fit them, or the coefficients don't fit the network.
Transfer transfer(const TransferOptions& options, const Dataset& data,
                  const std::function<void(const Progress&)>& progress);

/// The networks that are tried by default: as fitted, shallower, narrower, wider and deeper.
std::vector<std::vector<int>> transfer_layers(const std::vector<int>& layers);

}  // namespace rule_search
