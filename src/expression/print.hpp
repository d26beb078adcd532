// All written forms of rules and expressions. MathML, which few need, is in expression/print/mathml.hpp.
#pragma once

#include "expression/print/latex.hpp"
#include "expression/print/synapse.hpp"
#include "expression/print/text.hpp"
