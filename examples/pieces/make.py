"""Makes the recordings of this folder: one long run of two cells that learn from two by an eligibility trace,

    dc = -c / 20 + post * pre',    dw = 0.004 * reward * c - 0.01 * w,    post = sigmoid(w * pre),

with a reward in three steps of ten, cut into twelve pieces of 60 steps of 1 ms. The trace goes on from piece to piece.
"""
import math
import pathlib
import random

here = pathlib.Path(__file__).parent
random.seed(1982)
before, after, pieces, steps = 2, 2, 12, 60
weights = [[random.uniform(0.2, 0.8) for _ in range(before)] for _ in range(after)]
trace = [[0.0] * before for _ in range(after)]

for piece in range(1, pieces + 1):
    names = ["time", *(f"pre[{j + 1}]" for j in range(before)), *(f"post[{i + 1}]" for i in range(after)), "reward",
             *(f"w[{i + 1}][{j + 1}]" for i in range(after) for j in range(before))]
    lines = [",".join(names)]
    for t in range(steps):
        pre = [random.random() for _ in range(before)]
        post = [1 / (1 + math.exp(-sum(w * x for w, x in zip(row, pre)))) for row in weights]
        reward = int(random.random() < 0.3)
        numbers = [*pre, *post, reward, *(w for row in weights for w in row)]
        lines.append(",".join([f"{((piece - 1) * steps + t) / 1000:g}", *(f"{x:.7g}" for x in numbers)]))
        for i in range(after):
            for j in range(before):
                weights[i][j] += 0.004 * reward * trace[i][j] - 0.01 * weights[i][j]
                trace[i][j] += -trace[i][j] / 20 + post[i] * pre[j]
    (here / f"piece_{piece}.csv").write_text("\n".join(lines) + "\n")
