#!/usr/bin/env bash
# Exported rules carried out where they are for: every rule of rules/, 100 steps on random numbers, beside the oracle of the
# evaluator's tests; and whole golden episodes. Writes a table, FOLDER/table.txt, and fails where anything differs.
# Usage: tests/export/run.sh PROGRAM STEPS SOURCE FOLDER
#   STEPS   rule-search-steps; FOLDER keeps the virtual environment and the files
# Ends with 77 (skipped) where a library is missing and can't be installed.
set -euo pipefail
program=$1 steps=$2 source=$3 folder=$4
mkdir -p "$folder/files"
skip() {
  echo "skipped: $1"
  exit 77
}

system=/usr/bin/python3
if ! "$system" -c 'import torch, venv, ensurepip' 2>/dev/null; then
  [[ $(id -u) == 0 ]] || skip "python3-torch is not installed"
  apt-get install -y -qq python3-torch python3-venv >/dev/null 2>&1 || skip "python3-torch can't be installed"
fi
python=$folder/venv/bin/python
wanted=$source/tests/export/requirements.txt
if ! cmp -s "$wanted" "$folder/venv/requirements.txt"; then
  rm -rf "$folder/venv"
  "$system" -m venv "$folder/venv"
  "$python" -m pip install -q -r "$wanted" >"$folder/pip.log" 2>&1 || skip "the Python packages can't be installed, see $folder/pip.log"
  cp "$wanted" "$folder/venv/requirements.txt"
fi

rm -rf "$folder/files"
mkdir "$folder/files"
names=()
while IFS= read -r rule; do
  name=$(basename "$rule" .rule)
  names+=("$name")
  "$steps" "$rule" 100 >"$folder/files/$name.json"
  for library in numpy pytorch jax sympy; do
    "$program" export "$rule" --format "$library" >"$folder/files/${name}_$library.py"
  done
done < <(find "$source/rules" "$source/tests/export/rules" -name '*.rule' | sort)

failed=0
check() { # what checks (arrays, sympy), the interpreter, arguments
  "$2" "$source/tests/export/check_$1.py" "${@:3}" >>"$folder/table.txt" 2>"$folder/errors.txt" || {
    failed=1
    cat "$folder/errors.txt" >&2
  }
}
echo "target rule, worst difference in double and in single precision, as a share of the largest number" >"$folder/table.txt"
check arrays "$python" numpy "$folder/files" "${names[@]}"
check arrays "$system" pytorch "$folder/files" "${names[@]}"
check arrays "$python" jax "$folder/files" "${names[@]}"
# Symbolic expressions are slow: all steps, and those of pools, with --all alone.
symbolic=()
for name in "${names[@]}"; do
  [[ -z ${RULE_SEARCH_SYMPY_STEPS-} && -e $source/rules/pools/$name.rule ]] || symbolic+=("$name")
done
check sympy "$python" "${RULE_SEARCH_SYMPY_STEPS:-5}" "$folder/files" "${symbolic[@]}"
for golden in bio_fixed pool_fixed pool_symmetric; do
  check arrays "$system" pytorch --golden "$source/tests/golden/$golden.json" "$folder/files" pool_2023
  check arrays "$python" jax --golden "$source/tests/golden/$golden.json" "$folder/files" pool_2023
done
grep -E 'FAILS|DIFFERS' "$folder/table.txt" || true
echo "$(grep -vcE 'FAILS|DIFFERS|^target' "$folder/table.txt") exports agree"
exit "$failed"
