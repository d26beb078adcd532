#include "data/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t most_numbers = 100'000'000;  // of one array: 800 MB

// The header is a dictionary as Python prints it: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class Header {
 public:
  Header(const std::string& text, const std::string& where) : text_(text), where_(where) {}

  std::string word(const std::string& key) const {
    std::size_t at = after(key);
    const char quote = text_[at];
    if (quote != '\'' && quote != '"') refuse_array(where_, fmt::format("its header has no text for {}", key));
    const std::size_t end = text_.find(quote, at + 1);
    if (end == std::string::npos) refuse_array(where_, "its header is cut off");
    const std::string word = text_.substr(at + 1, end - at - 1);
    // It stands in messages.
    constexpr std::size_t longest = 20;
    if (word.size() > longest || std::any_of(word.begin(), word.end(), [](char c) { return c < ' ' || c > '~'; }))
      refuse_array(where_, fmt::format("its header has no short text for {}", key));
    return word;
  }
  bool flag(const std::string& key) const {
    const std::size_t at = after(key);
    if (text_.compare(at, 4, "True") == 0) return true;
    if (text_.compare(at, 5, "False") == 0) return false;
    refuse_array(where_, fmt::format("its header has neither True nor False for {}", key));
  }
  std::vector<std::uint64_t> shape() const {
    std::size_t at = after("shape");
    if (text_[at] != '(') refuse_array(where_, "its header has no shape");
    const std::size_t end = text_.find(')', at);
    if (end == std::string::npos) refuse_array(where_, "its header is cut off");
    std::vector<std::uint64_t> out;
    // Numbers with commas between, and after the only one.
    bool comma = true;
    for (++at; at < end; ++at) {
      if (text_[at] == ' ') continue;
      if (text_[at] == ',' && !comma) {
        comma = true;
        continue;
      }
      if (!comma || std::isdigit(static_cast<unsigned char>(text_[at])) == 0)
        refuse_array(where_, "its header has a shape that is not of whole numbers");
      comma = false;
      std::uint64_t size = 0;
      for (; std::isdigit(static_cast<unsigned char>(text_[at])) != 0; ++at) {
        size = 10 * size + static_cast<std::uint64_t>(text_[at] - '0');
        if (size > most_numbers) refuse_array_size(where_);
      }
      if (text_[at] != 'L') --at;  // as Python 2 wrote whole numbers
      out.push_back(size);
      if (out.size() > 8) refuse_array(where_, "it has more than 8 dimensions", "recordings have three at most");
    }
    return out;
  }

 private:
  // Where the value of a key begins.
  std::size_t after(const std::string& key) const {
    std::size_t at = text_.find("'" + key + "'");
    if (at == std::string::npos) refuse_array(where_, fmt::format("its header has no '{}'", key));
    at = text_.find(':', at);
    if (at == std::string::npos) refuse_array(where_, "its header is cut off");
    at = text_.find_first_not_of(' ', at + 1);
    if (at == std::string::npos) refuse_array(where_, "its header is cut off");
    return at;
  }

  const std::string& text_;
  const std::string& where_;
};

template <class T>
double number_at(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

// IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction.
double half_at(const char* bytes) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, bytes, sizeof bits);
  const int exponent = bits >> 10U & 0x1F;
  const int fraction = bits & 0x3FF;
  const double size = exponent == 0x1F ? (fraction == 0 ? std::numeric_limits<double>::infinity()
                                                        : std::numeric_limits<double>::quiet_NaN())
                      : exponent == 0  ? std::ldexp(fraction, -24)
                                       : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000U) != 0 ? -size : size;
}

struct Type {
  const char* name;
  std::size_t size;
  double (*read)(const char*);
};
constexpr std::array<Type, 12> types = {{{"f8", 8, number_at<double>},
                                         {"f4", 4, number_at<float>},
                                         {"f2", 2, half_at},
                                         {"i8", 8, number_at<std::int64_t>},
                                         {"i4", 4, number_at<std::int32_t>},
                                         {"i2", 2, number_at<std::int16_t>},
                                         {"i1", 1, number_at<std::int8_t>},
                                         {"u8", 8, number_at<std::uint64_t>},
                                         {"u4", 4, number_at<std::uint32_t>},
                                         {"u2", 2, number_at<std::uint16_t>},
                                         {"u1", 1, number_at<std::uint8_t>},
                                         {"b1", 1, number_at<std::uint8_t>}}};

// NumPy reads types that it does not have itself, such as bfloat16, as bare bytes.
std::string hint_for_type(const std::string& type) {
  if (type.find('V') != std::string::npos)
    return "of bfloat16 and other types that are not NumPy's own: array.astype('float32') before it is saved";
  if (type.find('c') != std::string::npos) return "array.real, where the imaginary part is 0";
  return "array.astype('<f8') where they are numbers";
}

}  // namespace

void refuse_array(const std::string& where, const std::string& why, const std::string& hint) {
  throw InputError(fmt::format("{}: {}\n  hint: {}", where, why, hint));
}

void refuse_array_size(const std::string& where) {
  refuse_array(where, fmt::format("has more than {} numbers or {} bytes", most_numbers, most_array_bytes),
               "take fewer neurons, or cut the recording into several");
}

NumpyArray parse_npy(const std::string& bytes, const std::string& where) {
  static_assert(std::endian::native == std::endian::little);
  const std::string magic = "\x93NUMPY";
  if (bytes.compare(0, magic.size(), magic) != 0 || bytes.size() < 12)
    refuse_array(where, "expected a NumPy array, found something else", "write it with numpy.save");
  const int version = static_cast<unsigned char>(bytes[6]);
  const std::size_t width = version == 1 ? 2 : 4;
  std::size_t header = 0;
  for (std::size_t k = 0; k < width; ++k) header |= std::size_t{static_cast<unsigned char>(bytes[8 + k])} << (8 * k);
  const std::size_t begin = 8 + width;
  if (version < 1 || version > 3)
    refuse_array(where, fmt::format("its format is version {}, expected 1 to 3", version));
  if (header > bytes.size() - begin) refuse_array(where, "its header is cut off");
  const std::string text = bytes.substr(begin, header);
  const Header h(text, where);
  const std::string type = h.word("descr");
  const auto known = std::find_if(types.begin(), types.end(),
                                  [&](const Type& t) { return type.size() == 3 && type.substr(1) == t.name; });
  const bool turned = type[0] == '>';
  if (known == types.end() || (type[0] != '<' && !turned && !(known->size == 1 && type[0] == '|')))
    refuse_array(where, fmt::format("it holds values of type '{}', expected real numbers, such as '<f8'", type),
                 hint_for_type(type));
  const auto number = [&, read = known->read, size = known->size](const char* at) {
    if (!turned) return read(at);
    std::array<char, 8> bytes{};
    std::reverse_copy(at, at + size, bytes.begin());
    return read(bytes.data());
  };
  NumpyArray out;
  out.shape = h.shape();
  const std::uint64_t held = bytes.size() - begin - header;
  std::uint64_t count = 1;
  for (std::uint64_t s : out.shape) {
    if (s > 0 && count > most_numbers / s) refuse_array_size(where);
    count *= s;
  }
  if (count * known->size != held)
    refuse_array(where, fmt::format("its shape ({}) is of {} numbers of {} bytes, but the file holds {} bytes of them",
                                    fmt::join(out.shape, ", "), count, known->size, held));
  const char* const data = bytes.data() + begin + header;
  out.values.resize(count);
  if (!h.flag("fortran_order")) {
    for (std::uint64_t k = 0; k < count; ++k) out.values[k] = number(data + k * known->size);
    return out;
  }
  // The first index is fastest in the file, the last here.
  std::vector<std::uint64_t> index(out.shape.size(), 0);
  for (std::uint64_t k = 0; k < count; ++k) {
    std::uint64_t at = 0;
    for (std::size_t d = 0; d < index.size(); ++d) at = at * out.shape[d] + index[d];
    out.values[at] = number(data + k * known->size);
    for (std::size_t d = 0; d < index.size() && ++index[d] == out.shape[d]; ++d) index[d] = 0;
  }
  return out;
}

}  // namespace rule_search
