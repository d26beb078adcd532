#include "run/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace rule_search {

ProgressLine::ProgressLine(const std::filesystem::path& log)
    : log_(log, std::ios::app), terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (terminal_ && !who_) std::cerr << "\r\033[K";
}

void ProgressLine::operator()(const Progress& p) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (!begun_) {
    begun_ = true;
    runs_before_ = p.runs;
    share_before_ = p.share;
  }
  const double rate = seconds > 0 ? static_cast<double>(p.runs - runs_before_) / seconds : 0;
  std::string text =
      fmt::format("{:<10} {:<18} {}{:.1f} {}/s", p.stage, p.detail,
                  std::isfinite(p.loss) && p.loss > 0 ? fmt::format("loss {:.4f}  ", p.loss) : "", rate, runs_);
  if (const double done = p.share - share_before_; done > 0.1 && p.share < 1)
    text += fmt::format("  about {:.0f} s left", seconds * (1 - p.share) / done);
  const std::string stage = p.stage + p.detail;
  if (who_) {
    who_(p);
  } else if (terminal_) {
    std::cerr << "\r\033[K" << text.substr(0, 100) << std::flush;
  } else if (constexpr double pause = 10; p.stage != stage_ || seconds - printed_ > pause) {
    std::cerr << fmt::format("{:6.1f} s  {}\n", seconds, text);
    stage_ = p.stage;
    printed_ = seconds;
  }
  if (stage != last_) {
    nlohmann::json line = {{"seconds", seconds}, {"stage", p.stage}, {"detail", p.detail}, {"episodes", p.runs}};
    if (std::isfinite(p.loss)) line["loss"] = p.loss;
    log_ << dump(line) << "\n" << std::flush;
  }
  last_ = stage;
}

void ProgressLine::note(const std::string& text) { log_ << dump(nlohmann::json{{"note", text}}) << "\n" << std::flush; }

}  // namespace rule_search
