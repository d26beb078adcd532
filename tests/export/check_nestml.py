"""Compiles exported synapses for NEST, runs them there on the spikes of the oracle and compares weights and states; a line a
rule.

Usage: check_nestml.py FOLDER NAME...    FOLDER has NAME.json (of rule-search-steps, with spikes), and NAME.nestml or, where
the rule can't be written for NESTML, the message that says why in NAME_nestml.txt
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

# What is compiled here finds the simulator's own functions.
sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)
import nest
import numpy as np
from common import TOLERANCE, Worst, own, table
from pynestml.frontend.pynestml_frontend import generate_nest_target

NEURON = pathlib.Path(__file__).with_name("told_neuron.nestml")
TOGETHER = 4  # synapses that share a neuron: its name has all of theirs
# The simulator comes with headers, but its list of compiler options is that of another machine.
INCLUDE = pathlib.Path(nest.__file__).parent / "include/nest"
OPTIONS = ["-std=c++20", "-O1", "-fPIC", "-fopenmp", "-w", "-D_GLIBCXX_USE_CXX11_ABI=0", f"-I{INCLUDE}", "-I."]


def model_of(file):
    return re.search(r"^model (\w+):", file.read_text(), re.MULTILINE).group(1)


def compiled(files, name, target):
    """Makes the extension `name` of NEST, with synapses of all files; returns the names that synapses and their neurons have in it."""
    synapses = [model_of(file) for file in files]
    pairs = [{"neuron": "told_neuron", "synapses": {s: {"post_ports": ["post_spikes"]} for s in synapses[k:k + TOGETHER]}}
             for k in range(0, len(synapses), TOGETHER)]
    shutil.rmtree(target, ignore_errors=True)
    try:
        generate_nest_target([str(NEURON), *map(str, files)], target_path=str(target), module_name=name, logging_level="ERROR",
                             codegen_opts={"neuron_synapse_pairs": pairs, "weight_variable": {s: "w" for s in synapses},
                                           "delay_variable": {s: "delay" for s in synapses}})
    except Exception as error:
        # It goes on to compile by the options of another machine.
        if "is not a directory" not in str(error):
            raise
    sources = sorted(target.glob("*.cpp"))
    assert sources, "PyNESTML has refused a model"
    left, running = list(sources), []
    while left or running:
        while left and len(running) < (os.cpu_count() or 1):
            source = left.pop()
            running.append(subprocess.Popen(["g++", *OPTIONS, "-c", source.name, "-o", source.stem + ".o"], cwd=target))
        assert running.pop(0).wait() == 0
    subprocess.run(["g++", "-shared", "-o", f"{name}.so", *(s.stem + ".o" for s in sources)], cwd=target, check=True)
    headers = [h.stem for h in target.glob("*_synapse__with_*.h")]
    models = {s: next(h for h in headers if h.startswith(f"{s}__with_")) for s in synapses}
    neurons = [h.stem for h in target.glob("told_neuron__with_*.h")]
    return {s: (model, next(n for n in neurons if s in re.split("__with_|_and_", n))) for s, model in models.items()}


def worst_difference(model, neuron, document):
    nest.ResetKernel()
    nest.resolution = 1.0
    nest.Install("exportedmodule")
    steps = document["steps"]
    known = nest.GetDefaults(model)
    for name, value in document["parameters"].items():
        default = known[own(name, known)]
        # Those that are 0 in the file are given something to do.
        assert default == 0 or abs(default - value) <= 1e-15 * abs(value), f"{name} is {default}, expected {value}"
    nest.CopyModel("weight_recorder", "recorder")
    recorder = nest.Create("recorder")
    nest.CopyModel(model, "plastic", {own(name, known): value for name, value in document["parameters"].items()} |
                   {"weight_recorder": recorder})
    w = np.asarray(document["w"], dtype=float)
    n_post, n_pre = w.shape
    # Step k is at k ms. At the end every presynaptic neuron fires once more, so that all changes show.
    end = len(steps)
    pre = nest.Create("parrot_neuron", n_pre)
    post = nest.Create(neuron, n_post)
    ports = nest.GetDefaults(neuron, "receptor_types")
    for j in range(n_pre):
        times = [k - 1.0 for k, s in enumerate(steps) if s["quantities"]["pre"][j]] + [end - 1.0]
        nest.Connect(nest.Create("spike_generator", params={"spike_times": times}), pre[j], syn_spec={"delay": 1.0})
    for i in range(n_post):
        # Told at t, it fires at t + 1, and the synapse knows it a ms later.
        times = [k - 3.0 for k, s in enumerate(steps) if s["quantities"]["post"][i]]
        nest.Connect(nest.Create("spike_generator", params={"spike_times": times}), post[i],
                     syn_spec={"delay": 1.0, "receptor_type": ports["TOLD"]})
    for j in range(n_pre):
        for i in range(n_post):
            nest.Connect(pre[j], post[i], syn_spec={"synapse_model": "plastic", "delay": 1.0, "w": w[i, j],
                                                    "receptor_type": ports["PLASTIC"]})
    nest.Simulate(end + 5.0)
    worst = Worst()
    weights = [w]
    for step in steps:
        weights.append(weights[-1] + np.asarray(step["dw"]))
    first_pre, first_post = pre[0].global_id, post[0].global_id
    events = recorder.events
    assert len(events["times"]) == n_post * (n_pre + sum(sum(s["quantities"]["pre"]) for s in steps))
    found = np.array(events["weights"])
    expected = np.array([weights[int(round(t))][target - first_post, source - first_pre]
                         for t, source, target in zip(events["times"], events["senders"], events["targets"])])
    worst(found, expected)
    for name, value in steps[-1]["states"].items():
        value = np.asarray(value, dtype=float)
        every = value[:, None] if value.shape == (n_post,) else value
        every = np.broadcast_to(every, w.shape)
        found = np.empty(w.shape)
        for j in range(n_pre):
            for i in range(n_post):
                found[i, j] = nest.GetConnections(pre[j], post[i]).get(own(name, known))
        worst(found, every)
    return worst.value


def main():
    folder = pathlib.Path(sys.argv[1])
    files = {rule: folder / f"{rule}.nestml" for rule in sys.argv[2:]}
    target = folder.absolute() / "nest"
    nest.verbosity = nest.VerbosityLevel.ERROR
    models = compiled([f.absolute() for f in files.values() if f.exists()], "exportedmodule", target)

    def differences(rule, document):
        if not files[rule].exists():
            return (folder / f"{rule}_nestml.txt").read_text().splitlines()[0]
        return [(worst_difference(*models[model_of(files[rule])], document), TOLERANCE)]

    table("nestml", folder, list(files), differences)


main()
