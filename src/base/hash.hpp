// FNV-1a with 64 bits (Fowler, Noll & Vo): tells apart what differs by chance, not what somebody forges.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rule_search {

class Hash {
 public:
  void add(unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211U; }
  void add(const void* data, std::size_t size) {
    const auto* const bytes = static_cast<const unsigned char*>(data);
    for (std::size_t k = 0; k < size; ++k) add(bytes[k]);
  }
  void add(std::string_view bytes) { add(bytes.data(), bytes.size()); }

  std::uint64_t value() const { return value_; }
  /// 16 hexadecimal digits.
  std::string text() const { return fmt::format("{:016x}", value_); }

 private:
  std::uint64_t value_ = 14695981039346656037U;
};

}  // namespace rule_search
