"""One recorded episode and its gradient in PyTorch, by reverse-mode differentiation through the whole stream.

Prints JSON: loss, gradient by parameter, seconds of one run (median). `--outer-first` writes Oja's term as the authors'
kind of code does, post*post' before its product with w; otherwise every step is one product of a few columns.
"""
import argparse
import json
import statistics
import time

import torch

from rule import columns

parser = argparse.ArgumentParser()
parser.add_argument("episode")
parser.add_argument("--terms", default="0,1,2,3,4,5,6,7,8,9")
parser.add_argument("--outer-first", action="store_true")
parser.add_argument("--repeats", type=int, default=3)
arguments = parser.parse_args()
torch.set_num_threads(1)

with open(arguments.episode) as file:
    episode = json.load(file)
terms = [int(t) for t in arguments.terms.split(",")]
beta = episode["network"]["beta"]


def tensors(matrices):
    return [torch.tensor(m, dtype=torch.float32) for m in matrices]


start, feedback = tensors(episode["weights"]), tensors(episode["feedback_weights"])
train, query = (torch.tensor(episode[k]["x"], dtype=torch.float32) for k in ("train", "query"))
labels, asked = (torch.tensor(episode[k]["label"]) for k in ("train", "query"))


def forward(weights, x):
    y = [x]
    for l, w in enumerate(weights):
        z = y[-1] @ w.T
        y.append(torch.nn.functional.softplus(z, beta=beta, threshold=1e9) if l + 1 < len(weights) else z)
    return y


def update(theta, w, x, y, ex, ey):
    """dw of one connection: theta is a dictionary of the terms that take part."""
    zero = torch.zeros(())
    t = lambda k: theta.get(k, zero)
    if arguments.outer_first:
        dw = -t(0) * torch.outer(ey, x) - t(2) * torch.outer(ey, ex)
        return dw + t(9) * (torch.outer(y, x) - torch.outer(y, y) @ w)
    left, back = columns(t, x, y, ex, ey, w, len(theta) > 3)
    dw = torch.stack(left, 1) @ torch.stack([x, ex, back])
    return dw - t(3) * w if 3 in theta else dw


def run(values):
    theta = {k: v for k, v in zip(terms, values)}
    weights = start
    for x, label in zip(train, labels):
        y = forward(weights, x)
        error = torch.softmax(y[-1], 0) - torch.nn.functional.one_hot(label, y[-1].shape[0])
        y[-1] = torch.softmax(y[-1], 0)
        e = [error]
        for l in reversed(range(len(weights))):
            e.insert(0, (e[0] @ feedback[l]) * (1 - torch.exp(-beta * y[l])))
        weights = [w + update(theta, w, y[l], y[l + 1], e[l], e[l + 1]) for l, w in enumerate(weights)]
    return torch.nn.functional.cross_entropy(forward(weights, query)[-1], asked)


seconds = []
for repeat in range(arguments.repeats + 1):
    values = [torch.tensor(float(episode["parameters"][f"theta{k}"]), requires_grad=True) for k in terms]
    begin = time.perf_counter()
    loss = run(values)
    gradient = torch.autograd.grad(loss, values)
    if repeat > 0:
        seconds.append(time.perf_counter() - begin)
print(json.dumps({"loss": loss.item(), "gradient": {f"theta{k}": g.item() for k, g in zip(terms, gradient)},
                  "seconds": statistics.median(seconds)}))
