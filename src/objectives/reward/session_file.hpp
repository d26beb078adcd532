// Sessions recorded with all their numbers, for comparing with other software.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "objectives/reward/session.hpp"

namespace rule_search {

struct RecordedSession {
  std::string name;
  Session session;
  std::vector<SessionTrial> trials;
  std::string rule;  ///< its text, where the file has it
  /// States that are not set back when a trial begins; all others are.
  std::vector<std::string> lasting_states;
  /// Values by parameter name.
  std::vector<std::pair<std::string, std::vector<double>>> parameters;
};

/// The trials must outlive it.
class RecordedTrials : public SessionTrials {
 public:
  explicit RecordedTrials(const std::vector<SessionTrial>& trials) : trials_(trials) {}
  const SessionTrial& operator[](int number) override { return trials_[static_cast<std::size_t>(number)]; }

 private:
  const std::vector<SessionTrial>& trials_;
};

/// Whether a document is a session, rather than an episode of another kind.
bool is_session(const nlohmann::json& document);

/// What a document in the JSON format of docs/reward.md holds, which was read from `path`. Throws InputError that names the
/// file and the place in it.
RecordedSession session_in(const nlohmann::json& document, const std::string& path);

/// The same format as text, every number to its last bit.
std::string to_json(const RecordedSession& recorded);

}  // namespace rule_search
