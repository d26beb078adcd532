// What any page is made of: escaping, tables, pictures inside the text, the frame with its style.
#pragma once

#include <string>
#include <vector>

namespace rule_search::html {

std::string escaped(const std::string& text);
/// A key in words: "feedback_alignment" as "feedback alignment".
std::string spaced(std::string key);
/// A table whose rows a click on a column's name sorts. Cells are HTML already; the first of a row names it. `label` is
/// text, for those who hear a page.
std::string table_head(const std::string& label, const std::vector<std::string>& cells);
std::string table_row(const std::vector<std::string>& cells, const std::string& row_class = "");
std::string table_end();
/// An SVG document as part of a page: no prologue, its identifiers its own, a title and a description for screen readers.
std::string inline_svg(const std::string& document, const std::string& prefix, const std::string& title,
                       const std::string& description);
std::string page(const std::string& title, const std::string& body);

}  // namespace rule_search::html
