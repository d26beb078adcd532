#!/usr/bin/env bash
# Small runs of everything that computes, compared bit by bit with what was stored when they were right.
# Usage: tests/frozen/run.sh PROGRAM SOURCE [--write]      --write: stores what PROGRAM computes now
#
# The kernels are the portable ones and the mathematical library is kept from newer instructions, so that the bits are the
# same on every x86-64 machine with this compiler.
set -uo pipefail
program=$1
source=$2
write=${3-}
export RULE_SEARCH_KERNELS=portable
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-FMA4_Usable
expected=$source/tests/frozen/expected
cd "$source" || exit 2
[ -d /usr/share/datasets/fashion-mnist ] || { echo "skipped: Fashion-MNIST is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
count=0

# keep NAME FILE: compares FILE with what is stored under NAME.
keep() {
  count=$((count + 1))
  if [ "$write" = --write ]; then
    mkdir -p "$expected"
    python3 tests/frozen/compare.py --write "$2" "$expected/$1" "$source" || failed=1
  else
    python3 tests/frozen/compare.py "$2" "$expected/$1" "$source" || { echo "  in $1"; failed=1; }
  fi
}
# prints NAME ARGUMENT...: of what the program prints.
prints() {
  local name=$1
  shift
  "$program" "$@" >"$work/out.json" 2>"$work/err" || { echo "FAILED: $*"; cat "$work/err"; failed=1; return; }
  keep "$name.json" "$work/out.json"
}
# finds NAME ARGUMENT...: of a search; all of its result, and its front.
finds() {
  local name=$1
  shift
  "$program" search "$@" --out "$work/$name" >/dev/null 2>"$work/err" || { echo "FAILED: search $*"; cat "$work/err"; failed=1; return; }
  python3 tests/schema.py . "$work/$name/result.json" || { echo "FAILED: $name is not as docs/result.schema.json has it"; failed=1; }
  keep "$name.json" "$work/$name/result.json"
  keep "$name.csv" "$work/$name/hall_of_fame.csv"
}

task=(--hidden 30,20 --ways 3 --shots 8 --queries 4 --seed 3)
small=(--fit-episodes 4 --refit-episodes 6 --validation-episodes 8 --test-episodes 10)
recorded=()
for file in examples/recordings/oja_*; do recorded+=(--recording "$file"); done
chosen=()
for k in 1 2 3 4 5 6 7 8; do chosen+=(--recording "examples/choices/animal_$k.csv"); done

for episode in bio_fixed pool_symmetric; do
  prints "replay_$episode" replay "tests/golden/$episode.json" --rule rules/pool_2023.rule --json
done
for feedback in fixed symmetric direct sign; do
  prints "eval_$feedback" eval rules/f_bio.rule "${task[@]}" --feedback "$feedback" --set eta=0.01 --set ehebb=-0.046 --set oja=0.0055 \
    --episodes 4 --derivatives --json
done
prints eval_states eval rules/eligibility.rule "${task[@]}" --episodes 4 --derivatives --json
prints eval_double eval rules/threshold_gated.rule "${task[@]}" --episodes 4 --derivatives --precision double --json
for method in trust-region adam; do
  steps=(); [ $method = adam ] && steps=(--steps 20 --history-every 5)
  "$program" fit rules/f_bio.rule "${task[@]}" --method $method "${steps[@]}" --out "$work/fit_$method" >/dev/null 2>"$work/err" ||
    { echo "FAILED: fit $method"; cat "$work/err"; failed=1; }
  keep "fit_$method.json" "$work/fit_$method/fit.json"
  keep "fit_$method.csv" "$work/fit_$method/history.csv"
done

finds few_shot rules/f_bio.rule "${task[@]}" "${small[@]}"
finds few_shot_pool rules/pool_2023.rule "${task[@]}" "${small[@]}" --feedback sign --max-terms 4 --must theta0
finds few_shot_permuted rules/f_bio.rule "${task[@]}" "${small[@]}" --permute-labels --per-layer
finds recordings rules/pools/layer_cubic.rule --objective trajectory "${recorded[@]}"
finds recordings_initial rules/pools/layer_cubic.rule --objective trajectory "${recorded[@]}" --fit-first-weights --one-step --degree 2
finds recordings_choices rules/pools/choices.rule --objective trajectory --activation sigmoid "${chosen[@]}"
finds goal rules/pools/layer_cubic.rule --objective function --goal first_component "${small[@]}"
finds goal_components rules/pools/layer_components.rule --objective function --goal components --locality local "${small[@]}" --cells 2 --inputs 4 --steps 100
prints transfer transfer "$work/few_shot/result.json" --only classes --episodes 4 --json

if [ "$failed" -ne 0 ]; then
  echo "frozen: not the same bits as before"
  exit 1
fi
echo "frozen: $count documents, the same bits as before"
