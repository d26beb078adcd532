// Text of a result.json: what the reader lets through, everything that is made of a result can use.
#include "expression/print.hpp"
#include "fuzz.hpp"
#include "objectives/few_shot/setting.hpp"
#include "report/figure.hpp"
#include "report/latex.hpp"
#include "report/page/page.hpp"
#include "report/stability.hpp"
#include "report/table.hpp"
#include "run/result_file.hpp"

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
    const Result result = read_result(path);
    fuzz::require(!to_latex(result).empty(), "a result has LaTeX");
    fuzz::require(!to_html(result, {}, 0).empty(), "a result has a page");
    figures(result);
    may_refuse([&] { to_table(result); });
    may_refuse([&] { print(check_rule(source_of("rule_text", result.rule_text))); });
    may_refuse([&] { front_rule(result, 2, path); });
    may_refuse([&] { read_setting(result, path); });
    Result other = result;
    other.seed = result.seed ^ 1U;
    may_refuse([&] { to_table(stability({{"a", result}, {"b", other}})); });
  });
  return 0;
}
