#!/usr/bin/env bash
# Exported rules carried out where they are for: every rule of rules/, 100 steps on random numbers, beside the oracle of the
# evaluator's tests; and whole golden episodes. Writes a table, FOLDER/table.txt, and fails where anything differs.
# Usage: tests/export/run.sh PROGRAM STEPS SOURCE FOLDER
#   STEPS   rule-search-steps; FOLDER keeps the virtual environments and the files
# With RULE_SEARCH_EXPORT_ALL SymPy has all steps and all rules, and synapses in NESTML are compiled and run in NEST.
# Ends with 77 (skipped) where a library is missing and can't be installed; with RULE_SEARCH_EXPORT_ALL that is a failure.
set -euo pipefail
program=$1 steps=$2 source=$3 folder=$4
all=${RULE_SEARCH_EXPORT_ALL-}
mkdir -p "$folder/files"
skip() {
  echo "skipped: $1"
  [[ -z $all ]] || exit 1
  exit 77
}

system=/usr/bin/python3
if ! "$system" -c 'import torch, venv, ensurepip' 2>/dev/null; then
  [[ $(id -u) == 0 ]] || skip "python3-torch is not installed"
  apt-get install -y -qq python3-torch python3-venv >/dev/null 2>&1 || skip "python3-torch can't be installed"
fi
# Environments are made once: libraries ask for different versions of NumPy.
environment() { # name
  local wanted=$source/tests/export/requirements-$1.txt
  cmp -s "$wanted" "$folder/$1/requirements.txt" && return
  rm -rf "${folder:?}/$1"
  "$system" -m venv "$folder/$1"
  "$folder/$1/bin/pip" install -q -r "$wanted" >"$folder/pip.log" 2>&1 || skip "the Python packages can't be installed, see $folder/pip.log"
  cp "$wanted" "$folder/$1/requirements.txt"
}
environment arrays
environment brian2
[[ -z $all ]] || environment nest
python=$folder/arrays/bin/python

rm -rf "$folder/files"
mkdir "$folder/files"
names=()
paths=() # of the rules with these names
while IFS= read -r rule; do
  name=$(basename "$rule" .rule)
  # Two folders may have rules of one name.
  [[ " ${names[*]-} " != *" $name "* ]] || name=$(basename "$(dirname "$rule")")_$name
  # It divides by sums of weights, which random numbers bring near 0.
  [[ $name != digits ]] || continue
  names+=("$name")
  paths+=("$rule")
  "$steps" "$rule" 100 >"$folder/files/$name.json"
  for library in numpy pytorch jax; do
    "$program" export "$rule" --format "$library" >"$folder/files/${name}_$library.py"
  done
  # Some rules no synapse can compute: then the message is kept.
  "$program" export "$rule" --format sympy >"$folder/files/${name}_sympy.py" 2>"$folder/files/${name}_sympy.txt" ||
    rm "$folder/files/${name}_sympy.py"
  "$program" export "$rule" --format brian2 >"$folder/files/${name}_brian2.py" 2>"$folder/files/${name}_brian2.txt" ||
    rm "$folder/files/${name}_brian2.py"
  "$program" export "$rule" --format nestml >"$folder/files/$name.nestml" 2>"$folder/files/${name}_nestml.txt" ||
    rm "$folder/files/$name.nestml"
  # NEST compiles all of them into one library.
  [[ ! -e $folder/files/$name.nestml ]] || sed -i "s/^model \(.*\)_synapse:/model ${name}_synapse:/" "$folder/files/$name.nestml"
done < <(find "$source/rules" "$source/tests/export/rules" -name '*.rule' | sort)

failed=0
check() { # what checks (arrays, sympy, brian2, nestml), the interpreter, arguments
  # Simulators say more than what is asked for.
  "$2" "$source/tests/export/check_$1.py" "${@:3}" 2>"$folder/errors.txt" |
    grep -E '^(numpy|pytorch|jax|sympy|brian2|nestml) ' >>"$folder/table.txt" || {
    failed=1
    cat "$folder/errors.txt" >&2
  }
}
echo "target rule, worst difference in double and in single precision, as a share of the largest number" >"$folder/table.txt"
check arrays "$python" numpy "$folder/files" "${names[@]}"
check arrays "$system" pytorch "$folder/files" "${names[@]}"
check arrays "$python" jax "$folder/files" "${names[@]}"
# Symbolic expressions are slow.
symbolic=()
for name in "${names[@]}"; do
  [[ -z $all && -e $source/rules/pools/$name.rule ]] || symbolic+=("$name")
done
sympy_steps=5
[[ -z $all ]] || sympy_steps=100
check sympy "$python" "$sympy_steps" "$folder/files" "${symbolic[@]}"
check brian2 "$folder/brian2/bin/python" "$folder/files" "${names[@]}"
if [[ -n $all ]]; then
  # The same files, with steps in which neurons fire or don't.
  rm -rf "$folder/spikes"
  mkdir "$folder/spikes"
  cp "$folder"/files/*nestml* "$folder/spikes"
  for k in "${!names[@]}"; do
    "$steps" "${paths[$k]}" 100 spikes >"$folder/spikes/${names[$k]}.json"
  done
  export LD_LIBRARY_PATH=$folder/spikes/nest PATH=$folder/nest/bin:$PATH PYNEST_QUIET=1
  check nestml "$folder/nest/bin/python" "$folder/spikes" "${names[@]}"
fi
for golden in bio_fixed pool_fixed pool_symmetric; do
  check arrays "$system" pytorch --golden "$source/tests/golden/$golden.json" "$folder/files" pool_2023
  check arrays "$python" jax --golden "$source/tests/golden/$golden.json" "$folder/files" pool_2023
done
grep -E 'FAILS|DIFFERS' "$folder/table.txt" || true
echo "$(grep -vcE "FAILS|DIFFERS|can't be|^target" "$folder/table.txt") exports agree, $(grep -c "can't be" "$folder/table.txt") can't be expressed"
exit "$failed"
