#include "grammar/plain.hpp"

#include <doctest/doctest.h>

#include "expression/check/check.hpp"
#include "expression/print.hpp"

using namespace rule_search;

TEST_CASE("letters and signs of papers are what the language writes in their place") {
  const auto plain = [](const char* written) { return PlainText(written).text(); };
  CHECK(plain("Δw = η·y²·xᵀ") == "dw = eta*y.^2*xᵀ");
  CHECK(plain("∆w = μ × x³ ∘ w ⊙ w") == "dw = mu * x.^3 .* w .* w");
  CHECK(plain("(x ≥ 1) ≤ θ2") == "(x >= 1) <= theta2");
  CHECK(plain("let Δ = τ_m + Δwide + aΔw") == "let Delta = tau_m + Deltawide + aDeltaw");
  // A unit behind a number, a name elsewhere.
  CHECK(plain("20 µs + 5μs, μs, 3 μsec") == "20 us + 5us, mus, 3 musec");
  CHECK(plain("20 # ms\n  µs") == "20 # ms\n  us");
  CHECK(plain("state τ: post × pre = 0\nsignal μ : pre×post\ndw = a × w") ==
        "state tau: post  x  pre = 0\nsignal mu : pre x post\ndw = a * w");
  // Of people, not of the language.
  CHECK(plain("cite \"η of Δw\" # η²\ndw = w") == "cite \"η of Δw\" # η²\ndw = w");
  CHECK(plain("# \"\nη") == "# \"\neta");
  CHECK(plain("cite \"open\nη") == "cite \"open\neta");
}

TEST_CASE("places in the text are those that were written") {
  const std::string written = "Δw = η·post² * x'";
  const PlainText plain(written);
  REQUIRE(plain.text() == "dw = eta*post.^2 * x'");
  const auto at = [&](const char* what) {
    const std::size_t begin = plain.text().find(what);
    const Span s = plain.written({begin, begin + std::string(what).size()});
    return written.substr(s.begin, s.end - s.begin);
  };
  CHECK(at("dw") == "Δw");
  CHECK(at("eta") == "η");
  CHECK(at("eta*post") == "η·post");
  CHECK(at("post") == "post");
  CHECK(at("post.^2") == "post²");
  CHECK(at("x'") == "x'");
  // Half of a sign is the whole of it.
  CHECK(at("post.") == "post²");
  CHECK(at("^2 *") == "² *");
  const Span end = plain.written({plain.text().size(), plain.text().size()});
  CHECK(end.begin == written.size());
  CHECK(end.end == written.size());
}

TEST_CASE("a rule as a paper writes it is the rule, and is printed in plain letters") {
  const Rule greek = check_rule({"rule",
                                 "param η = 0.1\nparam τ = 20 µs\nstate x: pre = 0\nnext x = (1 - 1 µs/τ)·x + pre\n"
                                 "Δw = η·(post² ⊙ (post ≥ 0.2))·x'\n"});
  const Rule latin = check_rule({"rule",
                                 "param eta = 0.1\nparam tau = 20 us\nstate x: pre = 0\n"
                                 "next x = (1 - 1 us/tau)*x + pre\n"
                                 "dw = eta*(post.^2 .* (post >= 0.2))*x'\n"});
  CHECK(print(greek) == print(latin));
  CHECK(print(greek).find("eta*(post.^2 .* (post >= 0.2))*x'") != std::string::npos);
}
