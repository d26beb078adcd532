"""Makes the recordings of this folder: twenty animals, each with three neurons that learn from four,

    dw = eta * (post * pre' - post.^2 .* w) - 0.03 * w.

Every animal has an eta of its own, 0.06 on average with a standard deviation of 0.018, which made_with.txt lists. The
weights are noted at every third step with an error of 2 % of what they change by.
"""
import pathlib
import random

here = pathlib.Path(__file__).parent
random.seed(2025)
before, after, steps = 4, 3, 45
made_with = ["animal eta"]

for number in range(1, 21):
    eta = 0.06 * (1 + 0.3 * random.gauss(0, 1))
    made_with.append(f"animal_{number:02} {eta:.4f}")
    mixing = [[0.5 * random.gauss(0, 1) for _ in range(before)] for _ in range(before)]
    weights = [[0.5 * random.gauss(0, 1) for _ in range(before)] for _ in range(after)]
    inputs, noted = [], []
    for _ in range(steps):
        source = [random.gauss(0, 1) for _ in range(before)]
        pre = [sum(m * s for m, s in zip(row, source)) for row in mixing]
        post = [sum(w * x for w, x in zip(row, pre)) for row in weights]
        inputs.append(pre)
        noted.append([w for row in weights for w in row])
        weights = [[w + eta * (y * x - y * y * w) - 0.03 * w for w, x in zip(row, pre)]
                   for row, y in zip(weights, post)]
    changes = [(w - first) ** 2 for row in noted for w, first in zip(row, noted[0])]
    error = 0.02 * (sum(changes) / len(changes)) ** 0.5
    names = [f"pre[{j + 1}]" for j in range(before)] + [f"w[{i + 1}][{j + 1}]" for i in range(after)
                                                        for j in range(before)]
    lines = [",".join(names)]
    for t in range(steps):
        seen = [f"{w + (error if t > 0 else 0) * random.gauss(0, 1):.5g}" if t % 3 == 0 else "" for w in noted[t]]
        lines.append(",".join([*(f"{x:.5g}" for x in inputs[t]), *seen]))
    (here / f"animal_{number:02}.csv").write_text("\n".join(lines) + "\n")

(here / "made_with.txt").write_text("\n".join(made_with) + "\n")
