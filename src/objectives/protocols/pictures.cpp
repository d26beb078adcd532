#include "objectives/protocols/pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>
#include <utility>

#include "objectives/spike_curves.hpp"

namespace rule_search {

namespace {

constexpr double normal = 1.96;

bool begins_number(const char* text) {
  if (*text == '-') ++text;
  return *text >= '0' && *text <= '9';
}

// Numbers within names by their size: "delay -10" before "delay 5" before "delay 40".
bool by_numbers(const Protocol* a, const Protocol* b) {
  const char* x = a->name.c_str();
  const char* y = b->name.c_str();
  while (*x != '\0' && *y != '\0') {
    if (begins_number(x) && begins_number(y)) {
      char* behind_x = nullptr;
      char* behind_y = nullptr;
      const double u = std::strtod(x, &behind_x);
      const double v = std::strtod(y, &behind_y);
      if (u != v) return u < v;
      x = behind_x;
      y = behind_y;
      continue;
    }
    if (*x != *y) return *x < *y;
    ++x;
    ++y;
  }
  return *x == '\0' && *y != '\0';
}

std::vector<const Protocol*> all_protocols(const ProtocolsObjective& objective) {
  std::vector<const Protocol*> out;
  for (const Part part : {Part::search, Part::test}) {
    for (std::size_t k = 0; k < objective.units(part); ++k) out.push_back(&objective.protocol(part, k));
  }
  std::sort(out.begin(), out.end(), by_numbers);
  return out;
}

void add(PicturePoints& to, double x, const Protocol& p) {
  to.x.push_back(x);
  to.y.push_back(100 * p.change);
  to.low.push_back(100 * (p.change - normal * p.error));
  to.high.push_back(100 * (p.change + normal * p.error));
}

bool is_pairing(const Protocol& p) { return p.paired && p.frequency > 0; }

using Group = std::vector<const Protocol*>;

constexpr std::size_t least_of_group = 3;
constexpr const char* points_of_picture =
    " Points: measured from that weight and after that time, with 95 % intervals (1.96 standard errors).";

// What a curve can stand beside: all but delay and frequency.
struct Alike {
  int pairings;
  double weight, after;
  bool operator<(const Alike& other) const {
    return std::tie(pairings, weight, after) < std::tie(other.pairings, other.weight, other.after);
  }
};

// Protocols of one number of pairings and one delay, at several frequencies.
void add_frequency(std::vector<Picture>& out, const Group& protocols, SpikeRule rule) {
  std::map<Alike, std::map<double, Group>> groups;
  for (const Protocol* p : protocols) {
    if (is_pairing(*p)) groups[{p->pairings, p->weight, p->after}][p->delay].push_back(p);
  }
  for (const auto& [alike, by_delay] : groups) {
    std::vector<double> delays;
    double most = 0;
    for (const auto& [delay, group] : by_delay) {
      if (group.size() < least_of_group) continue;
      delays.push_back(delay);
      for (const Protocol* p : group) most = std::max(most, p->frequency);
    }
    if (delays.empty()) continue;
    std::reverse(delays.begin(), delays.end());
    rule.weight = alike.weight;
    Picture picture = frequency_picture(rule, {0, 1, alike.pairings, alike.after}, delays, 1.05 * most);
    for (std::size_t d = 0; d < delays.size(); ++d) {
      PicturePoints points{fmt::format("measured_{}", d), "measured at " + milliseconds(delays[d]), {}, {}, {}, {}};
      for (const Protocol* p : by_delay.at(delays[d])) add(points, p->frequency, *p);
      picture.points.push_back(std::move(points));
    }
    picture.caption += points_of_picture;
    out.push_back(std::move(picture));
    return;  // a picture of one name
  }
}

// Over delay at the frequency, number of pairings, initial weight and time of measurement that most protocols have; without points where they are
// few.
void add_window(std::vector<Picture>& out, const Group& protocols, SpikeRule rule) {
  std::map<std::pair<double, Alike>, Group> groups;
  for (const Protocol* p : protocols) {
    if (is_pairing(*p)) groups[{p->frequency, {p->pairings, p->weight, p->after}}].push_back(p);
  }
  const Group* largest = nullptr;
  Pairings pairings;
  for (const auto& [of, group] : groups) {
    if (group.size() < least_of_group || (largest != nullptr && group.size() <= largest->size())) continue;
    largest = &group;
    pairings.frequency = of.first;
    pairings.count = of.second.pairings;
    pairings.after = of.second.after;
    rule.weight = of.second.weight;
  }
  double reach = 0.1;
  if (largest != nullptr) {
    for (const Protocol* p : *largest) reach = std::max(reach, 1.1 * std::abs(p->delay));
  }
  // Neighbouring pairs shall not meet.
  if (largest == nullptr) reach = std::min(reach, 0.4 / pairings.frequency);
  Picture picture = window_picture(rule, pairings, reach);
  if (largest != nullptr) {
    PicturePoints points{"measured", "measured", {}, {}, {}, {}};
    for (const Protocol* p : *largest) add(points, 1000 * p->delay, *p);
    picture.points.push_back(std::move(points));
    picture.caption += points_of_picture;
  }
  out.push_back(std::move(picture));
}

void add_measured(std::vector<Picture>& out, const Group& protocols, const SpikeRule& rule) {
  Picture picture;
  picture.name = "measured";
  picture.title = "Measured changes over those of the rule";
  picture.x_label = "change by the rule, %";
  picture.y_label = "measured change, %";
  PicturePoints points{"measured", "protocols", {}, {}, {}, {}};
  double low = 0;
  double high = 0;
  for (const Protocol* p : protocols) {
    EventDrivenSynapse synapse(rule.plan, {});
    if (!synapse.run(rule.theta, p->weight, events_of(p->pre, p->post), p->after)) continue;
    const double x = 100 * (synapse.weight() - p->weight) / p->weight;
    add(points, x, *p);
    low = std::min({low, x, 100 * p->change});
    high = std::max({high, x, 100 * p->change});
  }
  if (points.x.empty()) return;
  picture.x = {low, high};
  picture.lines.push_back({"equal", "equal", picture.x, picture.x, picture.x});
  picture.points.push_back(std::move(points));
  picture.caption =
      "Every protocol by what the rule makes of it and what was measured, with 95 % intervals (1.96 standard errors). "
      "On the "
      "line both are equal. The rule was fitted to these protocols, but for those that were given to report on.";
  out.push_back(std::move(picture));
}

}  // namespace

std::vector<Picture> protocol_pictures(const ProtocolsObjective& objective, const FittedRule& found) {
  const Group protocols = all_protocols(objective);
  const SpikeRule rule{plan::lower(found.rule), found.theta, protocols.front()->weight};
  std::vector<Picture> out;
  add_frequency(out, protocols, rule);
  add_window(out, protocols, rule);
  add_measured(out, protocols, rule);
  return out;
}

Table protocols_table(const ProtocolsObjective& objective, const FittedRule& found) {
  Table out;
  out.title = "Protocols";
  out.columns = {"protocol", "measured, %", "standard error, %", "by the rule, %", "missed, standard errors"};
  EventDrivenSynapse synapse(plan::lower(found.rule), {});
  for (const Protocol* p : all_protocols(objective)) {
    const bool done = synapse.run(found.theta, p->weight, events_of(p->pre, p->post), p->after);
    const double change = (synapse.weight() - p->weight) / p->weight;
    out.rows.push_back({p->name, fmt::format("{:.1f}", 100 * p->change), fmt::format("{:.1f}", 100 * p->error),
                        done ? fmt::format("{:.1f}", 100 * change) : "-",
                        done ? fmt::format("{:+.1f}", (change - p->change) / p->error) : "-"});
  }
  out.note = "The rule was fitted to these protocols, but for those that were given to report on.";
  return out;
}

}  // namespace rule_search
