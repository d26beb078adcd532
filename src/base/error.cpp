#include "base/error.hpp"

namespace rule_search {

std::string with_options(std::string_view message,
                         const std::function<std::optional<std::string>(std::string_view name)>& say) {
  constexpr std::string_view begins = "‹";
  constexpr std::string_view ends = "›";
  std::string out;
  for (;;) {
    const std::size_t from = message.find(begins);
    const std::size_t to = from == std::string_view::npos ? from : message.find(ends, from);
    if (to == std::string_view::npos) return out.append(message);
    const std::optional<std::string> said = say(message.substr(from + begins.size(), to - from - begins.size()));
    out.append(message.substr(0, from));
    if (said) {
      out.append(*said);
      message.remove_prefix(to + ends.size());
    } else {
      out.append(begins);
      message.remove_prefix(from + begins.size());
    }
  }
}

}  // namespace rule_search
