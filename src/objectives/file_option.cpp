#include "objectives/file_option.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace rule_search {

namespace fs = std::filesystem;

Option files_option(const std::string& name, std::vector<std::string>& files, const std::string& meaning) {
  Option out = texts_option(name, files, meaning);
  out.path = true;
  out.get = [&files] {
    nlohmann::json all;
    for (const std::string& file : files) all.push_back(fs::absolute(file).lexically_normal().string());
    return all;
  };
  return out;
}

std::string near_name(const std::string& file) {
  const std::string near = fs::proximate(file).string();
  return near.starts_with("..") ? file : near;
}

}  // namespace rule_search
