"""Recordings of a layer that changes by a planted rule, made in NumPy in double precision.

All rules meet the same surroundings: input with a mean of its own in every recording, correlated over cells and from
step to step; a target that another layer of the same kind gives; an error sent back from above; a reward that follows
the error and wanders. Activities are rates, as the sources of most rules assume: input is positive and cells answer
with a sigmoid (instar grows without bound where a cell's activity is negative, outstar where that of its input is).
With linear cells post would be w * pre, so that terms with a sum over a cell's synapses could not be told from those
with post.
"""
import numpy

import planted

sizes = ((2, 4), (3, 5), (6, 8))  # cells after, before. With one cell Oja, subspace Oja and Sanger are one rule.
count = 20  # recordings of a run
steps = 60
activation = "sigmoid"


def activity(current):
    return 1 / (1 + numpy.exp(-current))


def surroundings(rule, size, seed, number):
    """Input and all else that does not depend on the weights, for one recording."""
    n, m = size
    key = [planted.rules.index(rule), n, seed, number]
    random = numpy.random.default_rng(key)
    mixing = random.standard_normal((m, m)) / numpy.sqrt(m)
    mean = random.uniform(0.2, 0.8, (m, 1))
    x = numpy.zeros((m, 1))
    wander, pre, reward = 0.0, [], []
    for _ in range(steps):
        x = 0.5 * x + numpy.sqrt(0.75) * random.standard_normal((m, 1))
        pre.append(numpy.log1p(numpy.exp(2 * (mean + mixing @ x))) / 2)
        wander = 0.7 * wander + 0.5 * random.standard_normal()
        reward.append(wander)
    teacher = 2 * random.standard_normal((n, m)) / numpy.sqrt(m)
    return {
        "pre": numpy.array(pre), "wander": numpy.array(reward),
        "target": numpy.array([activity(teacher @ p) for p in pre]),
        "from_above": 0.3 * random.standard_normal((steps, m, 1)),
        "back": random.standard_normal((m, n)) / numpy.sqrt(n),
        "start": 1.5 * random.standard_normal((n, m)) / numpy.sqrt(m),
    }


def simulate(rule, size, seed, number):
    """One recording without noise: arrays by the names that recordings have, times first."""
    n, m = size
    s = surroundings(rule, size, seed, number)
    w = s["start"]
    memory = {"average": numpy.zeros((n, 1)), "eligibility": numpy.zeros((n, m)), "post_trace": numpy.zeros((n, 1))}
    seen = {k: [] for k in ("w", "post", "reward", "err_pre")}
    for t in range(steps):
        pre = s["pre"][t]
        post = activity(w @ pre)
        err_post = post - s["target"][t]
        err_pre = s["back"] @ err_post + s["from_above"][t]
        reward = 0.5 - numpy.mean(err_post**2) + s["wander"][t]
        q = planted.Quantities({"pre": pre, "post": post, "w": w, "err_post": err_post, "err_pre": err_pre,
                                "reward": reward, **memory})
        for name, value in (("w", w), ("post", post[:, 0]), ("reward", reward), ("err_pre", err_pre[:, 0])):
            seen[name].append(value)
        change = rule.step(q)
        if rule.remember:
            memory = rule.remember(q)
        w = w + change
    return {"time": numpy.arange(float(steps)), "pre": s["pre"][:, :, 0], "target": s["target"][:, :, 0],
            **{k: numpy.array(v) for k, v in seen.items()}}


def recorded(rule, size, seed, noise, source):
    """All recordings of a run, as a search is given them. Noise is Gaussian; its size is a share of the root mean
    square by which weights change, or of the standard deviation of activities. First weights are known."""
    clean = [simulate(rule, size, seed, k) for k in range(count)]
    random = numpy.random.default_rng([planted.rules.index(rule), size[0], seed, 10**6])
    change = numpy.sqrt(numpy.mean([(r["w"] - r["w"][0]) ** 2 for r in clean]))
    spread = numpy.std([r["post"] for r in clean])
    out = []
    for r in clean:
        r = dict(r)
        w = r["w"] + noise * change * random.standard_normal(r["w"].shape)
        w[0] = r["w"][0]
        if source == "weights":
            r["w"] = w
            del r["post"]
        else:
            r["post"] = r["post"] + noise * spread * random.standard_normal(r["post"].shape)
            r["w_seen"] = numpy.zeros(r["w"].shape, bool)
            r["w_seen"][0] = True
            r["w"] = numpy.where(r["w_seen"], r["w"], 0.0)
        out.append(r)
    return out


def write(recordings, folder, signals):
    """As .npz files; without the columns of signals that the program does not know."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k, r in enumerate(recordings):
        keep = {name: value for name, value in r.items() if name not in ("reward", "err_pre") or name in signals}
        paths.append(folder / f"{k + 1:02d}.npz")
        numpy.savez(paths[-1], **keep)
    return paths
