#include "report/hall_of_fame.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "expression/print/mathml.hpp"
#include "expression/print/synapse.hpp"
#include "report/figure.hpp"
#include "report/page/frame.hpp"

using namespace rule_search;

namespace {

FrontRule rule_of(const std::string& text, double loss, bool validated) {
  FrontRule r;
  r.fitted.rule = check_rule({"test", text});
  r.complexity = r.fitted.rule.parameters.size();
  r.validated = validated;
  r.loss.mean = loss;
  r.accuracy.mean = 0.5;
  return r;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) out += p;
  return out;
}

}  // namespace

TEST_CASE("a term's score is the fall of log(loss) it brings, shared where two terms are added at once") {
  const std::vector<double> scores = front_scores({1, 2, 4}, {2, 1, 0.25});
  REQUIRE(scores.size() == 3);
  CHECK(scores[0] == 0);
  CHECK(scores[1] == doctest::Approx(std::log(2)));
  CHECK(scores[2] == doctest::Approx(std::log(2)));  // log(4) over two terms
}

TEST_CASE(
    "a spreadsheet reads the hall of fame while the search runs: no accuracy that is not known, commas "
    "quoted") {
  const std::string csv =
      to_csv({rule_of("rule a\nparam eta = 0.5\ndw = -eta * err_post * pre'\n", 2, true),
              rule_of("rule b\nparam a = 1\nparam b = 2\ndw = a * w + b * dot(pre, pre) * w\n", 1, false)},
             0);
  CHECK(csv ==
        "complexity,loss,accuracy,score,locality,formula,chosen\n"
        "1,2,0.5,0,local,dw = -0.5*(err_post*pre'),\n"
        "2,1,,0.6931471805599453,layer,\"dw = w + 2*(dot(pre, pre)*w)\",\n");
}

TEST_CASE("what comes from a file can't break out of the page or of gnuplot's text") {
  CHECK(html::escaped("<script a=\"1\">'&") == "&lt;script a=&quot;1&quot;&gt;&#39;&amp;");
  CHECK(plain("a'`rm`\"\\\n$b") == "armb");
}

TEST_CASE("pictures on one page keep their identifiers apart") {
  const std::string svg = html::inline_svg(
      "<?xml version=\"1.0\"?><svg width=\"1\"><title>n</title><desc>d</desc><defs><g id='p'/></defs>"
      "<use xlink:href='#p'/></svg>",
      "front", "loss < 1", "what is seen");
  CHECK(svg.find("id='front-p'") != std::string::npos);
  CHECK(svg.find("href='#front-p'") != std::string::npos);
  CHECK(svg.find("<?xml") == std::string::npos);
  CHECK(svg.find("<title id=\"front-title\">loss &lt; 1</title><desc id=\"front-desc\">what is seen</desc>") !=
        std::string::npos);
  CHECK(svg.find("aria-labelledby=\"front-title\" aria-describedby=\"front-desc\"") != std::string::npos);
}

TEST_CASE("MathML of a rule has every tag closed, sums spelt out for one synapse") {
  const Rule rule =
      check_rule({"test",
                  "rule r\nparam theta0 = 1\nparam b = 1\ndw = -theta0 * err_post * pre' + b * (post * pre' - post * "
                  "post' * w) + norm(pre) ^ 2 / 1e-5 * w\n"});
  for (const std::string& text :
       {joined(mathml_summands(rule.dw, rule.parameters)), joined(mathml_synapse_summands(rule.dw, rule.parameters))}) {
    std::vector<std::string> open;
    for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
      const std::size_t end = text.find_first_of(" >", at);
      const std::string name = text.substr(at + 1, end - at - 1);
      if (name[0] != '/') {
        open.push_back(name);
        continue;
      }
      REQUIRE(!open.empty());
      CHECK(open.back() == name.substr(1));
      open.pop_back();
    }
    CHECK(open.empty());
    CHECK(text.find("&#x3B8;") != std::string::npos);
  }
  CHECK(joined(mathml_synapse_summands(rule.dw, rule.parameters)).find("&#x2211;") != std::string::npos);
}

TEST_CASE("the front has its figure, logarithmic where losses span decades; a baseline may be any") {
  Result r;
  r.words.units = r.words.test_units = "episodes";
  r.words.loss_meaning = "the mean loss";
  const auto rule = [](std::size_t terms, double loss, bool chosen) {
    result::FrontRule f;
    f.complexity = terms;
    f.score.loss = loss;
    f.score.loss_interval = {0.9 * loss, 1.1 * loss};
    f.chosen = chosen;
    return f;
  };
  r.front = {rule(1, 2, false), rule(2, 1, true)};
  r.baselines["my_own"].score.loss = 1.5;
  const std::vector<Figure> all = figures(r);
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "front");
  CHECK(to_dat(all[0]) == "complexity loss loss_low loss_high chosen_loss\n1 2 1.8 2.2 nan\n2 1 0.9 1.1 1\n");
  CHECK(to_gnuplot(all[0]).find("'my own'") != std::string::npos);
  CHECK(all[0].caption.find("on the test episodes") != std::string::npos);
  CHECK_FALSE(all[0].panels[0].y_log);

  r.front.push_back(rule(3, 1e-4, false));
  const Figure wide = figures(r)[0];
  CHECK(wide.panels[0].y_log);
  CHECK(wide.panels[0].y_label.find("logarithmic") != std::string::npos);
  CHECK(to_gnuplot(wide).find("set logscale y") != std::string::npos);
  CHECK(to_pgfplots(wide).find("ymode=log") != std::string::npos);
}
