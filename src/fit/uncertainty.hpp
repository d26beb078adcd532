// How sure coefficients are: two intervals of each, and which effects can be told apart.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "fit/quadratic.hpp"

namespace rule_search {

/// Standard errors of the entries by the sandwich formula, clustered by unit (Huber 1967; Liang & Zeger
/// 1986).
std::vector<double> standard_errors(const QuadraticModel& model);

/// Of every entry of theta: an interval is so many standard errors as Student's t has with these degrees of freedom, or it has
/// ends of its own.
struct Certainty {
  std::vector<double> standard_errors;  ///< NaN where unknown, infinite where the units tell nothing
  std::vector<double> degrees;
  std::vector<double> low = {}, high = {};  ///< empty, or 95 % intervals; infinite where they do not end
  std::vector<bool> scanned = {};           ///< empty, or whether the ends are those of a scan, see add_scans()

  /// The 95 % interval of an entry of this value.
  std::pair<double, double> ends(std::size_t entry, double value) const;
  /// The same where it has ends of its own.
  std::optional<std::pair<double, double>> own_ends(std::size_t entry) const;
  bool is_scanned(std::size_t entry) const { return !scanned.empty() && scanned[entry]; }
  /// Half of its width; to first order where it has ends of its own. Infinite where it does not end.
  double half(std::size_t entry) const;
};

/// For units as many as the sandwich formula needs.
Certainty certainty_of_many(const QuadraticModel& model);
/// For few units, one of which may hold most of what is known of a coefficient: by leaving each out in turn (CR3, the
/// jackknife; MacKinnon & White, J. Econometrics 29:305 (1985)), scaled so that it is right where all residuals are
/// independent and alike, and with the degrees of freedom that the sum of squares has then (Satterthwaite; Bell & McCaffrey,
/// Survey Methodology 28:169 (2002)). Never less than what changes the loss by `least_loss`, by which a fit may end short.
Certainty certainty_of_few(const QuadraticModel& model, double least_loss);

/// Of an error: with so many, it is as good as exact.
constexpr double degrees_of_exact_errors = 200;
/// Where every unit has one residual, in units of its standard error: by weighted least squares, scaled up by the root of chi
/// squared over its degrees of freedom where that is above 1 (Birge, Phys. Rev. 40:207 (1932)). `degrees`: of the error of
/// each unit, infinite where it is exact; those of a coefficient follow from them (Welch & Satterthwaite). Where some are
/// few, units whose errors came out small by chance count too much: then no variance is less than what the residuals
/// themselves say (HC3; MacKinnon & White, J. Econometrics 29:305 (1985)), with as many degrees of freedom as are left at most.
Certainty certainty_of_known_errors(const QuadraticModel& model, const std::vector<double>& degrees);

/// Row by row, as the lists of a QuadraticModel are.
using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// To the minimum of step . gradient + step . curvature step / 2 with theta + step within the bounds; an entry that would
/// leave them stays on its bound.
Eigen::VectorXd bounded_step(const RowMajorMatrix& curvature, const Eigen::VectorXd& gradient,
                             const std::vector<double>& theta, const std::vector<double>& lower,
                             const std::vector<double>& upper);

/// Of every entry of theta.
struct Bootstrap {
  std::vector<double> centre;     ///< median over the resamples
  std::vector<double> low, high;  ///< 95 % intervals; NaN where there are fewer than two units
};

/// Resamples the units of `slopes` with replacement and takes one Gauss-Newton step from theta to the
/// optimum of every resample, within the bounds; it runs no further unit. Intervals are expanded
/// percentiles (Hesterberg 2015), which allow for few units as Student's t does. The same seed gives the
/// same intervals.
Bootstrap bootstrap(const QuadraticModel& model, const std::vector<double>& theta, const std::vector<double>& lower,
                    const std::vector<double>& upper, std::uint64_t seed, int resamples = 1000);

struct CentredInterval {
  double centre, low, high;
};
/// False where the wider is more than 1.5 times as wide as the other, or one lacks the other's centre. An
/// interval that is not known contradicts nothing.
bool agree(const CentredInterval& a, const CentredInterval& b);

/// Correlation between the effects on the residuals of two groups of entries of `curvature` (size x size),
/// after what the entries `others` make up for has been projected out of both. Of groups of more than one
/// entry the smallest canonical correlation: near 1 only where every direction of the smaller group has its
/// like in the other. NaN where nothing of a group is left.
double partial_correlation(const std::vector<double>& curvature, int size, const std::vector<int>& a,
                           const std::vector<int>& b, const std::vector<int>& others);

}  // namespace rule_search
