// Values as bytes and back, bit by bit, in the byte order of the processor.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "fit/fitted_rule.hpp"
#include "fit/outcome.hpp"
#include "fit/quadratic.hpp"
#include "fit/score.hpp"

namespace rule_search {

/// What is kept of each type, in this order. Of a fitted rule all but the rule, which whoever asks for a fit has.
template <class S>
auto fields(S& s) {
  using T = std::remove_const_t<S>;
  if constexpr (std::is_same_v<T, Estimate>) {
    return std::tie(s.mean, s.low, s.high, s.standard_error, s.count);
  } else if constexpr (std::is_same_v<T, Score>) {
    return std::tie(s.loss, s.accuracy, s.losses, s.accuracies, s.alignment, s.orthonormality, s.diverged, s.no_change,
                    s.independent);
  } else if constexpr (std::is_same_v<T, FittedRule>) {
    return std::tie(s.theta, s.fit_loss, s.given_up, s.history);
  } else if constexpr (std::is_same_v<T, OwnValue>) {
    return std::tie(s.value, s.standard_error);
  } else if constexpr (std::is_same_v<T, Probe>) {
    return std::tie(s.samples, s.loss, s.accuracy);
  } else if constexpr (std::is_same_v<T, Outcome>) {
    return std::tie(s.diverged, s.query_losses, s.residuals, s.loss, s.accuracy, s.no_change, s.independent, s.own,
                    s.jacobian, s.alignment, s.orthonormality, s.probes, s.criterion, s.weights, s.feedback_weights);
  } else {
    static_assert(std::is_same_v<T, QuadraticModel>, "a type that is not kept");
    return std::tie(s.usable, s.loss, s.size, s.gradient, s.curvature, s.unit_gradient, s.unit_curvature);
  }
}

class Packer {
 public:
  template <class... T>
  Packer& operator()(const T&... values) {
    (put(values), ...);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      std::apply([this](const auto&... f) { (this->put(f), ...); }, fields(value));
    }
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    for (const T& v : values) put(v);
  }
  void put(const std::string& text) {
    put(static_cast<std::uint64_t>(text.size()));
    bytes_ += text;
  }

  std::string bytes_;
};

/// Taking throws std::out_of_range where the bytes end too early.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : left_(bytes) {}

  template <class... T>
  Unpacker& operator()(T&... values) {
    (take(values), ...);
    return *this;
  }
  /// Throws std::out_of_range where bytes are left.
  void end() const {
    if (!left_.empty()) throw std::out_of_range("bytes are left over");
  }

 private:
  std::string_view next(std::uint64_t size) {
    if (size > left_.size()) throw std::out_of_range("bytes end too early");
    const std::string_view out = left_.substr(0, size);
    left_.remove_prefix(size);
    return out;
  }
  template <class T>
  void take(T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      std::memcpy(&value, next(sizeof value).data(), sizeof value);
    } else {
      std::apply([this](auto&... f) { (this->take(f), ...); }, fields(value));
    }
  }
  template <class T>
  void take(std::vector<T>& values) {
    std::uint64_t size = 0;
    take(size);
    // Every element has a byte at least, so a size beyond that is wrong and must not ask for memory.
    if (size > left_.size()) throw std::out_of_range("bytes end too early");
    values.resize(size);
    for (T& v : values) take(v);
  }
  void take(std::string& text) {
    std::uint64_t size = 0;
    take(size);
    text = next(size);
  }

  std::string_view left_;
};

}  // namespace rule_search
