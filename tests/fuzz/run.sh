#!/usr/bin/env bash
# Builds the fuzzers with sanitizers, in build/fuzz, and runs every one of them for so many seconds.
# Usage: tests/fuzz/run.sh SECONDS [TARGET...]     targets: rule, idx, result, episode, session, decoding,
#                                              recording, protocol, neural, differential; all without one
#
# What they find and learn stays in build/fuzz: a finding as found/TARGET-..., for which the exit code is 1; inputs that
# reach more of the program in corpus/TARGET, where the next run goes on from. Put a finding, once mended, into
# tests/fuzz/corpus/TARGET: every test run looks at those.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)
build=$source/build/fuzz
seconds=${1-}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "usage: run.sh SECONDS [TARGET...]" >&2; exit 2; }
shift
targets=("$@")
((${#targets[@]} > 0)) || targets=(rule idx result episode session decoding recording protocol neural differential)
for target in "${targets[@]}"; do
  [ -f "$here/${target}_fuzz.cpp" ] || { echo "run.sh: no target $target" >&2; exit 2; }
done

# Compiler and fuzzing library together, tried on the smallest target there is.
try=$(mktemp -d)
trap 'rm -rf "$try"' EXIT
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$try/try.cpp"
if ! clang++ -fsanitize=fuzzer,address,undefined "$try/try.cpp" -o "$try/try" 2>/dev/null; then
  echo "skipped: there is no clang with libFuzzer; Debian's packages clang and libclang-rt-dev have it"
  exit 77
fi

flags="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer"
export CCACHE_BASEDIR=$source CCACHE_NOHASHDIR=1
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_CXX_FLAGS_RELEASE="-O1 -gline-tables-only" -DCMAKE_CXX_FLAGS="$flags" \
  -DRULE_SEARCH_TESTS=OFF -DRULE_SEARCH_FUZZ=ON >/dev/null
cmake --build "$build" --target "${targets[@]/#/rule-search-fuzz-}" >"$try/build" || { cat "$try/build"; exit 1; }

export UBSAN_OPTIONS=print_stacktrace=1
mkdir -p "$build/found"
findings=0
runs=0
printf '%-14s %12s %8s %9s %9s\n' target executions seconds corpus findings
for target in "${targets[@]}"; do
  mkdir -p "$build/corpus/$target"
  start=$SECONDS
  code=0
  # A target that waits, or takes memory without bound, is broken as well.
  "$build/tests/fuzz/rule-search-fuzz-$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=3000 -max_len=4000 \
    -print_final_stats=1 -artifact_prefix="$build/found/$target-" "$build/corpus/$target" "$here/corpus/$target" \
    >"$build/$target.log" 2>&1 || code=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$target.log")
  found=$((code == 0 ? 0 : 1))
  findings=$((findings + found))
  runs=$((runs + ${executions:-0}))
  printf '%-14s %12s %8s %9s %9s\n' "$target" "${executions:-?}" $((SECONDS - start)) \
    "$(find "$build/corpus/$target" -type f | wc -l)" "$found"
  ((code == 0)) || grep -aE -A 12 'broken promise|ERROR:|runtime error|ALARM|Test unit written' "$build/$target.log" | head -n 40
done
echo "$findings findings in $runs executions of ${#targets[@]} targets"
((findings == 0))
