#include "expression/quantities.hpp"

#include <array>

namespace rule_search {

namespace {

// clang-format off
constexpr std::array table = {
    QuantityRow{Quantity::pre, "pre", pre_shape, Origin::network,
                {"\\mathbf{y}", "y"}, {"x", "x"}, "",
                "activity of the presynaptic neurons"},
    QuantityRow{Quantity::post, "post", post_shape, Origin::network,
                {"\\mathbf{y}", "y"}, {"y", "y"}, "",
                "activity of the postsynaptic neurons"},
    QuantityRow{Quantity::err_pre, "err_pre", pre_shape, Origin::network,
                {"\\mathbf{e}", "e"}, {"e", "e"}, "x",
                "error of the presynaptic neurons, as the feedback brings it"},
    QuantityRow{Quantity::err_post, "err_post", post_shape, Origin::network,
                {"\\mathbf{e}", "e"}, {"e", "e"}, "y",
                "error of the postsynaptic neurons, as the feedback brings it"},
    QuantityRow{Quantity::w, "w", weight_shape, Origin::network,
                {"W", "W"}, {"w", "w"}, "",
                "weights of the connection"},
    QuantityRow{Quantity::ones_pre, "ones_pre", pre_shape, Origin::ones,
                {"\\mathbf{1}", "1"}, {"1", "1"}, "",
                "1 for every presynaptic neuron"},
    QuantityRow{Quantity::ones_post, "ones_post", post_shape, Origin::ones,
                {"\\mathbf{1}", "1"}, {"1", "1"}, "",
                "1 for every postsynaptic neuron"},
    QuantityRow{Quantity::noise_pre, "noise_pre", pre_shape, Origin::decoy,
                {"\\boldsymbol{\\xi}", "&#x3BE;"}, {"\\xi", "&#x3BE;"}, "x",
                "mean 0, variance 1, drawn anew for every presynaptic neuron at every step"},
    QuantityRow{Quantity::noise_post, "noise_post", post_shape, Origin::decoy,
                {"\\boldsymbol{\\xi}", "&#x3BE;"}, {"\\xi", "&#x3BE;"}, "y",
                "mean 0, variance 1, drawn anew for every postsynaptic neuron at every step"},
    QuantityRow{Quantity::shuffled_err_pre, "shuffled_err_pre", pre_shape, Origin::decoy,
                {"\\tilde{\\mathbf{e}}", "e&#x303;"}, {"\\tilde{e}", "e&#x303;"}, "x",
                "errors of the presynaptic neurons in random order with random signs"},
    QuantityRow{Quantity::shuffled_err_post, "shuffled_err_post", post_shape, Origin::decoy,
                {"\\tilde{\\mathbf{e}}", "e&#x303;"}, {"\\tilde{e}", "e&#x303;"}, "y",
                "errors of the postsynaptic neurons in random order with random signs"},
    QuantityRow{Quantity::net, "net", post_shape, Origin::network,
                {"\\mathbf{z}", "z"}, {"z", "z"}, "",
                "net input of the postsynaptic neurons, of which their activity is made"},
    QuantityRow{Quantity::gate, "gate", post_shape, Origin::network,
                {"\\mathbf{g}", "g"}, {"g", "g"}, "",
                "how near the postsynaptic neurons are to a spike, 1 at the threshold", true},
};
// clang-format on

constexpr bool in_order() {
  for (std::size_t q = 0; q < table.size(); ++q) {
    if (table[q].quantity != static_cast<Quantity>(q)) return false;
  }
  return true;
}
static_assert(table.size() == quantity_count && in_order(), "every quantity has its row, in the order of their names");

}  // namespace

const QuantityRow& row(Quantity quantity) { return table[static_cast<std::size_t>(quantity)]; }

std::span<const QuantityRow> quantities() { return table; }

}  // namespace rule_search
