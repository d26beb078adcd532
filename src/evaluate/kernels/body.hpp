// Included once per instruction set, with KERNEL_SPACE (a namespace) and KERNEL_BYTES (width of a vector
// register). Nothing from the standard library is used here: an inline function compiled for a newer
// processor could be the copy that the linker keeps for the whole program.
#include "evaluate/kernels/table.hpp"

namespace rule_search::kernels::KERNEL_SPACE {
namespace {

// In this order: what is below uses what is above.
// clang-format off
#include "evaluate/kernels/vector.hpp"
#include "evaluate/kernels/products.hpp"
#include "evaluate/kernels/replay.hpp"
#include "evaluate/kernels/functions.hpp"
#include "evaluate/kernels/pass.hpp"
#include "evaluate/kernels/rows.hpp"
#include "evaluate/kernels/peak.hpp"
// clang-format on

}  // namespace

extern const Table<float> floats;
extern const Table<double> doubles;
const Table<float> floats = {KERNEL_NAME,        pass<float>,          forward<float>, forward_rows<float>,
                             backward<float>,    backward_rows<float>, walk<float>,    softplus<float>,
                             input_slope<float>, error_slope<float>,   add<float>,     multiply_add<float>,
                             function<float>,    multiply_adds<float>};
const Table<double> doubles = {KERNEL_NAME,         pass<double>,          forward<double>, forward_rows<double>,
                               backward<double>,    backward_rows<double>, walk<double>,    softplus<double>,
                               input_slope<double>, error_slope<double>,   add<double>,     multiply_add<double>,
                               function<double>,    multiply_adds<double>};

}  // namespace rule_search::kernels::KERNEL_SPACE
