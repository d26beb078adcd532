// Files as a user gives them.
#pragma once

#include <string>
#include <vector>

#include "base/options.hpp"

namespace rule_search {

/// An option that may be given often, a file each. Documents have them from the root.
Option files_option(const std::string& name, std::vector<std::string>& files, const std::string& meaning);

/// A file as its user most likely gave it, so that messages name it like that.
std::string near_name(const std::string& file);

}  // namespace rule_search
