#include <cstdlib>
#include <cstring>

#include "evaluate/kernels/table.hpp"

namespace rule_search::kernels {

namespace portable {
extern const Table<float> floats;
extern const Table<double> doubles;
}  // namespace portable
#ifdef RULE_SEARCH_X86
namespace avx2 {
extern const Table<float> floats;
extern const Table<double> doubles;
}  // namespace avx2
namespace avx512 {
extern const Table<float> floats;
extern const Table<double> doubles;
}  // namespace avx512
#endif

namespace {

struct Tables {
  const Table<float>* floats = &portable::floats;
  const Table<double>* doubles = &portable::doubles;
};

Tables choose() {
#ifdef RULE_SEARCH_X86
  const char* const wanted = std::getenv("RULE_SEARCH_KERNELS");
  const auto may_be = [wanted](const char* name) { return wanted == nullptr || std::strcmp(wanted, name) == 0; };
  if (may_be("avx512") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
    return {&avx512::floats, &avx512::doubles};
  }
  if (may_be("avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {&avx2::floats, &avx2::doubles};
#endif
  return {};
}

const Tables& chosen() {
  static const Tables tables = choose();
  return tables;
}

}  // namespace

template <>
const Table<float>& table<float>() {
  return *chosen().floats;
}
template <>
const Table<double>& table<double>() {
  return *chosen().doubles;
}

template <class T>
Function<T> function_named(const char* name) {
  const Table<T>& kernels = table<T>();
  for (int k = 0; k < kernels.function_count; ++k) {
    if (std::strcmp(kernels.functions[k].name, name) == 0) return kernels.functions[k].function;
  }
  return nullptr;
}
template Function<float> function_named(const char* name);
template Function<double> function_named(const char* name);

const char* processor_path() { return chosen().floats->name; }

}  // namespace rule_search::kernels
