#!/usr/bin/env bash
# One search by several processes: the same bits as by one, for every objective and number of ranks; also after a rank was
# killed, after a stop, and without MPI at all.
# Usage: same_bits.sh PROGRAM SOURCE MPI_PROGRAM MPIRUN
set -uo pipefail
. "$(dirname "$0")/../command/lib/head.sh" "$1" "$2"
cd "$source" || exit 2
mpi_program=$3
mpirun=$4

# Open MPI starts no more ranks than there are cores, and nothing as root, unless it is told. MPICH does.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
# ranks COUNT ARGUMENTS...: the arguments go to `search`
ranks() {
  local count=$1
  shift
  timeout 300 "$mpirun" -n "$count" "$mpi_program" search "$@" >"$work/out" 2>"$work/err"
}

# same_by_ranks NAME COUNTS ARGUMENTS...
same_by_ranks() {
  local name=$1 counts=$2
  shift 2
  "$program" search "$@" --threads 1 --out "$work/$name.alone" >"$work/out" 2>"$work/err" || fail "$name, one process"
  for count in $counts; do
    ranks "$count" "$@" --out "$work/$name.$count" || fail "$name on $count ranks"
    same_result "$work/$name.alone" "$work/$name.$count" || note_failure "$name: other bits on $count ranks"
  done
}

files=()
for file in examples/recordings/oja_[1-5].csv examples/recordings/oja_1[12].npz; do files+=(--recording "$file"); done
same_by_ranks recordings "2 4" rules/pools/layer_cubic.rule --objective recordings "${files[@]}"
same_by_ranks goal "2 4" rules/pools/layer_cubic.rule --objective goal --goal first_component --fit-episodes 6 \
  --refit-episodes 8 --validation-episodes 20 --test-episodes 10
same_by_ranks reward "3" tests/command/lib/two_reward.rule --objective reward --units 20 --trials 60 --report-trials 120 --fit-episodes 3 \
  --refit-episodes 4 --validation-episodes 4 --test-episodes 4 --seed 2
same_by_ranks decoding "3" tests/command/lib/two_decoding.rule --objective decoding --units 20 --hidden 12,8 --learn-time 20 --frozen-time 10 \
  --fit-episodes 3 --refit-episodes 4 --validation-episodes 4 --test-episodes 4 --seed 2

if [ -d /usr/share/datasets/fashion-mnist ]; then
  few=(rules/pool_2023.rule "${small[@]}")
  same_by_ranks few_shot "2 4" "${few[@]}"

  # A rank that is killed ends the run with its name, and what was computed goes on with another number of ranks, or alone.
  long=(rules/pool_2023.rule "${small[@]/#10/3000}")
  "$program" search "${long[@]}" --out "$work/long" >"$work/out" 2>"$work/err" || fail "a longer search"
  for count in 1 3; do
    rm -rf "$work/killed"
    setsid "$mpirun" -n 2 "$mpi_program" search "${long[@]}" --out "$work/killed" \
      >"$work/out" 2>"$work/err" &
    launcher=$!
    # Until some steps are kept.
    for ((k = 0; k < 600; ++k)); do
      [ "$(stat -c %s "$work/killed/journal.bin" 2>/dev/null || echo 0)" -gt 20000 ] && break
      sleep 0.05
    done
    # Rank 0 has the journal open.
    for process in /proc/[0-9]*; do
      [ "$(readlink "$process/exe")" = "$(readlink -f "$mpi_program")" ] || continue
      grep -qz "$work/killed" "$process/cmdline" || continue
      ls -l "$process/fd" | grep -q journal.bin || { kill -KILL "${process#/proc/}" && break; }
    done
    wait "$launcher" && note_failure "a run whose rank was killed ends well"
    grep -qi 'killed\|signal 9\|exit code: 9' "$work/err" "$work/out" || note_failure "no word of the rank that was killed"
    grep -qi 'rank 1\|rank: 1\|PID' "$work/err" "$work/out" || note_failure "no name of the rank that was killed"
    [ ! -e "$work/killed/result.json" ] || note_failure "a result of a run whose rank was killed"
    if [ "$count" -eq 1 ]; then
      "$program" search --resume "$work/killed" >"$work/out" 2>"$work/err" || fail "resumed without MPI"
    else
      ranks "$count" --resume "$work/killed" || fail "resumed on $count ranks"
    fi
    same_result "$work/long" "$work/killed" || note_failure "other bits after a rank was killed, resumed on $count ranks"
  done

  # A limit stops all ranks; the run goes on with others.
  ranks 3 "${few[@]}" --max-episodes 300 --out "$work/stopped"
  grep -q '^Stopped after 3[0-9]* episodes: --max-episodes 300$' "$work/out" || note_failure "a limit on three ranks"
  ranks 2 --resume "$work/stopped" || note_failure "resumed on two ranks"
  same_result "$work/few_shot.alone" "$work/stopped" || note_failure "other bits after a stop"
fi

# Mistakes are told once, and nobody waits.
ranks 2 rules/pools/layer_cubic.rule --objective goal && note_failure "a search without its goal ends well"
[ "$(grep -c 'expected a goal, found none' "$work/err")" -eq 1 ] || note_failure "a mistake is told once"
ranks 2 rules/pools/layer_cubic.rule --objective recordings --recording nowhere.csv && note_failure "without a file"
[ "$(grep -c 'nowhere.csv: ' "$work/err")" -eq 1 ] || note_failure "a file that is not there is told of once"
ranks 2 --help || note_failure "--help"

[ "$failed" -eq 0 ] && echo "mpi: all is well"
exit "$failed"
