// From candidate terms to the simplest rule that does the job.
//
//   grow       from the term with the strongest exact gradient, one term after the other, all refitted
//   prune      one term after the other dropped, the rest refitted, down to one: the path
//   choose     the smallest rule of the path within the noise of the best by loss and by accuracy, on validation units
//   round      as few digits as the validation units allow
//   report     on test units, beside what the objective compares it with
#pragma once

#include <functional>
#include <vector>

#include "fit/objective.hpp"
#include "fit/progress.hpp"
#include "fit/steps.hpp"
#include "search/found.hpp"
#include "search/options.hpp"

namespace rule_search {

/// `front`, where given, hears of the best rule of every size so far whenever a stage has finished one, and when `steps`
/// stop the search, which then throws SearchStopped. Without `steps` everything is carried out at once. The result follows
/// from rule, objective and options alone, whatever the number of threads and however often the search was stopped. Throws
/// InputError where the rule or the options ask for what can't be, std::runtime_error where nothing could be fitted.
SearchResult search(const Rule& candidates, const Objective& objective, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress = {},
                    const std::function<void(const std::vector<FrontRule>&)>& front = {}, Steps* steps = nullptr);

}  // namespace rule_search
