"""Recordings of layers that change by a planted rule, in plain Python. The same seed makes the same files.

Weights of a row are those before its step; activities are linear: post = w * pre. Files hold w, pre and signals, and no
post, since it follows from the two.
"""
import math
import random


def start(rng, n, m, size):
    return [[rng.gauss(0, size) for _ in range(m)] for _ in range(n)]


def simulate(rng, n, m, rows, step, inputs, weights, signal=None, wander=0.0):
    """A recording without measurement noise: rows of (pre, w, signal). `step(memory, pre, post, w, signal)` gives the
    change of w, n x m; `wander` is the standard deviation of what is added to every weight in every step."""
    w = [row[:] for row in weights]
    memory, out = {}, []
    for _ in range(rows):
        pre = inputs(rng)
        post = [sum(a * b for a, b in zip(row, pre)) for row in w]
        value = signal(rng) if signal else None
        out.append((pre, [row[:] for row in w], value))
        change = step(memory, pre, post, w, value)
        for i in range(n):
            for j in range(m):
                w[i][j] += change[i][j] + (rng.gauss(0, wander) if wander else 0.0)
    return out


def change_of(recordings):
    """Root mean square by which the weights of recordings differ from those of their first rows."""
    squares = [(a - b) ** 2 for r in recordings for _, w, _ in r[1:] for row, first in zip(w, r[0][1])
               for a, b in zip(row, first)]
    return math.sqrt(sum(squares) / len(squares))


def measured(rng, recording, deviation):
    """The recording with Gaussian noise of a standard deviation on every weight but those of the first row."""
    return [(pre, w if t == 0 or not deviation else [[v + rng.gauss(0, deviation) for v in row] for row in w], value)
            for t, (pre, w, value) in enumerate(recording)]


def write(recordings, folder, signal=None):
    """A .csv file each, in all digits; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k, r in enumerate(recordings):
        n, m = len(r[0][1]), len(r[0][0])
        head = [f"pre[{j + 1}]" for j in range(m)] + [f"w[{i + 1}][{j + 1}]" for i in range(n) for j in range(m)]
        lines = [",".join(head + ([signal] if signal else []))]
        for pre, w, value in r:
            row = list(pre) + [v for line in w for v in line] + ([value] if signal else [])
            lines.append(",".join(repr(float(v)) for v in row))
        paths.append(folder / f"r{k + 1:02d}.csv")
        paths[-1].write_text("\n".join(lines) + "\n")
    return paths


# The steps, written out and not in the program's language.
def hebb_decay(a, d):
    return lambda memory, pre, post, w, signal: [[a * y * x + d * v for x, v in zip(pre, row)]
                                                 for y, row in zip(post, w)]


def oja(rate):
    return lambda memory, pre, post, w, signal: [[rate * (y * x - y * y * v) for x, v in zip(pre, row)]
                                                 for y, row in zip(post, w)]


def polynomial(a, b):
    return lambda memory, pre, post, w, signal: [[a * x + b * x * x for x in pre] for _ in w]


def rewarded(k, d):
    return lambda memory, pre, post, w, signal: [[k * signal * y * x + d * v for x, v in zip(pre, row)]
                                                 for y, row in zip(post, w)]


def traced(k, d, steps):
    """Reward times an eligibility trace of so many steps; the trace of a step is that before it."""
    def step(memory, pre, post, w, signal):
        trace = memory.setdefault("trace", [[0.0] * len(pre) for _ in w])
        change = [[k * signal * c + d * v for c, v in zip(line, row)] for line, row in zip(trace, w)]
        memory["trace"] = [[(1 - 1 / steps) * c + y * x for c, x in zip(line, pre)] for line, y in zip(trace, post)]
        return change
    return step


def gaussian_inputs(m, strength=1.0):
    return lambda rng: [rng.gauss(0, strength) for _ in range(m)]


# The decay keeps weights from growing without bound at all but the strongest inputs.
hebb_planted = {"a": 0.02, "d": -0.05}


def coverage_set(seed, kind, count):
    """One data set: 1 postsynaptic and 3 presynaptic neurons, 40 rows; see README.md."""
    rng = random.Random(f"coverage {kind} {count} {seed}")
    n, m, rows = 1, 3, 40
    a, d = hebb_planted.values()
    clean = []
    for _ in range(count):
        own = (a, d) if kind == "noise" else (a * (1 + 0.2 * rng.gauss(0, 1)), d * (1 + 0.2 * rng.gauss(0, 1)))
        strength = math.exp(0.3 * rng.gauss(0, 1))
        clean.append(simulate(rng, n, m, rows, hebb_decay(*own), gaussian_inputs(m, strength), start(rng, n, m, 0.5)))
    deviation = 0.1 * change_of(clean)
    return [measured(rng, r, deviation) for r in clean]


def nothing(memory, pre, post, w, signal):
    return [[0.0] * len(pre) for _ in w]


def permuted_set(seed, rule, wander):
    """Twelve recordings of 2 x 3 neurons and 40 rows: rule oja, reward, or none for weights that only wander."""
    rng = random.Random(f"permuted {rule} {wander} {seed}")
    step = {"oja": oja(0.04), "reward": rewarded(0.05, -0.02), "none": nothing}[rule]
    signal = (lambda r: float(r.random() < 0.3)) if rule == "reward" else None

    def recordings(wander):
        return [simulate(rng, 2, 3, 40, step, gaussian_inputs(3, 0.8), start(rng, 2, 3, 0.5), signal, wander)
                for _ in range(12)]
    if rule == "none":
        return recordings(0.03)
    clean = recordings(0.0)
    if wander:  # so much a step that it is as large as the changes of the rule after half a recording
        return recordings(change_of(clean) / math.sqrt(20))
    deviation = 0.05 * change_of(clean)
    return [measured(rng, r, deviation) for r in clean]


def exact_set(seed, rule):
    """Six recordings without noise."""
    rng = random.Random(f"exact {rule} {seed}")
    if rule == "polynomial":
        inputs = lambda r: [r.uniform(0, 2)]
        return [simulate(rng, 1, 1, 40, polynomial(-0.4, 0.3), inputs, start(rng, 1, 1, 0.5)) for _ in range(6)]
    if rule == "oja":
        return [simulate(rng, 2, 3, 40, oja(0.04), gaussian_inputs(3, 0.8), start(rng, 2, 3, 0.5)) for _ in range(6)]
    signal = lambda r: float(r.random() < 0.3)
    return [simulate(rng, 2, 3, 60, traced(0.01, -0.02, 20), gaussian_inputs(3), start(rng, 2, 3, 0.5), signal)
            for _ in range(6)]
