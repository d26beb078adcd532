"""Runs exported synapses in Brian 2 on the numbers of the oracle and compares weights and states; a line a rule.

Usage: check_brian2.py FOLDER NAME...    FOLDER has NAME.json (of rule-search-steps), and NAME_brian2.py or, where the rule
can't be written for Brian 2, the message that says why in NAME_brian2.txt
"""
import pathlib
import sys

import brian2 as b2
import numpy as np
from common import TOLERANCE, Worst, module_of, own, plain, table

b2.prefs.codegen.target = "numpy"
b2.BrianLogger.log_level_error()
NEURON = {"activity": ("pre", "post"), "error": ("err_pre", "err_post"), "net": (None, "net"), "gate": (None, "gate"),
          "noise": ("noise_pre", "noise_post"), "shuffled_error": ("shuffled_err_pre", "shuffled_err_post")}


def worst_difference(module, document):
    b2.start_scope()
    dt = getattr(module, "STEP", 1 * b2.ms)
    b2.defaultclock.dt = dt
    steps = document["steps"]
    first = steps[0]
    n_post, n_pre = np.shape(document["w"])
    groups, arrays = {}, {}
    for side, (size, model) in enumerate(((n_pre, module.SOURCE_MODEL), (n_post, module.TARGET_MODEL))):
        group = b2.NeuronGroup(size, model + "\nunused : 1")
        code = []
        for line in model.split("\n"):
            name = line.split(":")[0].strip()
            source = NEURON[name][side] if name in NEURON else plain(name, set(first["signals"]))
            values = [s["quantities"].get(source, s["signals"].get(source)) for s in steps] if source else [None]
            if not name or values[0] is None:
                continue
            given = f"given_{name}_{side}"
            arrays[given] = b2.TimedArray(np.array(values, dtype=float), dt=dt)
            code.append(f"{name} = {given}(t, i)")
        group.namespace.update(arrays)
        if code:
            group.run_regularly("\n".join(code), when="start")
        groups[side] = group
    known = set(document["parameters"])
    synapses = module.connect(groups[0], groups[1], **{name: document["parameters"][plain(name, known)] for name in module.PARAMETERS})
    for name, value in first["signals"].items():
        if np.shape(value) == ():
            here = own(name, synapses.variables)
            arrays[f"given_{here}"] = b2.TimedArray(np.array([s["signals"][name] for s in steps], dtype=float), dt=dt)
            synapses.namespace[f"given_{here}"] = arrays[f"given_{here}"]
            synapses.run_regularly(f"{here} = given_{here}(t)", when="start")
    w = np.asarray(document["w"], dtype=float)
    i, j = np.array(synapses.i), np.array(synapses.j)
    synapses.w = w[j, i]
    monitor = b2.StateMonitor(synapses, "w", record=True, when="end")
    b2.Network(groups[0], groups[1], synapses, monitor).run(len(steps) * dt)
    compare = Worst()
    for k, step in enumerate(steps):
        w = w + np.asarray(step["dw"])
        compare(monitor.w[:, k], w[j, i])
    for name, value in steps[-1]["states"].items():
        value = np.asarray(value)
        holder = synapses if value.ndim in (0, 2) else groups[0] if len(value) == n_pre else groups[1]
        found = np.array(getattr(holder, own(name, holder.variables)))
        compare(found, value[j, i] if value.ndim == 2 else value)
    return compare.value


def main():
    folder = pathlib.Path(sys.argv[1])

    def differences(rule, document):
        file = folder / f"{rule}_brian2.py"
        if not file.exists():
            return (folder / f"{rule}_brian2.txt").read_text().splitlines()[0]
        return [(worst_difference(module_of(file), document), TOLERANCE)]

    table("brian2", folder, sys.argv[2:], differences)


main()
