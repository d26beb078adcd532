#!/usr/bin/env bash
# The study of Shervani-Tabar & Rosenbaum (2023) with its figures, on a 47-class IDX set; README.md beside this tells more.
# Usage: run.sh DIR [OUT] [--trials N] [--steps N] [--l1 LAMBDA] [--quick]
#   DIR        folder with images-idx3-ubyte.gz and labels-idx1-ubyte.gz
#   OUT        folder for the figures and all they are drawn from (default runs/paper_2023-N, a new one)
#   --trials   seeds, each with classes, networks and tasks of its own (default 5)
#   --steps    steps of Adam, an episode each (default 600)
#   --l1       lambda of the penalty on the pool's coefficients (default 0.5)
#   --quick    2 trials of 20 steps: does everything once, shows nothing
# RULE_SEARCH is the program (default build/release/rule-search), JOBS the fits at a time (default 2, a core each).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$here/../..
program=${RULE_SEARCH:-$source/build/release/rule-search}
trials=5 steps=600 swap_steps=300 l1=0.5 every=20 scored=10 tested=100 window=10 final=100
folders=()
fail() { printf 'run.sh: %s\n' "$1" >&2; exit 2; }
number() { [[ ${2-} =~ ^[1-9][0-9]*$ ]] || fail "$1: expected a whole number from 1 on, found '${2-}'"; }
while (($#)); do
  case $1 in
    --trials) number "$1" "${2-}"; trials=$2; shift 2 ;;
    --steps) number "$1" "${2-}"; steps=$2; swap_steps=$(((steps + 1) / 2)); shift 2 ;;
    --l1) [[ -n ${2-} ]] || fail "--l1: expected a number"; l1=$2; shift 2 ;;
    --quick) trials=2 steps=20 swap_steps=6 every=5 scored=2 tested=4 window=2 final=10; shift ;;
    -h | --help) sed -n '2,/^set/p' "$0" | sed -e '/^set/d' -e 's/^# \{0,1\}//'; exit 0 ;;
    -*) fail "$1: no such option, expected --trials, --steps, --l1 or --quick" ;;
    *) folders+=("$1"); shift ;;
  esac
done
((${#folders[@]} >= 1 && ${#folders[@]} <= 2)) || fail "expected DIR [OUT], found ${#folders[@]} folders; --help tells more"
data=${folders[0]}
for file in images-idx3-ubyte labels-idx1-ubyte; do
  if ! compgen -G "$data/*$file*" >/dev/null; then
    echo "skipped: $data holds no $file; examples/paper_2023/README.md says where EMNIST comes from"
    exit 0
  fi
done
[[ -x $program ]] || fail "$program: no such program; build it first: cmake --preset release && cmake --build --preset release"
out=${folders[1]-}
if [[ -z $out ]]; then
  n=1
  while [[ -e runs/paper_2023-$n ]]; do n=$((n + 1)); done
  out=runs/paper_2023-$n
fi
[[ ! -e $out || -z $(ls -A "$out" 2>/dev/null) ]] || fail "$out: is not empty, expected a new folder"
mkdir -p "$out/trials"

# One line a fit: name, trial, arguments. The longest first, so that no core waits at the end. The paper's own steps of
# 1e-3 drive the ten terms to where every episode blows up; README.md tells.
fits() {
  local trial mask
  for trial in $(seq "$trials"); do echo "pool $trial $source/rules/pool_2023.rule --l1 $l1 --learning-rate 3e-4 --gradient-clip 3 --steps $steps"; done
  for trial in $(seq "$trials"); do
    echo "f_bio $trial $source/rules/f_bio.rule --steps $steps"
    echo "ehebb $trial $source/rules/ehebb.rule --steps $steps"
    echo "oja $trial $here/oja.rule --steps $steps"
    echo "fa $trial $source/rules/feedback_alignment.rule --steps $steps"
    echo "bp $trial $source/rules/feedback_alignment.rule --feedback symmetric --steps $steps"
    for mask in 000 100 010 001 110 101 011 111; do
      # Where no connection has them, two coefficients have nothing to be fitted to.
      echo "layers$mask $trial $here/layers.rule --hidden 130,70 --steps $swap_steps --fix bio[1]=${mask:0:1} --fix bio[2]=${mask:1:1} --fix bio[3]=${mask:2:1}$([[ $mask != 000 ]] || echo ' --fix ehebb --fix oja')"
    done
  done
}
one_fit() {
  local name=$1 trial=$2
  shift 2
  "$program" fit "$@" --data "$data" --seed "$trial" --threads 1 --method adam --history-every "$every" \
    --history-episodes "$scored" --test-episodes "$tested" --out "$out/trials/$name-$trial" >"$out/trials/$name-$trial.txt" 2>&1 ||
    { echo "run.sh: the fit $name, trial $trial, failed:" >&2; tail -n 3 "$out/trials/$name-$trial.txt" >&2; return 1; }
  echo "$name, trial $trial: done after $SECONDS s"
}
export -f one_fit
export program data every scored tested out SECONDS
echo "== $(fits | wc -l) fits"
# shellcheck disable=SC2016
fits | xargs -P "${JOBS:-2}" -L 1 bash -c 'one_fit "$@"' one_fit

bash "$here/figures.sh" "$out" "$steps" "$window" "$final"
