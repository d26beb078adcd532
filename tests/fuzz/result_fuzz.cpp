// Text of a result.json: what the reader lets through, everything that is made of a result can use.
#include <nlohmann/json.hpp>

#include "expression/print.hpp"
#include "fuzz.hpp"
#include "objectives/few_shot/setting.hpp"
#include "report/figure.hpp"
#include "report/reading.hpp"
#include "report/record.hpp"
#include "report/stability.hpp"

using namespace rule_search;

namespace {

// What may be refused later, with a message.
template <class F>
void may_refuse(const F& f) {
  try {
    f();
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string& path = fuzz::file_of(data, size, ".json");
  may_refuse([&] {
    const nlohmann::json result = read_result(path);
    fuzz::require(!to_latex(result).empty(), "a result has LaTeX");
    fuzz::require(!to_html(result, {}, 0).empty(), "a result has a page");
    figures(result);
    front_rows(result);
    may_refuse([&] { print(check_rule(source_of("rule_text", result["rule_text"].get<std::string>()))); });
    may_refuse([&] { front_row(result, 2, path); });
    may_refuse([&] { read_setting(result, path); });
    nlohmann::json other = result;
    other["seed"] = result["seed"].get<std::uint64_t>() ^ 1U;
    may_refuse([&] { to_table(stability({{"a", result}, {"b", other}})); });
  });
  return 0;
}
