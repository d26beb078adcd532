// A session: trials one after the other, in which a recurrent network learns a task from reward.
#pragma once

#include <string>
#include <vector>

#include "network/recurrent.hpp"

namespace rule_search {

/// What a step of the response costs, of miss = output - target.
enum class TrialError { square, absolute };

const char* name(TrialError error);
std::vector<std::string> trial_errors();

/// What is shown in a trial of T steps to N neurons with M inputs.
struct SessionTrial {
  int type = 0;                      ///< which average of rewards it belongs to, from 0
  std::vector<double> start;         ///< N: x before the first step
  std::vector<double> input;         ///< T x M
  std::vector<double> perturbation;  ///< T x N
  std::vector<double> target;        ///< T; those of response steps count
};

/// What stays the same from trial to trial.
struct Session {
  RecurrentShape network;
  std::vector<double> weights;        ///< N x N, row by row, at the start
  std::vector<double> input_weights;  ///< N x M, fixed
  std::vector<double> readout;        ///< N, fixed
  TrialError error = TrialError::square;
  int response_steps = 1;   ///< the last so many of a trial
  double average_keep = 0;  ///< average <- keep average + (1 - keep) reward, of the trial's type, after the trial
  double rate = 1;          ///< what dw is multiplied by before it is added
  double clip = 0;          ///< rate dw is cut off there, by element; 0: it isn't
  int types = 1;            ///< of trials
  int trials = 0;
};

/// Trials by number, from 0; each is asked for once, in order.
class SessionTrials {
 public:
  virtual ~SessionTrials() = default;
  virtual const SessionTrial& operator[](int number) = 0;
};

}  // namespace rule_search
