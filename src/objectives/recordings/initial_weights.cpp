#include "objectives/recordings/initial_weights.hpp"

#include <ceres/tiny_solver.h>

#include <Eigen/Dense>
#include <algorithm>
#include <limits>

namespace rule_search {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::size_t residuals_of(const std::vector<Outcome>& outcomes) {
  std::size_t count = 0;
  for (const Outcome& o : outcomes) count += o.residuals.size();
  return count;
}

// As TinySolver asks for it: matrices by column.
struct Problem {
  using Scalar = double;
  enum { NUM_RESIDUALS = Eigen::Dynamic, NUM_PARAMETERS = Eigen::Dynamic };

  const FromInitialWeights* simulate;
  double ridge;
  std::size_t seen;
  int weights;
  // TinySolver asks for residuals where it tries a step, and for all once more where it takes it.
  mutable std::vector<double> last_at = {};
  mutable const std::vector<Outcome>* last = nullptr;

  int NumResiduals() const { return static_cast<int>(seen) + weights; }
  int NumParameters() const { return weights; }

  bool operator()(const double* at, double* residuals, double* jacobian) const {
    if (last == nullptr || !std::equal(last_at.begin(), last_at.end(), at)) {
      last_at.assign(at, at + weights);
      last = (*simulate)(at);
    }
    const std::vector<Outcome>* const outcomes = last;
    Eigen::Map<Eigen::VectorXd> r(residuals, NumResiduals());
    if (outcomes == nullptr) {
      r.setConstant(std::numeric_limits<double>::infinity());  // no step to take
      return false;
    }
    const auto of_weights = static_cast<Eigen::Index>(seen);
    Eigen::Index row = 0;
    for (const Outcome& o : *outcomes) {
      const auto rows = static_cast<Eigen::Index>(o.residuals.size());
      r.segment(row, rows) = Eigen::Map<const Eigen::VectorXd>(o.residuals.data(), rows);
      if (jacobian != nullptr)
        Eigen::Map<Eigen::MatrixXd>(jacobian, NumResiduals(), weights).middleRows(row, rows) =
            Eigen::Map<const RowMajor>(o.jacobian.data(), rows, weights);
      row += rows;
    }
    r.tail(weights) = ridge * Eigen::Map<const Eigen::VectorXd>(at, weights);
    if (jacobian != nullptr) {
      Eigen::Map<Eigen::MatrixXd> j(jacobian, NumResiduals(), weights);
      j.bottomRows(weights).setZero();
      j.middleRows(of_weights, weights).diagonal().setConstant(ridge);
    }
    return true;
  }
};

}  // namespace

std::vector<double> least_squares_of_initial_weights(const std::vector<double>& start, double ridge, double tolerance,
                                                     const FromInitialWeights& simulate) {
  const std::vector<Outcome>& begin = *simulate(start.data());
  double squares = 0;
  for (const Outcome& o : begin) {
    for (double r : o.residuals) squares += r * r;
  }
  const Problem problem{&simulate, ridge, residuals_of(begin), static_cast<int>(start.size())};
  ceres::TinySolver<Problem> solver;
  solver.options.max_num_iterations = 30;
  solver.options.gradient_tolerance = 1e-11;
  solver.options.parameter_tolerance = 1e-10;
  // Absolute, of the squares: far below any loss that counts.
  solver.options.function_tolerance = std::max(1e-11 * static_cast<double>(problem.seen), tolerance * squares);
  Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(start.data(), static_cast<Eigen::Index>(start.size()));
  solver.Solve(problem, &x);
  return {x.data(), x.data() + x.size()};
}

void take_out_initial_weights(std::vector<Outcome>& outcomes, const std::vector<std::size_t>* early, int directions,
                              int weights, double ridge) {
  const auto counted_from = [&](std::size_t k) { return early == nullptr ? 0 : (*early)[k]; };
  if (directions > 0) {
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(weights, weights);
    Eigen::MatrixXd mixed = Eigen::MatrixXd::Zero(weights, directions);
    const auto all = [&](const Outcome& o) {
      return Eigen::Map<const RowMajor>(o.jacobian.data(), static_cast<Eigen::Index>(o.residuals.size()),
                                        directions + weights);
    };
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      const auto j =
          all(outcomes[k])
              .topRows(static_cast<Eigen::Index>(early == nullptr ? outcomes[k].residuals.size() : (*early)[k]));
      normal += j.rightCols(weights).transpose() * j.rightCols(weights);
      mixed += j.rightCols(weights).transpose() * j.leftCols(directions);
    }
    normal.diagonal().array() += ridge * ridge;
    const Eigen::MatrixXd made_up = normal.ldlt().solve(mixed);
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      Outcome& o = outcomes[k];
      const auto j = all(o).bottomRows(static_cast<Eigen::Index>(o.residuals.size() - counted_from(k)));
      const RowMajor left = j.leftCols(directions) - j.rightCols(weights) * made_up;
      o.jacobian.assign(left.data(), left.data() + left.size());
    }
  } else {
    for (Outcome& o : outcomes) o.jacobian.clear();
  }
  for (std::size_t k = 0; k < outcomes.size(); ++k) {
    std::vector<double>& residuals = outcomes[k].residuals;
    residuals.erase(residuals.begin(), residuals.begin() + static_cast<std::ptrdiff_t>(counted_from(k)));
  }
}

}  // namespace rule_search
