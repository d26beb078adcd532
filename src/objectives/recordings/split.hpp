// Which recordings are searched on, in which folds, and which are kept apart to report on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "data/recording.hpp"
#include "fit/folds.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

/// Numbers of recordings. Rules are chosen by cross-validation, so there are recordings of Part::validation in a fold alone.
using RecordingSplit = UnitSplit;

/// The least number of recordings to search on: with two of them kept apart in turn nothing could be fitted.
constexpr std::size_t least_recordings = 3;
/// With so many recordings in which something changes, and more, three of ten are kept apart to report on. With fewer the search is carried out anew
/// without each fold, which uses all of them; it takes as many searches more.
constexpr std::size_t enough_to_keep_apart = 12;

/// The first `named` recordings are to report on, or where none is named and `enough` a share of all; the others are to
/// search on, in an order that follows from the seed.
RecordingSplit split_recordings(std::size_t count, std::size_t named, bool enough, std::uint64_t seed);

/// What is known of a held-out recording before its second half, by which a rule is judged. Throws InputError where one of
/// both halves has nothing.
LayerRecording first_half(LayerRecording recording, const RecordingsOptions& options);

}  // namespace rule_search
