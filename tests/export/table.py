"""The table of docs/exported_rules.md from what tests/export/run.sh found.

Usage: table.py FOLDER/table.txt     with RULE_SEARCH_EXPORT_ALL=1 no cell is empty
"""
import pathlib
import re
import sys

TARGETS = {"numpy": "NumPy", "pytorch": "PyTorch", "jax": "JAX", "sympy": "SymPy", "brian2": "Brian 2", "nestml": "NEST"}
cells, reasons = {}, {}
for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
    words = line.split()
    if words[0] not in TARGETS or words[1] == "golden":
        continue
    row = cells.setdefault(words[1], {})
    if "can't be expressed" in line:
        why = re.sub(r"^\S+ \S+ can't be expressed: \S+: ", "", line)
        why = re.sub(r" can't be written for (Brian 2|NESTML)", "", why).replace(", which Brian 2 has not", "").replace(", which NESTML has not", "")
        term, _, reason = why.partition(": ")
        why = f"`{term}` {reason.replace('it ', '').replace('no spike tells it', 'is no spike')}" if reason else why
        row[words[0]] = reasons.setdefault(why, f"[{len(reasons) + 1}]")
    else:
        row[words[0]] = words[2].replace("0.0e+00", "0") if "FAILS" not in line and "DIFFERS" not in line else " ".join(words[2:])
print("| rule | " + " | ".join(TARGETS.values()) + " |")
print("|---" * (len(TARGETS) + 1) + "|")
for rule in sorted(cells):
    print(f"| {rule} | " + " | ".join(cells[rule].get(t, "") for t in TARGETS) + " |")
print()
for why, number in reasons.items():
    print(f"- {number} {why}".replace("|", "\\|"))
