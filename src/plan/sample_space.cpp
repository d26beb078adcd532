#include <map>

#include "plan/plan.hpp"

namespace rule_search::plan {

namespace {

class SampleSpace {
 public:
  explicit SampleSpace(const Plan& plan) : from_(plan), to_(plan) { to_.code.clear(); }

  std::optional<Plan> run() {
    if (!from_.dense.empty() || from_.scale_cols != none || !from_.states.empty() || !from_.signals.empty())
      return std::nullopt;
    for (std::size_t k = 0; k < from_.code.size(); ++k) {
      if (!add(static_cast<int>(k))) return std::nullopt;
    }
    for (Outer& o : to_.outers) {
      o.factor.coefficient = moved(o.factor.coefficient);
      o.left = moved(o.left);
      o.right = seen(o.right);
    }
    to_.scale = moved(to_.scale);
    to_.scale_rows = moved(to_.scale_rows);
    Plan out = schedule(to_);
    if (out.replays()) {
      // A replay knows the change of a step by its columns themselves.
      if (out.scale_rows != none) return std::nullopt;
      for (const Outer& o : out.outers) {
        if (out.code[static_cast<std::size_t>(o.right)].code == Code::combine) return std::nullopt;
      }
    }
    return out;
  }

 private:
  int moved(int v) const { return v == none ? none : now_[static_cast<std::size_t>(v)]; }
  const Instruction& at(int v) const { return from_.code[static_cast<std::size_t>(v)]; }
  bool seen_only(int v) const { return only_by_sample_[static_cast<std::size_t>(v)]; }

  int push(Instruction i) {
    to_.code.push_back(std::move(i));
    return static_cast<int>(to_.code.size()) - 1;
  }

  // False where the instruction needs what Z does not hold.
  bool add(int v) {
    Instruction i = at(v);
    bool through = false;  // made of w' * u
    switch (i.code) {
      case Code::weight_transposed_times:
        through = true;
        break;
      case Code::number:
      case Code::parameter:
      case Code::net:
        break;
      case Code::quantity:
        if (i.quantity == Quantity::w) return false;
        break;
      case Code::combine:
        for (const Term& t : i.terms) through = through || seen_only(t.value);
        break;
      case Code::weight_times:
        if (seen_only(i.args[0])) return false;
        i.code = Code::replay;
        break;
      case Code::dot: {
        std::size_t by_w = 0;
        while (by_w < 2 && at(i.args[by_w]).code != Code::weight_transposed_times) ++by_w;
        if (by_w == 2) {
          if (seen_only(i.args[0]) || seen_only(i.args[1])) return false;
          break;
        }
        if (seen_only(i.args[1 - by_w])) return false;
        Instruction replay;
        replay.code = Code::replay;
        replay.shape = {Side::post, Side::one};
        replay.args = {moved(i.args[1 - by_w])};
        const int cell = push(std::move(replay));
        i.args = {cell, moved(at(i.args[by_w]).args[0])};
        only_by_sample_.push_back(false);
        now_.push_back(push(std::move(i)));
        return true;
      }
      case Code::hadamard:
      case Code::hadamard_divide:
      case Code::power:
      case Code::function:
      case Code::function_of_two:
      case Code::sum:
      case Code::mean:
      case Code::norm:
        for (int a : i.args) {
          if (seen_only(a)) return false;
        }
        break;
      default:
        return false;
    }
    if (i.shape.is_matrix()) return false;
    only_by_sample_.push_back(through);
    if (through && i.code == Code::combine) {
      now_.push_back(none);
      now_.back() = combined(i);
      by_sample_[v] = now_.back();
      return true;
    }
    for (int& a : i.args) a = moved(a);
    for (Term& t : i.terms) t = {{t.factor.number, moved(t.factor.coefficient)}, moved(t.value)};
    i.by_sample = through;
    now_.push_back(push(std::move(i)));
    if (through) by_sample_[v] = now_.back();
    return true;
  }

  int combined(Instruction i) {
    for (Term& t : i.terms) t = {{t.factor.number, moved(t.factor.coefficient)}, seen(t.value)};
    i.by_sample = true;
    return push(std::move(i));
  }

  // X' times a column of the pre side. Sums are taken apart, since X' pre is known without any product.
  int seen(int v) {
    const auto known = by_sample_.find(v);
    if (known != by_sample_.end()) return known->second;
    const Instruction& i = at(v);
    int out = none;
    if (i.code == Code::combine) {
      out = combined(i);
    } else {
      Instruction seen;
      seen.shape = i.shape;
      seen.by_sample = true;
      if (i.code == Code::quantity && i.quantity == Quantity::pre) {
        seen.code = Code::quantity;
        seen.quantity = Quantity::pre;
      } else {
        seen.code = Code::project;
        seen.args = {moved(v)};
      }
      out = push(std::move(seen));
    }
    by_sample_[v] = out;
    return out;
  }

  const Plan& from_;
  Plan to_;
  std::vector<int> now_;
  std::vector<bool> only_by_sample_;
  std::map<int, int> by_sample_;
};

}  // namespace

std::optional<Plan> in_sample_space(const Plan& plan) { return SampleSpace(plan).run(); }

}  // namespace rule_search::plan
