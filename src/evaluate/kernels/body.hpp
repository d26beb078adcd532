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

template <class T>
constexpr Table<T> all = {KERNEL_NAME,
                          pass<T>,
                          forward<T>,
                          forward_rows<T>,
                          backward<T>,
                          backward_rows<T>,
                          products_with_history<T>,
                          replay<T>,
                          softplus<T>,
                          input_derivative<T>,
                          error_derivative<T>,
                          add<T>,
                          sum<T>,
                          multiply_add<T>,
                          take_signs<T>,
                          square_norm<T>,
                          functions<T>,
                          count_of(functions<T>),
                          multiply_adds<T>};

}  // namespace

extern const Table<float> floats;
extern const Table<double> doubles;
const Table<float> floats = all<float>;
const Table<double> doubles = all<double>;

}  // namespace rule_search::kernels::KERNEL_SPACE
