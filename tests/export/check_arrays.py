"""Carries out exported rules step by step and compares them with the oracle; a line a rule.

Usage: check_arrays.py numpy|pytorch|jax FOLDER NAME...    FOLDER has NAME.json (of rule-search-steps) and NAME_LIBRARY.py
       check_arrays.py pytorch|jax --golden GOLDEN.json FOLDER NAME
"""
import inspect
import json
import pathlib
import sys

import numpy as np
from common import TOLERANCE, Worst, module_of, own, table


class Library:
    """Arrays of a library in a precision, and back."""

    def __init__(self, name, double):
        self.name = name
        self.precision = np.float64 if double else np.float32
        if name == "pytorch":
            import torch

            self.dtype = torch.float64 if double else torch.float32
            self.array = lambda x: torch.tensor(x, dtype=self.dtype)
            self.numpy = lambda x: x.detach().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)
        elif name == "jax":
            import jax
            import jax.numpy as jnp

            jax.config.update("jax_enable_x64", True)
            self.dtype = jnp.float64 if double else jnp.float32
            self.array = lambda x: jnp.asarray(x, dtype=self.dtype)
            self.numpy = np.asarray
        else:
            self.dtype = np.float64 if double else np.float32
            self.array = lambda x: np.asarray(x, dtype=self.dtype)
            self.numpy = np.asarray


def worst_difference(library, module, document, afresh=False):
    change = module.change
    if library.name == "jax":
        import jax

        change = jax.jit(change)
    known = list(inspect.signature(module.change).parameters)
    w = library.array(document["w"])
    remembers = hasattr(module, "initial_states")
    states = module.initial_states(w) if remembers else None
    values = {own(name, module.PARAMETERS): value for name, value in document["parameters"].items()}
    worst = Worst()

    def compare(found, expected, scale=0.0):
        found = library.numpy(found)
        assert found.dtype == library.precision, found.dtype
        worst(found, expected, scale)

    exact = np.asarray(document["w"], dtype=float)
    largest = {}
    for step in document["steps"]:
        given = {}
        for name, value in {**step["quantities"], **step["signals"]}.items():
            if name in values:
                continue  # rules may call a coefficient so
            if own(name, known):
                given[own(name, known)] = library.array(value)
        if remembers:
            dw, states = change(w=w, states=states, **given, **values)
            assert set(states) == set(step["states"])
            for name, value in step["states"].items():
                # A state that crosses 0 is a difference of numbers of the size that it has at other times.
                largest[name] = max(largest.get(name, 0.0), float(np.max(np.abs(value))))
                compare(states[name], value, largest[name])
        else:
            dw = change(w=w, **given, **values)
        compare(dw, step["dw"], step.get("scale", 0.0))
        w = w + dw
        if afresh:
            exact = exact + np.asarray(step["dw"])
            w = library.array(exact)
            states = {name: library.array(value) for name, value in step["states"].items()} if remembers else None
    return worst.value


def golden(library, module, document):
    """Worst difference of weights and losses after a whole episode, and with JAX of the gradient."""
    layers = document["network"]["layers"]
    values = document["parameters"]
    fixed = document["feedback"] == "fixed"
    expected = document["expect"]
    worst = 0.0

    def compare(found, wanted):
        nonlocal worst
        worst = max(worst, float(np.max(np.abs(library.numpy(found) - np.asarray(wanted)))))

    if library.name == "pytorch":
        network = module.OnlineNetwork(layers, document["feedback"], document["network"]["beta"], dtype=library.dtype, **values)
        for k in range(len(layers) - 1):
            network.weights(k).copy_(library.array(document["weights"][k]))
            if fixed:
                getattr(network, f"feedback{k}").copy_(library.array(document["feedback_weights"][k]))
        for x, label in zip(document["train"]["x"], document["train"]["label"]):
            network.learn(library.array(x), label)
        for k, wanted in enumerate(expected["final_weights"]):
            compare(network.weights(k), wanted)
        for x, label, wanted in zip(document["query"]["x"], document["query"]["label"], expected["query_losses"]):
            compare(-network(library.array(x))[label].log(), wanted)
        return worst

    import jax
    import jax.numpy as jnp

    beta = document["network"]["beta"]

    def loss(values):
        network = {
            "weights": [library.array(w) for w in document["weights"]],
            "feedback": [library.array(b) for b in document["feedback_weights"]] if fixed else None,
            "states": [None] * (len(layers) - 1),
        }
        step = jax.jit(module.learn)
        for x, label in zip(document["train"]["x"], document["train"]["label"]):
            network, _ = step(network, library.array(x), label, beta, values)
        losses = [
            -jnp.log(module.layers(network, library.array(x), beta)[0][-1][label])
            for x, label in zip(document["query"]["x"], document["query"]["label"])
        ]
        return jnp.mean(jnp.stack(losses)), (network, losses)

    values = {name: library.array(v) for name, v in values.items()}
    (mean, (network, losses)), gradient = jax.value_and_grad(loss, has_aux=True)(values)
    for found, wanted in zip(network["weights"], expected["final_weights"]):
        compare(found, wanted)
    compare(jnp.stack(losses), expected["query_losses"])
    for name, wanted in expected["gradient"].items():
        compare(gradient[name], wanted)
    # Several samples at once, each by a network of its own.
    xs = library.array(document["train"]["x"][:3])
    labels = jnp.asarray(document["train"]["label"][:3])
    many = jax.vmap(lambda x, label: module.learn(network, x, label, beta, values)[1])(xs, labels)
    for k in range(3):
        compare(many[k], module.learn(network, xs[k], labels[k], beta, values)[1])
    return worst


def main():
    name, arguments = sys.argv[1], sys.argv[2:]
    if arguments[0] == "--golden":
        document = json.loads(pathlib.Path(arguments[1]).read_text())
        folder, rule = pathlib.Path(arguments[2]), arguments[3]
        worst = golden(Library(name, True), module_of(folder / f"{rule}_{name}.py"), document)
        print(f"{name} golden {pathlib.Path(arguments[1]).stem} {worst:.1e}")
        sys.exit(not worst <= TOLERANCE)
    folder = pathlib.Path(arguments[0])

    def differences(rule, document):
        module = module_of(folder / f"{rule}_{name}.py")
        # In single precision errors would add up: every step begins where the oracle is.
        return [(worst_difference(Library(name, True), module, document), TOLERANCE),
                (worst_difference(Library(name, False), module, document, afresh=True), 1e-5)]

    table(name, folder, arguments[1:], differences)


main()
