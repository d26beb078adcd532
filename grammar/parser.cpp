// The grammar in Spirit X3, and what goes on after a mistake.
#include "parser.hpp"

#include "hints.hpp"
#include "keywords.hpp"
#include "limits.hpp"

#define BOOST_SPIRIT_X3_NO_RTTI
#include <algorithm>
#include <array>
#include <boost/spirit/home/x3.hpp>
#include <cctype>
#include <cmath>
#include <cstdlib>

// An expectation shows what stands under a semantic action, which Spirit alone would not name.
namespace boost::spirit::x3 {
template <class Subject, class Action>
struct get_info<action<Subject, Action>> {
  using result_type = std::string;
  std::string operator()(const action<Subject, Action>& parser) const { return what(parser.subject); }
};
}  // namespace boost::spirit::x3

namespace rule_search {

namespace {

namespace x3 = boost::spirit::x3;
using Iterator = std::string::const_iterator;
using syntax::Kind;
using syntax::Node;

struct SourceBegin;  // tag: where offsets count from
struct SourceText;   // tag: the whole text, for a look at what follows a token
struct Problems;     // tag: mistakes that do not stop the parsing

// The range of a token, from the attribute of x3::raw; larger nodes get theirs from their children.
template <class Context>
Span span_of(const Context& ctx) {
  const Iterator begin = x3::get<SourceBegin>(ctx).get();
  return {static_cast<std::size_t>(x3::_attr(ctx).begin() - begin),
          static_cast<std::size_t>(x3::_attr(ctx).end() - begin)};
}

struct ExpressionId {};
struct ProductId {};
struct FactorId {};
struct PostfixId {};
struct PrimaryId {};
struct NameId {};
struct TextId {};
struct ListId {};
struct NumberId {};
struct ParameterId {};
struct LayerWordId {};

const auto skipper = x3::ascii::space | (x3::lit('#') >> *(x3::char_ - '\n'));

const auto letter = x3::char_("a-zA-Z_");
const auto letter_or_digit = x3::char_("a-zA-Z0-9_");
template <class Text>
auto word(Text text) {
  return x3::lexeme[x3::lit(text) >> !letter_or_digit];
}
template <class Words>
x3::symbols<x3::unused_type> one_of(const Words& words) {
  x3::symbols<x3::unused_type> out;
  for (std::string_view w : words) out.add(std::string(w));
  return out;
}
const auto statement_word = x3::lexeme[one_of(statement_words) >> !letter_or_digit];

// `2.*x` is 2 .* x: a point belongs to the number only where a digit follows.
const auto digits = +x3::char_("0-9");
const auto plain_number = digits >> -(x3::char_('.') >> digits) >> -(x3::char_("eE") >> -x3::char_("+-") >> digits);

template <class Context>
double to_number(const Context& ctx, const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  if (!std::isfinite(value)) {
    x3::get<Problems>(ctx).get().push_back(
        Diagnostic{span_of(ctx), "the number " + text.substr(0, 40) + " is too large", "a number up to about 1.8e308",
                   "", "a bound that does not bind is inf"});
    return 1;
  }
  const std::size_t end = span_of(ctx).end;
  const std::string& source = x3::get<SourceText>(ctx).get();
  if (end < source.size() && is_word(source[end])) {
    std::size_t last = end;
    while (last < source.size() && is_word(source[last])) ++last;
    const bool half_exponent = (source[end] == 'e' || source[end] == 'E') && last == end + 1;
    x3::get<Problems>(ctx).get().push_back(
        Diagnostic{{span_of(ctx).begin, last},
                   "a number runs into a word",
                   "a number, then an operator or a space",
                   "`" + text.substr(0, 40) + source.substr(end, std::min<std::size_t>(last - end, 40)) + "`",
                   half_exponent ? "an exponent needs digits, as in 1e-3"
                   : time_unit(source.substr(end, last - end)) != nullptr
                       ? "a space stands before a unit, as in 20 ms"
                       : "is a `*` missing between them? Numbers are written 1000, 0.5 or 1e-3"});
    // The rest of the statement makes no sense any more.
    throw x3::expectation_failure<Iterator>(x3::_attr(ctx).begin(), "number");
  }
  return value;
}

// A unit of time makes seconds of the number before it.
std::vector<std::string_view> names_of_units() {
  std::vector<std::string_view> names;
  for (const TimeUnit& unit : time_units) names.push_back(unit.name);
  return names;
}
const auto unit = x3::raw[x3::lexeme[one_of(names_of_units()) >> !letter_or_digit]][([](auto& ctx) {
  x3::_val(ctx).text.assign(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
  x3::_val(ctx).number *= seconds_in(x3::_val(ctx).text);
  x3::_val(ctx).span.end = span_of(ctx).end;
})];

x3::rule<NumberId, Node> const number = "number";
const auto number_def = x3::raw[x3::lexeme[plain_number]][([](auto& ctx) {
                          x3::_val(ctx).kind = Kind::number;
                          x3::_val(ctx).span = span_of(ctx);
                          x3::_val(ctx).number =
                              to_number(ctx, std::string(x3::_attr(ctx).begin(), x3::_attr(ctx).end()));
                        })] >>
                        -unit;

const auto keep = [](auto& ctx) { x3::_val(ctx) = std::move(x3::_attr(ctx)); };
const auto keep_negative = [](auto& ctx) {
  x3::_val(ctx) = std::move(x3::_attr(ctx));
  x3::_val(ctx).number = -x3::_val(ctx).number;
};
x3::rule<struct SignedId, Node> const signed_number = "number";
const auto signed_number_def = (x3::lit('-') >> number[keep_negative]) | (-x3::lit('+') >> number[keep]);

x3::rule<struct InfinityId, Node> const infinity = "inf";
const auto infinity_def = x3::raw[word("inf")][([](auto& ctx) {
  x3::_val(ctx).span = span_of(ctx);
  x3::_val(ctx).number = HUGE_VAL;
})];
x3::rule<struct BoundId, Node> const bound = "number";
const auto bound_def =
    (x3::lit('-') >> infinity[keep_negative]) | (-x3::lit('+') >> infinity[keep]) | signed_number[keep];

x3::rule<NameId, syntax::Word> const name = "name";
const auto name_def = (x3::raw[x3::lexeme[letter >> *letter_or_digit]] - statement_word)[([](auto& ctx) {
  x3::_val(ctx).span = span_of(ctx);
  x3::_val(ctx).text.assign(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
})];

x3::rule<TextId, syntax::Word> const quoted = "text in double quotes";
const auto quoted_def = x3::lexeme['"' >> x3::raw[*(x3::char_ - '"' - '\n')] >> '"'][([](auto& ctx) {
  x3::_val(ctx).span = span_of(ctx);
  x3::_val(ctx).text.assign(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
})];

x3::rule<ExpressionId, Node> const expression = "expression";
x3::rule<ProductId, Node> const product = "expression";
x3::rule<FactorId, Node> const factor = "expression";
x3::rule<PostfixId, Node> const postfix = "expression";
x3::rule<PrimaryId, Node> const primary = "expression";

const auto closing = x3::lit(')');

// Every node gets the range of text that its rule has read, parentheses and signs included. (Spirit's
// on_success does not see the value of a rule that has semantic actions.)
template <class Parser>
auto spanned(Parser parser) {
  return x3::raw[parser][([](auto& ctx) {
    Span span = span_of(ctx);
    // What might have gone on has skipped space and comments before it found that it does not.
    const std::string& text = x3::get<SourceText>(ctx).get();
    std::size_t end = span.begin;
    for (std::size_t i = span.begin; i < span.end; ++i) {
      if (text[i] == '#')
        i = std::min(text.find('\n', i), span.end);
      else if (std::isspace(static_cast<unsigned char>(text[i])) == 0)
        end = i + 1;
    }
    span.end = end;
    x3::_val(ctx).span = span;
  })];
}

// A chain of one is its only member; otherwise a node of `kind` gathers members and what joins them.
template <Kind kind>
auto first_of_chain() {
  return [](auto& ctx) {
    x3::_val(ctx).kind = kind;
    x3::_val(ctx).operators.emplace_back("+");
    x3::_val(ctx).children.push_back(std::move(x3::_attr(ctx)));
  };
}
const auto next_operator = [](auto& ctx) {
  x3::_val(ctx).operators.emplace_back(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
};
const auto next_member = [](auto& ctx) { x3::_val(ctx).children.push_back(std::move(x3::_attr(ctx))); };
const auto leading_minus = [](auto& ctx) { x3::_val(ctx).operators[0] = "-"; };

const auto add_operator = x3::raw[x3::lexeme[x3::char_("+-")]];
// `.` before `*`, so that `a .* b` is not read as `a` and a stray point.
const auto times_operator = x3::raw[x3::lexeme[x3::lit(".*") | x3::lit("./") | (x3::lit('*')) | x3::lit('/')]];

const auto expression_def =
    spanned(((x3::lit('-') > product[first_of_chain<Kind::sum>()])[leading_minus] |
             (x3::lit('+') > product[first_of_chain<Kind::sum>()]) | product[first_of_chain<Kind::sum>()]) >>
            *(add_operator[next_operator] > product[next_member]));

const auto product_def =
    spanned(factor[first_of_chain<Kind::product>()] >> *(times_operator[next_operator] > factor[next_member]));

// Signs inside a product, `a * -b`: an even number of minus signs is none.
const auto factor_def =
    spanned(*(x3::lit('-')[([](auto& ctx) { x3::_val(ctx).number = 1 - x3::_val(ctx).number; })] | x3::lit('+')) >>
            postfix[([](auto& ctx) {
              const bool negative = x3::_val(ctx).number == 1;
              Node base = std::move(x3::_attr(ctx));
              if (negative) {
                x3::_val(ctx).kind = Kind::negate;
                x3::_val(ctx).number = 0;
                x3::_val(ctx).children.push_back(std::move(base));
              } else {
                x3::_val(ctx) = std::move(base);
              }
            })]);

const auto exponent = x3::rule<struct ExponentId, Node>{"exponent"} =
    (x3::lit('-') >> primary)[([](auto& ctx) {
      Node inner = std::move(x3::_attr(ctx));
      x3::_val(ctx).kind = Kind::negate;
      x3::_val(ctx).span = inner.span;
      x3::_val(ctx).children.push_back(std::move(inner));
    })] |
    primary[([](auto& ctx) { x3::_val(ctx) = std::move(x3::_attr(ctx)); })];

const auto power_operator = x3::raw[x3::lexeme[x3::lit(".^") | x3::lit('^')]];
const auto postfix_def =
    spanned(primary[([](auto& ctx) { x3::_val(ctx) = std::move(x3::_attr(ctx)); })] >>
            *(x3::lit('\'')[([](auto& ctx) {
                Node inner = std::move(x3::_val(ctx));
                x3::_val(ctx) = Node{};
                x3::_val(ctx).kind = Kind::transpose;
                x3::_val(ctx).span = inner.span;
                x3::_val(ctx).children.push_back(std::move(inner));
              })] |
              (power_operator[([](auto& ctx) {
                 Node inner = std::move(x3::_val(ctx));
                 x3::_val(ctx) = Node{};
                 x3::_val(ctx).kind = Kind::power;
                 x3::_val(ctx).span = inner.span;
                 x3::_val(ctx).operators.emplace_back(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
                 x3::_val(ctx).children.push_back(std::move(inner));
               })] > exponent[next_member])));

const auto primary_def =
    spanned(number[keep] |
            (name[([](auto& ctx) {
               x3::_val(ctx).kind = Kind::name;
               x3::_val(ctx).span = x3::_attr(ctx).span;
               x3::_val(ctx).text = std::move(x3::_attr(ctx).text);
             })] >>
             -(x3::lit('(')[([](auto& ctx) { x3::_val(ctx).kind = Kind::call; })] > expression[next_member] >
               *(x3::lit(',') > expression[next_member]) > closing)) |
            (x3::lit('(') > expression[([](auto& ctx) { x3::_val(ctx) = std::move(x3::_attr(ctx)); })] > closing));

// A sum or product of one member is that member, and a node reaches over its children. Done after parsing,
// where the tree can be moved freely.
void unwrap(Node& node) {
  for (Node& child : node.children) {
    unwrap(child);
    if (node.span.end == 0) node.span = child.span;
    node.span.begin = std::min(node.span.begin, child.span.begin);
    node.span.end = std::max(node.span.end, child.span.end);
  }
  const Span whole = node.span;  // a parenthesis reaches further than what stands in it
  if (node.kind == Kind::sum && node.children.size() == 1) {
    Node only = std::move(node.children[0]);
    if (node.operators[0] == "-") {
      node.kind = Kind::negate;
      node.operators.clear();
      node.children.clear();
      node.children.push_back(std::move(only));
    } else {
      node = std::move(only);
    }
  } else if (node.kind == Kind::product && node.children.size() == 1) {
    Node only = std::move(node.children[0]);
    node = std::move(only);
  }
  node.span = whole;
}

BOOST_SPIRIT_DEFINE(number, signed_number, infinity, bound, name, quoted, expression, product, factor, postfix, primary)

x3::rule<LayerWordId> const layer_word = "layer";
const auto layer_word_def = word("layer");

const auto keep_initial = [](auto& ctx) { x3::_val(ctx).children.push_back(std::move(x3::_attr(ctx))); };
x3::rule<ListId, Node> const initial_list = "number or list of numbers";
const auto initial_list_def =
    signed_number[keep_initial] |
    (x3::lit('[') > signed_number[keep_initial] > *(x3::lit(',') > signed_number[keep_initial]) > x3::lit(']'));

x3::rule<struct BoundsId, std::array<Node, 2>> const bounds = "bounds";
const auto bounds_def = x3::lit('[') > bound[([](auto& ctx) { x3::_val(ctx)[0] = x3::_attr(ctx); })] >
                        x3::lit(',') > bound[([](auto& ctx) { x3::_val(ctx)[1] = x3::_attr(ctx); })] > x3::lit(']');

x3::rule<ParameterId, syntax::Parameter> const parameter = "parameter";
const auto parameter_def = word("param") > name[([](auto& ctx) { x3::_val(ctx).name = x3::_attr(ctx); })] >
                           -(x3::lit('[') > layer_word[([](auto& ctx) { x3::_val(ctx).per_layer = true; })] >
                             x3::lit(']')) > x3::lit('=') > initial_list[([](auto& ctx) {
                             x3::_val(ctx).unit = x3::_attr(ctx).children.front().text;
                             for (const Node& value : x3::_attr(ctx).children) {
                               x3::_val(ctx).initial.push_back(value.number);
                               x3::_val(ctx).mixed_units =
                                   x3::_val(ctx).mixed_units || value.text.empty() != x3::_val(ctx).unit.empty();
                             }
                             x3::_val(ctx).initial_span = {x3::_attr(ctx).children.front().span.begin,
                                                           x3::_attr(ctx).children.back().span.end};
                           })] >
                           -(word("in") > bounds[([](auto& ctx) {
                               x3::_val(ctx).lower = x3::_attr(ctx)[0].number;
                               x3::_val(ctx).upper = x3::_attr(ctx)[1].number;
                               x3::_val(ctx).bounds_span = {x3::_attr(ctx)[0].span.begin, x3::_attr(ctx)[1].span.end};
                             })]);

const auto keep_name = [](auto& ctx) { x3::_val(ctx).name = std::move(x3::_attr(ctx)); };
const auto keep_side = [](auto& ctx) { x3::_val(ctx).shape.push_back(std::move(x3::_attr(ctx))); };
x3::rule<struct SideId, syntax::Word> const side = "number, pre or post";
const auto side_def = x3::raw[word("number") | word("pre") | word("post")][([](auto& ctx) {
  x3::_val(ctx).span = span_of(ctx);
  x3::_val(ctx).text.assign(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
})];

x3::rule<struct StateId, syntax::State> const state = "state";
const auto state_def = word("state") > name[keep_name] >
                       -(x3::lit(':') > side[keep_side] > -(word("x") > side[keep_side])) > x3::lit('=') >
                       signed_number[([](auto& ctx) { x3::_val(ctx).initial = x3::_attr(ctx).number; })];

x3::rule<struct SignalId, syntax::Signal> const signal = "signal";
const auto signal_def = word("signal") > name[keep_name] >
                        -(x3::lit(':') > side[keep_side] > -(word("x") > side[keep_side]));

x3::rule<struct DegreeId> const degree_word = "degree";
const auto degree_word_def = word("degree");
x3::rule<struct FromId> const from_word = "from";
const auto from_word_def = word("from");
x3::rule<struct ReachId, syntax::Word> const reach = "reach";
const auto reach_def = name[([](auto& ctx) { x3::_val(ctx) = std::move(x3::_attr(ctx)); })];
const auto keep_atom = [](auto& ctx) { x3::_val(ctx).atoms.push_back(std::move(x3::_attr(ctx))); };
x3::rule<struct CandidatesId, syntax::Candidates> const candidates = "candidates";
const auto candidates_def =
    x3::raw[word("candidates")][([](auto& ctx) { x3::_val(ctx).span = span_of(ctx); })] > degree_word >
    x3::lit("<=") > number[([](auto& ctx) { x3::_val(ctx).degree = x3::_attr(ctx); })] > from_word
    > expression[keep_atom] > *(x3::lit(',') > expression[keep_atom]) >
    -(word("where") > reach[([](auto& ctx) { x3::_val(ctx).where = x3::_attr(ctx); })]) >
    -(word("in") > bounds[([](auto& ctx) {
        x3::_val(ctx).lower = x3::_attr(ctx)[0].number;
        x3::_val(ctx).upper = x3::_attr(ctx)[1].number;
        x3::_val(ctx).bounds_span = {x3::_attr(ctx)[0].span.begin, x3::_attr(ctx)[1].span.end};
      })]);

BOOST_SPIRIT_DEFINE(layer_word, initial_list, bounds, parameter, side, state, signal, degree_word, from_word, reach,
                    candidates)

struct FileTag;

template <class Context>
syntax::File& file_in(const Context& ctx) {
  return x3::get<FileTag>(ctx).get();
}

const auto statement =
    parameter[([](auto& ctx) { file_in(ctx).parameters.push_back(std::move(x3::_attr(ctx))); })] |
    candidates[([](auto& ctx) { file_in(ctx).candidates.push_back(std::move(x3::_attr(ctx))); })] |
    state[([](auto& ctx) { file_in(ctx).states.push_back(std::move(x3::_attr(ctx))); })] |
    signal[([](auto& ctx) { file_in(ctx).signals.push_back(std::move(x3::_attr(ctx))); })] |
    (word("next") > name[([](auto& ctx) {
       file_in(ctx).nexts.emplace_back();
       file_in(ctx).nexts.back().name = std::move(x3::_attr(ctx));
     })] > x3::lit('=') >
     expression[([](auto& ctx) { file_in(ctx).nexts.back().value = std::move(x3::_attr(ctx)); })]) |
    (word("rule") > name[([](auto& ctx) { file_in(ctx).rules.push_back(std::move(x3::_attr(ctx))); })]) |
    (word("cite") > quoted[([](auto& ctx) { file_in(ctx).citations.push_back(std::move(x3::_attr(ctx))); })]) |
    (word("let") > name[([](auto& ctx) {
       file_in(ctx).lets.emplace_back();
       file_in(ctx).lets.back().name = std::move(x3::_attr(ctx));
     })] > x3::lit('=') > expression[([](auto& ctx) { file_in(ctx).lets.back().value = std::move(x3::_attr(ctx)); })]) |
    (x3::raw[word("dw")][([](auto& ctx) {
       file_in(ctx).updates.emplace_back();
       file_in(ctx).updates.back().span = span_of(ctx);
     })] > x3::lit('=') >
     expression[([](auto& ctx) { file_in(ctx).updates.back().value = std::move(x3::_attr(ctx)); })]);

// Where the next line begins whose first word starts a statement.
std::size_t next_statement(const std::string& text, std::size_t from, bool at_statement) {
  // The place of an error may itself be where the next statement begins.
  if (at_statement) return from;
  for (std::size_t line = text.find('\n', from); line != std::string::npos; line = text.find('\n', line + 1)) {
    std::size_t begin = text.find_first_not_of(" \t\r", line + 1);
    if (begin == std::string::npos) break;
    std::size_t end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    if (begins_statement(std::string_view(text).substr(begin, end - begin))) return begin;
  }
  return text.size();
}

// The name that stands behind `first` at the beginning of a statement.
template <class First>
std::optional<syntax::Word> name_after(const First& first, const std::string& text, std::size_t start) {
  const Iterator begin = text.begin();
  Iterator at = begin + static_cast<std::ptrdiff_t>(start);
  std::vector<Diagnostic> ignored;
  syntax::Word found;
  const auto head = x3::with<SourceText>(std::cref(text))[x3::with<SourceBegin>(std::cref(
      begin))[x3::with<Problems>(std::ref(ignored))[first >> name[([&found](auto& ctx) { found = x3::_attr(ctx); })]]]];
  if (!x3::phrase_parse(at, text.end(), head, skipper)) return std::nullopt;
  return found;
}

// Statements that end with an expression.
std::array<std::size_t, 3> counts_of(const syntax::File& file) {
  return {file.lets.size(), file.updates.size(), file.nexts.size()};
}

// The expression of the statement that was added since, or null.
Node* newest(syntax::File& file, const std::array<std::size_t, 3>& before) {
  const std::array<std::size_t, 3> now = counts_of(file);
  return now[0] > before[0]   ? &file.lets.back().value
         : now[1] > before[1] ? &file.updates.back().value
         : now[2] > before[2] ? &file.nexts.back().value
                              : nullptr;
}

std::string heading_of(const std::string& text) {
  std::string heading;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    const std::size_t first = text.find_first_not_of(" \t\r", at);
    if (first != std::string::npos && first < end) {
      if (text[first] != '#') break;
      std::size_t content = first + 1;
      if (content < end && text[content] == ' ') ++content;
      std::string line = text.substr(content, end - content);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      heading += line + "\n";
    }
    at = end + 1;
  }
  return heading;
}

}  // namespace

Parsed parse(const Source& source) {
  Parsed parsed;
  const std::string& text = source.text;
  if (const auto deep = too_deep(text)) {
    parsed.errors.push_back(*deep);
    return parsed;
  }
  const Iterator begin = text.begin();
  const Iterator end = text.end();
  Iterator at = begin;
  const auto in_context = x3::with<SourceText>(std::cref(text))[x3::with<SourceBegin>(std::cref(
      begin))[x3::with<Problems>(std::ref(parsed.errors))[x3::with<FileTag>(std::ref(parsed.file))[statement]]]];

  Node* last = nullptr;  // the expression that was read last, where what was read last ends with one
  for (;;) {
    x3::parse(at, end, *skipper);
    if (at == end) break;
    const Iterator statement_begin = at;
    const auto start = static_cast<std::size_t>(statement_begin - begin);
    const auto fail = [&](std::size_t offset, Diagnostic diagnostic) {
      std::size_t token_end = offset + 1;
      std::string found = found_at(text, offset, token_end);
      const std::string token = text.substr(std::min(offset, text.size()), token_end - offset);
      const bool is_word_of_statement = begins_statement(token);
      // `let dw = ...`: on the line of its statement the word is a name that can't be given.
      const bool as_name =
          is_word_of_statement && diagnostic.expected == "a name" && offset > start && text.find('\n', start) > offset;
      if (as_name) {
        diagnostic = {{}, "`" + token + "` is a reserved word", "another name", "", "call it " + token + "_2, say"};
        token_end = offset + token.size();
      }
      const bool is_next = is_word_of_statement && !as_name;
      if (!as_name) diagnostic.found = std::move(found);
      diagnostic.span = {offset, token_end};
      if (offset >= text.size()) {
        // Shown behind the last that there is, not on an empty line.
        const std::size_t last = text.find_last_not_of(" \t\r\n") + 1;
        diagnostic.span = {last, last + 1};
      }
      // A mistake that has been told already goes on being one here.
      const bool told =
          !parsed.errors.empty() && parsed.errors.back().span.begin <= offset && offset < parsed.errors.back().span.end;
      if (!told) parsed.errors.push_back(std::move(diagnostic));
      at = begin + static_cast<std::ptrdiff_t>(next_statement(text, offset, is_next && offset > start));
    };
    const std::array<std::size_t, 3> before = counts_of(parsed.file);
    try {
      if (x3::phrase_parse(at, end, in_context, skipper)) {
        last = newest(parsed.file, before);
        continue;
      }
      // What stands here may belong to the expression before it, which is then not to be judged either.
      if (last != nullptr) *last = Node{};
      const std::size_t offset = start;
      std::size_t word_end = offset;
      found_at(text, offset, word_end);
      const bool nothing_before = parsed.file.lets.empty() && parsed.file.updates.empty() &&
                                  parsed.file.parameters.empty() && parsed.file.candidates.empty() &&
                                  parsed.file.nexts.empty();
      const std::string hint = hint_for_stray(text, offset, word_end, nothing_before);
      fail(offset,
           {{}, "this is not the beginning of a statement", "a statement: " + statement_words_in_text("or"), "", hint});
    } catch (const x3::expectation_failure<Iterator>& failure) {
      last = nullptr;
      Iterator where = failure.where();
      x3::parse(where, end, *skipper);
      const auto offset = static_cast<std::size_t>(where - begin);
      // A statement cut off in the middle is dropped: the checker must not judge a half. The name of a
      // parameter, state or signal stays known, so that its uses are no mistakes as well.
      if (auto broken = name_after(word("param"), text, start)) {
        syntax::Parameter parameter;
        parameter.name = std::move(*broken);
        parameter.initial = {0};
        parsed.file.parameters.push_back(std::move(parameter));
      }
      if (auto broken = name_after(word("state") | word("signal"), text, start))
        parsed.file.broken.push_back(std::move(*broken));
      if (Node* half = newest(parsed.file, before)) *half = Node{};
      const std::string expected = expectation(failure.which());
      std::string hint =
          hint_for(failure.which() == ")" || failure.which() == "\")\"" ? "')'" : failure.which(), text, offset);
      const std::size_t open = open_parenthesis(text, start, offset);
      if (expected == "')'" && open != std::string::npos) {
        const Place place = source.place(open);
        hint = "close the parenthesis of line " + std::to_string(place.line) + ", column " +
               std::to_string(place.column) + ", or write the missing operator";
      }
      fail(offset,
           {{}, expected.empty() ? "this can't stand here" : "expected " + expected, expected, "", std::move(hint)});
    }
  }
  for (syntax::Let& let : parsed.file.lets) {
    check_size(let.value, parsed.errors);
    unwrap(let.value);
  }
  for (syntax::Update& update : parsed.file.updates) {
    check_size(update.value, parsed.errors);
    unwrap(update.value);
  }
  for (syntax::Next& next : parsed.file.nexts) {
    check_size(next.value, parsed.errors);
    unwrap(next.value);
  }
  for (syntax::Candidates& candidates : parsed.file.candidates) {
    for (Node& atom : candidates.atoms) {
      check_size(atom, parsed.errors);
      unwrap(atom);
    }
  }
  parsed.file.heading = heading_of(text);
  return parsed;
}

}  // namespace rule_search
