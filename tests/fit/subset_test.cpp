#include "fit/subset.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <random>

using namespace rule_search;

namespace {

// A regression, by which the model is made and, from the columns themselves, judged.
struct Regression {
  Eigen::MatrixXd columns;
  Eigen::VectorXd wanted;

  Regression(int rows, int size, unsigned seed) : columns(rows, size), wanted(rows) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    for (Eigen::Index k = 0; k < columns.size(); ++k) columns.data()[k] = normal(random);
    for (Eigen::Index k = 0; k < wanted.size(); ++k) wanted(k) = normal(random);
  }
  Quadratic model() const {
    Quadratic m;
    m.size = static_cast<int>(columns.cols());
    const Eigen::MatrixXd h = columns.transpose() * columns;
    const Eigen::VectorXd b = columns.transpose() * wanted;
    m.curvature.assign(h.data(), h.data() + h.size());
    m.pull.assign(b.data(), b.data() + b.size());
    m.constant = 0.5 * wanted.squaredNorm();
    return m;
  }
  double least(const std::vector<int>& in) const {
    Eigen::MatrixXd part(columns.rows(), static_cast<Eigen::Index>(in.size()));
    for (std::size_t k = 0; k < in.size(); ++k) part.col(static_cast<Eigen::Index>(k)) = columns.col(in[k]);
    return 0.5 * (wanted - part * part.colPivHouseholderQr().solve(wanted)).squaredNorm();
  }
};

std::vector<std::vector<int>> subsets(int size, int count) {
  std::vector<std::vector<int>> out;
  for (int bits = 0; bits < 1 << size; ++bits) {
    std::vector<int> in;
    for (int k = 0; k < size; ++k) {
      if ((bits >> k & 1) != 0) in.push_back(k);
    }
    if (static_cast<int>(in.size()) == count) out.push_back(in);
  }
  return out;
}

}  // namespace

TEST_CASE("the least of the model is that of the regression, and lies where the model says") {
  const Regression r(30, 7, 1);
  const Quadratic m = r.model();
  for (const std::vector<int>& in : subsets(7, 3)) {
    CHECK(least(m, in) == doctest::Approx(r.least(in)));
    const std::vector<double> theta = where_least(m, in);
    const Eigen::Map<const Eigen::VectorXd> at(theta.data(), m.size);
    CHECK(0.5 * (r.wanted - r.columns * at).squaredNorm() == doctest::Approx(r.least(in)));
    for (int k = 0; k < 7; ++k) CHECK((std::find(in.begin(), in.end(), k) != in.end() || at(k) == 0));
  }
}

TEST_CASE("after exchanges no set that differs by one or two is better; what always stays has stayed") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const Regression r(25, 9, seed);
    const Quadratic m = r.model();
    for (int count : {1, 2, 4}) {
      for (bool first_stays : {false, true}) {
        std::vector<bool> always(9, false);
        always[0] = first_stays;
        std::vector<int> in;
        for (int k = 0; k < count; ++k) in.push_back(k);
        const std::vector<int> found = exchanged(m, in, always);
        REQUIRE(found.size() == in.size());
        CHECK((!first_stays || found.front() == 0));
        for (const std::vector<int>& other : subsets(9, count)) {
          int apart = 0;
          for (int k : other) apart += std::find(found.begin(), found.end(), k) == found.end();
          if (apart <= 2 && (!first_stays || other.front() == 0)) CHECK(r.least(other) >= r.least(found) * (1 - 1e-5));
        }
      }
    }
  }
}

TEST_CASE("two terms are found that only together do what two others do") {
  Regression r(200, 6, 3);
  // 0 and 1 make what is wanted. 2 and 3 are each near to it and alone better than either of these.
  r.columns.col(1) = -r.columns.col(0) + 0.1 * r.columns.col(1);
  r.wanted = 10 * (r.columns.col(0) + r.columns.col(1));
  r.columns.col(2) = r.wanted + 0.3 * r.columns.col(2);
  r.columns.col(3) = r.wanted + 0.3 * r.columns.col(3);
  for (int one : {0, 1}) {
    for (int other : {2, 3}) REQUIRE(r.least({std::min(one, other), std::max(one, other)}) > r.least({2, 3}));
  }
  CHECK(exchanged(r.model(), {2, 3}, std::vector<bool>(6, false)) == std::vector<int>{0, 1});
}

TEST_CASE("of columns that are the same one is taken, and both together have no least") {
  Regression r(30, 4, 5);
  r.columns.col(3) = 2 * r.columns.col(1);
  const Quadratic m = r.model();
  CHECK(std::isinf(least(m, {1, 3})));
  const std::vector<int> found = exchanged(m, {1, 3}, std::vector<bool>(4, false));
  CHECK(std::isfinite(least(m, found)));
}

TEST_CASE("exchanges end where columns are all but the same, or as many as there is to explain") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    for (double spread : {1e-3, 1e-4, 1e-6}) {
      for (int rows : {4, 40}) {
        Regression r(rows, 7, seed);
        for (int k : {4, 5, 6}) r.columns.col(k) = r.columns.col(k - 4) + spread * r.columns.col(k);
        r.wanted = r.columns.leftCols(3).rowwise().sum() + 1e-3 * r.wanted;
        const Quadratic m = r.model();
        const std::vector<int> in{0, 1, 4, 5};
        const std::vector<int> found = exchanged(m, in, std::vector<bool>(7, false));
        CHECK(found.size() == in.size());
        CHECK(least(m, found) <= least(m, in));
      }
    }
  }
}
