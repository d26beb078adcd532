#include "objectives/recordings/initial_weights.hpp"

#include <ceres/tiny_solver.h>

#include <Eigen/Dense>
#include <algorithm>
#include <limits>

#include "base/linear.hpp"

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

  const FromBeginning* simulate;
  const std::vector<double>* ridge;
  std::size_t seen;
  int numbers;
  // TinySolver asks for residuals where it tries a step, and for all once more where it takes it.
  mutable std::vector<double> last_at = {};
  mutable const std::vector<Outcome>* last = nullptr;

  int NumResiduals() const { return static_cast<int>(seen) + numbers; }
  int NumParameters() const { return numbers; }

  bool operator()(const double* at, double* residuals, double* jacobian) const {
    if (last == nullptr || !std::equal(last_at.begin(), last_at.end(), at)) {
      last_at.assign(at, at + numbers);
      last = (*simulate)(at);
    }
    const std::vector<Outcome>* const outcomes = last;
    Eigen::Map<Eigen::VectorXd> r(residuals, NumResiduals());
    if (outcomes == nullptr) {
      r.setConstant(std::numeric_limits<double>::infinity());  // no step to take
      return false;
    }
    const Eigen::Map<const Eigen::VectorXd> held(ridge->data(), numbers);
    Eigen::Index row = 0;
    for (const Outcome& o : *outcomes) {
      const auto rows = static_cast<Eigen::Index>(o.residuals.size());
      r.segment(row, rows) = Eigen::Map<const Eigen::VectorXd>(o.residuals.data(), rows);
      if (jacobian != nullptr)
        Eigen::Map<Eigen::MatrixXd>(jacobian, NumResiduals(), numbers).middleRows(row, rows) =
            Eigen::Map<const RowMajor>(o.jacobian.data(), rows, numbers);
      row += rows;
    }
    r.tail(numbers) = held.cwiseProduct(Eigen::Map<const Eigen::VectorXd>(at, numbers));
    if (jacobian != nullptr) {
      Eigen::Map<Eigen::MatrixXd> j(jacobian, NumResiduals(), numbers);
      j.bottomRows(numbers).setZero();
      j.bottomRows(numbers).diagonal() = held;
    }
    return true;
  }
};

}  // namespace

std::vector<double> least_squares_of_beginning(const std::vector<double>& start, const std::vector<double>& ridge,
                                               double tolerance, const FromBeginning& simulate) {
  const std::vector<Outcome>& begin = *simulate(start.data());
  double squares = 0;
  for (const Outcome& o : begin) {
    for (double r : o.residuals) squares += r * r;
  }
  const Problem problem{&simulate, &ridge, residuals_of(begin), static_cast<int>(start.size())};
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

void take_out_beginning(std::vector<Outcome>& outcomes, const std::vector<std::size_t>* early, int directions,
                        const std::vector<double>& ridge, bool keep_early) {
  const auto numbers = static_cast<Eigen::Index>(ridge.size());
  const auto counted_from = [&](std::size_t k) { return early == nullptr || keep_early ? 0 : (*early)[k]; };
  if (directions > 0) {
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(numbers, numbers);
    Eigen::MatrixXd mixed = Eigen::MatrixXd::Zero(numbers, directions);
    const auto all = [&](const Outcome& o) {
      return Eigen::Map<const RowMajor>(o.jacobian.data(), static_cast<Eigen::Index>(o.residuals.size()),
                                        directions + numbers);
    };
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      const auto j =
          all(outcomes[k])
              .topRows(static_cast<Eigen::Index>(early == nullptr ? outcomes[k].residuals.size() : (*early)[k]));
      normal += j.rightCols(numbers).transpose() * j.rightCols(numbers);
      mixed += j.rightCols(numbers).transpose() * j.leftCols(directions);
    }
    normal.diagonal().array() += Eigen::Map<const Eigen::ArrayXd>(ridge.data(), numbers).square();
    const Eigen::MatrixXd made_up = numbers > 0 ? Eigen::MatrixXd(normal.ldlt().solve(mixed)) : mixed;
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      Outcome& o = outcomes[k];
      const auto j = all(o).bottomRows(static_cast<Eigen::Index>(o.residuals.size() - counted_from(k)));
      const RowMajor left = j.leftCols(directions) - j.rightCols(numbers) * made_up;
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
