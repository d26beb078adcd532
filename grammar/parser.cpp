// The grammar in Spirit X3.
#include "parser.hpp"

#include "hints.hpp"
#include "keywords.hpp"
#include "limits.hpp"
#include "recovery.hpp"
#include "tree.hpp"

#define BOOST_SPIRIT_X3_NO_RTTI
#include <array>
#include <boost/spirit/home/x3.hpp>
#include <cmath>
#include <cstdlib>
#include <functional>

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
struct SumId {};
struct ProductId {};
struct FactorId {};
struct PostfixId {};
struct PrimaryId {};
struct NameId {};
struct TextId {};
struct ListId {};
struct NumberId {};
struct ParameterId {};
struct IndexId {};

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
const auto statement_word =
    x3::lexeme[one_of(statement_words) >> !letter_or_digit] - x3::lexeme[one_of(words_and_names) >> !letter_or_digit];

// `2.*x` is 2 .* x: a point belongs to the number only where a digit follows.
const auto digits = +x3::char_("0-9");
const auto plain_number = digits >> -(x3::char_('.') >> digits) >> -(x3::char_("eE") >> -x3::char_("+-") >> digits);

template <class Context>
double to_number(const Context& ctx, const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  if (!std::isfinite(value)) {
    x3::get<Problems>(ctx).get().push_back(number_too_large(text, span_of(ctx)));
    return 1;
  }
  const bool no_zero = text.find_first_of("123456789") < text.find_first_of("eE");
  if (no_zero && !std::isnormal(value)) {
    x3::get<Problems>(ctx).get().push_back(number_too_small(text, span_of(ctx)));
    return 1;
  }
  if (auto problem = number_within_word(x3::get<SourceText>(ctx).get(), span_of(ctx))) {
    x3::get<Problems>(ctx).get().push_back(std::move(*problem));
    // The rest of the statement makes no sense any more.
    throw x3::expectation_failure<Iterator>(x3::_attr(ctx).begin(), "number");
  }
  return value;
}

std::vector<std::string_view> names_of_units() {
  std::vector<std::string_view> names;
  for (const TimeUnit& unit : time_units) names.push_back(unit.name);
  return names;
}
// A unit of time makes seconds of the number before it.
const auto unit = x3::raw[x3::lexeme[one_of(names_of_units()) >> !letter_or_digit]][([](auto& ctx) {
  x3::_val(ctx).text.assign(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
  x3::_val(ctx).number = in_seconds(x3::_val(ctx).number, x3::_val(ctx).text);
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
x3::rule<SumId, Node> const sum = "expression";
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
    // What might have gone on has skipped space and comments before it found that it does not.
    x3::_val(ctx).span = trimmed(x3::get<SourceText>(ctx).get(), span_of(ctx));
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

const auto compare_operator = x3::raw[x3::lexeme[x3::lit(">=") | x3::lit("<=") | x3::lit('>') | x3::lit('<')]];

const auto expression_def =
    spanned(sum[first_of_chain<Kind::comparison>()] >> *(compare_operator[next_operator] > sum[next_member]));

const auto sum_def =
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

BOOST_SPIRIT_DEFINE(number, signed_number, infinity, bound, name, quoted, expression, sum, product, factor, postfix,
                    primary)

x3::rule<IndexId, syntax::Index> const index = "layer or recording";
const auto index_def = word("layer")[([](auto& ctx) { x3::_val(ctx) = syntax::Index::layer; })] |
                       word("recording")[([](auto& ctx) { x3::_val(ctx) = syntax::Index::recording; })];

const auto keep_initial = [](auto& ctx) { x3::_val(ctx).children.push_back(std::move(x3::_attr(ctx))); };
x3::rule<ListId, Node> const initial_list = "number or list of numbers";
const auto initial_list_def =
    signed_number[keep_initial] |
    (x3::lit('[') > signed_number[keep_initial] > *(x3::lit(',') > signed_number[keep_initial]) > x3::lit(']'));

x3::rule<struct BoundsId, std::array<Node, 2>> const bounds = "bounds";
const auto bounds_def = x3::lit('[') > bound[([](auto& ctx) { x3::_val(ctx)[0] = x3::_attr(ctx); })] >
                        x3::lit(',') > bound[([](auto& ctx) { x3::_val(ctx)[1] = x3::_attr(ctx); })] > x3::lit(']');
const auto keep_bounds = [](auto& ctx) {
  const std::array<Node, 2>& ends = x3::_attr(ctx);
  x3::_val(ctx).lower = ends[0].number;
  x3::_val(ctx).upper = ends[1].number;
  x3::_val(ctx).bounds_span = {ends[0].span.begin, ends[1].span.end};
  for (const Node& end : ends) {
    syntax::Units& units = x3::_val(ctx).bounds_units;
    if (!end.text.empty())
      units.some = true;
    else if (end.number != 0 && std::isfinite(end.number))
      units.missing = true;
  }
};

x3::rule<ParameterId, syntax::Parameter> const parameter = "parameter";
const auto parameter_def = word("param") > name[([](auto& ctx) { x3::_val(ctx).name = x3::_attr(ctx); })] >
                           -(x3::lit('[') > index[([](auto& ctx) { x3::_val(ctx).index = x3::_attr(ctx); })] >
                             x3::lit(']')) > x3::lit('=') > initial_list[([](auto& ctx) {
                             x3::_val(ctx).unit = x3::_attr(ctx).children.front().text;
                             for (const Node& value : x3::_attr(ctx).children) {
                               x3::_val(ctx).initial.push_back(value.number);
                               x3::_val(ctx).mixed_units =
                                   x3::_val(ctx).mixed_units || value.text.empty() != x3::_val(ctx).unit.empty();
                             }
                             x3::_val(ctx).initial_span = {x3::_attr(ctx).children.front().span.begin,
                                                           x3::_attr(ctx).children.back().span.end};
                           })] > -(word("in") > bounds[keep_bounds]);

const auto keep_name = [](auto& ctx) { x3::_val(ctx).name = std::move(x3::_attr(ctx)); };
const auto keep_side = [](auto& ctx) { x3::_val(ctx).shape.push_back(std::move(x3::_attr(ctx))); };
x3::rule<struct LengthId, Node> const length = "time";
const auto length_def = signed_number[keep];
x3::rule<struct StepId, syntax::Step> const step = "step";
const auto step_def = x3::raw[word("step")][([](auto& ctx) { x3::_val(ctx).span = span_of(ctx); })] >
                      length[([](auto& ctx) { x3::_val(ctx).length = std::move(x3::_attr(ctx)); })];

// Only `w` has bounds so far.
x3::rule<struct WeightId> const weight = "w";
const auto weight_def = word("w");
x3::rule<struct InId> const in_word = "in";
const auto in_word_def = word("in");
x3::rule<struct WeightBoundId, syntax::Bound> const weight_bound = "bound";
const auto weight_bound_def = x3::raw[word("bound")][([](auto& ctx) { x3::_val(ctx).span = span_of(ctx); })] > weight >
                              in_word > bounds[keep_bounds] >
                              -word("soft")[([](auto& ctx) { x3::_val(ctx).soft = true; })];

x3::rule<struct SideId, syntax::Word> const side = "number, pre or post";
const auto side_def = x3::raw[word("number") | word("pre") | word("post")][([](auto& ctx) {
  x3::_val(ctx).span = span_of(ctx);
  x3::_val(ctx).text.assign(x3::_attr(ctx).begin(), x3::_attr(ctx).end());
})];

x3::rule<struct TrialId> const trial_word = "trial";
const auto trial_word_def = word("trial");
x3::rule<struct RowId, std::vector<double>> const row_of_numbers = "row of numbers";
const auto add_to_row = [](auto& ctx) { x3::_val(ctx).push_back(x3::_attr(ctx).number); };
const auto row_of_numbers_def = x3::lit('[') > signed_number[add_to_row] >
                                *(x3::lit(',') > signed_number[add_to_row]) > x3::lit(']');
const auto add_number = [](auto& ctx) { x3::_val(ctx).rows.push_back({x3::_attr(ctx).number}); };
const auto add_row = [](auto& ctx) {
  x3::_val(ctx).rows.push_back(std::move(x3::_attr(ctx)));
  x3::_val(ctx).nested = true;
};
x3::rule<struct RowsId, syntax::InitialValues> const rows_or_numbers = "number or list of numbers";
const auto rows_or_numbers_def = (row_of_numbers[add_row] > *(x3::lit(',') > row_of_numbers[add_row])) |
                                 (signed_number[add_number] > *(x3::lit(',') > signed_number[add_number]));
x3::rule<struct ElementsId, syntax::InitialValues> const elements = "list of numbers";
const auto elements_def = x3::lit('[') > rows_or_numbers[keep] > x3::lit(']');
x3::rule<struct InitialId, syntax::InitialValues> const initial_values = "number, list of numbers or file";
const auto initial_values_def =
    x3::raw[(word("file") > quoted[([](auto& ctx) { x3::_val(ctx).file = std::move(x3::_attr(ctx)); })]) |
            elements[([](auto& ctx) {
              x3::_val(ctx) = std::move(x3::_attr(ctx));
              x3::_val(ctx).list = true;
            })] |
            signed_number[add_number]][([](auto& ctx) { x3::_val(ctx).span = span_of(ctx); })];

x3::rule<struct StateId, syntax::State> const state = "state";
const auto state_def = word("state") > name[keep_name] >
                       -(x3::lit(':') > side[keep_side] > -(word("x") > side[keep_side])) > x3::lit('=') >
                       initial_values[([](auto& ctx) { x3::_val(ctx).initial = std::move(x3::_attr(ctx)); })] >
                       -(word("each")[([](auto& ctx) { x3::_val(ctx).each_trial = true; })] > trial_word);

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
const auto candidates_def = x3::raw[word("candidates")][([](auto& ctx) { x3::_val(ctx).span = span_of(ctx); })] >
                            degree_word >
                            x3::lit("<=") > number[([](auto& ctx) { x3::_val(ctx).degree = x3::_attr(ctx); })] >
                            -word("each")[([](auto& ctx) { x3::_val(ctx).each = true; })] > from_word
                            > expression[keep_atom] > *(x3::lit(',') > expression[keep_atom]) >
                            -(word("where") > reach[([](auto& ctx) { x3::_val(ctx).where = x3::_attr(ctx); })]) >
                            -(word("into") > name[([](auto& ctx) { x3::_val(ctx).into = x3::_attr(ctx); })]) >
                            -(word("in") > bounds[keep_bounds]);

BOOST_SPIRIT_DEFINE(index, initial_list, bounds, parameter, length, step, weight, in_word, weight_bound, side,
                    trial_word, row_of_numbers, rows_or_numbers, elements, initial_values, state, signal, degree_word,
                    from_word, reach, candidates)

struct FileTag;

template <class Context>
syntax::File& file_in(const Context& ctx) {
  return x3::get<FileTag>(ctx).get();
}

const auto statement =
    parameter[([](auto& ctx) { file_in(ctx).parameters.push_back(std::move(x3::_attr(ctx))); })] |
    step[([](auto& ctx) { file_in(ctx).steps.push_back(std::move(x3::_attr(ctx))); })] |
    weight_bound[([](auto& ctx) { file_in(ctx).bounds.push_back(std::move(x3::_attr(ctx))); })] |
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
  const auto in_context = x3::with<SourceText>(std::cref(text))[x3::with<SourceBegin>(std::cref(
      begin))[x3::with<Problems>(std::ref(parsed.errors))[x3::with<FileTag>(std::ref(parsed.file))[statement]]]];

  Recovery recovery(source, parsed);
  for (Iterator at = begin;;) {
    x3::parse(at, end, *skipper);
    if (at == end) break;
    recovery.begin(static_cast<std::size_t>(at - begin));
    std::size_t go_on = 0;
    try {
      if (x3::phrase_parse(at, end, in_context, skipper)) {
        recovery.succeeded();
        continue;
      }
      go_on = recovery.stray();
    } catch (const x3::expectation_failure<Iterator>& failure) {
      Iterator where = failure.where();
      x3::parse(where, end, *skipper);
      go_on = recovery.broken(static_cast<std::size_t>(where - begin), failure.which());
    }
    at = begin + static_cast<std::ptrdiff_t>(go_on);
  }
  for (Node* expression : expressions(parsed.file)) {
    check_size(*expression, parsed.errors);
    unwrap(*expression);
  }
  parsed.file.heading = heading_of(text);
  return parsed;
}

}  // namespace rule_search
