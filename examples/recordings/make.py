"""Makes the recordings of this folder: three cells that learn from five by Oja's rule, each for itself,

    dw = 0.04 * (post * pre' - post.^2 .* w),

in twelve surroundings with other correlations of the input. The weights are noted with an error of 1 % of what they
change by, and one in ten is missing. Ten recordings are written as .csv and two as .npz. Needs NumPy.
"""
import csv
import pathlib

import numpy

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(1982)
before, after, steps = 5, 3, 50

for number in range(1, 13):
    mixing = 0.5 * random.standard_normal((before, before))
    weights = 0.3 * random.standard_normal((after, before))
    pre, post, seen_weights = [], [], []
    for _ in range(steps):
        x = mixing @ random.standard_normal(before)
        y = weights @ x
        pre.append(x)
        post.append(y)
        seen_weights.append(weights.copy())
        weights = weights + 0.04 * (numpy.outer(y, x) - (y**2)[:, None] * weights)
    pre, post, w = numpy.array(pre), numpy.array(post), numpy.array(seen_weights)
    size = numpy.sqrt(numpy.mean((w - w[0]) ** 2))
    noisy = w + 0.01 * size * random.standard_normal(w.shape)
    noisy[0] = w[0]  # where a simulation starts is known
    w_seen = random.random(w.shape) > 0.1
    w_seen[0] = True
    name = here / f"oja_{number}"
    if number > 10:
        numpy.savez_compressed(f"{name}.npz", pre=pre, w=numpy.where(w_seen, noisy, numpy.nan), w_seen=w_seen,
                               time=numpy.arange(steps))
        continue
    with open(f"{name}.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["time"] + [f"pre[{j + 1}]" for j in range(before)] +
                     [f"w[{i + 1}][{j + 1}]" for i in range(after) for j in range(before)])
        for t in range(steps):
            cells = ["" if not w_seen[t, i, j] else f"{noisy[t, i, j]:.6g}" for i in range(after) for j in range(before)]
            out.writerow([t] + [f"{x:.6g}" for x in pre[t]] + cells)
