// Expressions written out for one synapse, as biologists read them.
#pragma once

#include <string>
#include <vector>

#include "expression/print/symbols.hpp"
#include "expression/rule.hpp"

namespace rule_search {

/// dw_ij for the synapse from presynaptic neuron j to postsynaptic neuron i, e.g. "-eta*err_post_i*pre_j".
std::string synapse_form(const Expr& e, const Symbols& symbols);
std::string latex_synapse_form(const Expr& e, const Symbols& symbols);
/// The summands of e in MathML, each with its sign: a line can be broken between them.
std::vector<std::string> mathml_synapse_summands(const Expr& e, const Symbols& symbols);

}  // namespace rule_search
