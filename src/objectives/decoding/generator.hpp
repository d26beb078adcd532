// Synthetic recordings of motor cortex: a cursor on its way from target to target, and units whose spike counts follow its
// velocity. Made for this project; the formulas are in docs/decoding.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "objectives/decoding/session.hpp"

namespace rule_search {

/// What happens to some units in the middle of a stream.
enum class Change {
  none,
  remap,    ///< their tuning is drawn anew
  dropout,  ///< they fall silent
  drift,    ///< their preferred directions turn by up to 180 degrees until the end
};
const char* name(Change change);
const char* meaning(Change change);
std::vector<std::string> changes();
Change change_named(const std::string& name);  ///< one of changes()

/// What units are tuned to, and how strongly.
struct Tuning {
  const char* name;
  double rate;     ///< Hz, mean of the base rates
  double depth;    ///< by the velocity along the preferred direction
  double speed;    ///< by the speed, standard deviation over units
  double bend;     ///< by the size of the velocity along the preferred direction, whatever its sign
  double posture;  ///< radians by which the preferred direction turns with the position, standard deviation over units
  double noise;    ///< of what units have in common, standard deviation over units
  int latents;     ///< numbers that units have in common
  double tau_latent;  ///< seconds in which these change
  double lag;         ///< seconds: units lead the velocity by up to twice this
};
const std::vector<Tuning>& tunings();
std::vector<std::string> tuning_names();
const Tuning& tuning_named(const std::string& name);  ///< one of tuning_names()

struct Generator {
  const Tuning* tuning = nullptr;
  double dt = 0.02;  ///< seconds of a step
  int units = 96;
  Change change = Change::none;
  double share = 0.5;  ///< probability that a unit is changed
  int at = 0;          ///< the step from which on it is
};

/// T steps of counts and of the velocity of the cursor, two numbers a step with a variance of about 1; `learn` is 1 in every
/// step. Streams with different seeds are independent.
DecodingStream generated(const Generator& generator, std::uint64_t seed, int steps);

}  // namespace rule_search
