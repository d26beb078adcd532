#include "network/known_quantities.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace rule_search {

template <class T>
void refuse_unknown_quantities(const plan::Plan& plan, const Inputs<T>& inputs, const std::string& owner,
                               const std::string& hint) {
  for (const QuantityRow& q : quantities()) {
    const bool known = inputs[q.quantity] != nullptr || q.origin == Origin::ones || q.quantity == Quantity::w;
    if (!known && plan.uses(q.quantity))
      throw InputError(fmt::format("the rule asks for {}, which {} does not have\n  hint: {}", q.name, owner, hint));
  }
}

template void refuse_unknown_quantities(const plan::Plan&, const Inputs<float>&, const std::string&,
                                        const std::string&);
template void refuse_unknown_quantities(const plan::Plan&, const Inputs<double>&, const std::string&,
                                        const std::string&);

}  // namespace rule_search
