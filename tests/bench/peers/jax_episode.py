"""One recorded episode and its gradient in JAX: compiled, forward-mode (jax.jacfwd) through a scan over the stream.

Prints JSON: loss, gradient by parameter, seconds of one run (median; compilation is not counted).
"""
import argparse
import json
import statistics
import time

import jax
import jax.numpy as jnp

from rule import columns

parser = argparse.ArgumentParser()
parser.add_argument("episode")
parser.add_argument("--terms", default="0,1,2,3,4,5,6,7,8,9")
parser.add_argument("--repeats", type=int, default=3)
arguments = parser.parse_args()

with open(arguments.episode) as file:
    episode = json.load(file)
terms = [int(t) for t in arguments.terms.split(",")]
beta = episode["network"]["beta"]
start = [jnp.array(m, jnp.float32) for m in episode["weights"]]
feedback = [jnp.array(m, jnp.float32) for m in episode["feedback_weights"]]
train, query = (jnp.array(episode[k]["x"], jnp.float32) for k in ("train", "query"))
labels, asked = (jnp.array(episode[k]["label"]) for k in ("train", "query"))


def forward(weights, x):
    y = [x]
    for l, w in enumerate(weights):
        z = y[-1] @ w.T
        y.append(jax.nn.softplus(beta * z) / beta if l + 1 < len(weights) else z)
    return y


def loss_of(values):
    theta = dict(zip(terms, values))
    t = lambda k: theta.get(k, 0.0)

    def step(weights, sample):
        x, label = sample
        y = forward(weights, x)
        p = jax.nn.softmax(y[-1])
        y[-1] = p
        e = [p - jax.nn.one_hot(label, p.shape[0])]
        for l in reversed(range(len(weights))):
            e.insert(0, (e[0] @ feedback[l]) * (1 - jnp.exp(-beta * y[l])))
        out = []
        for l, w in enumerate(weights):
            pre, post, err_pre, err_post = y[l], y[l + 1], e[l], e[l + 1]
            left, back = columns(t, pre, post, err_pre, err_post, w, len(terms) > 3)
            out.append(w - t(3) * w + jnp.stack(left, 1) @ jnp.stack([pre, err_pre, back]))
        return out, None

    weights, _ = jax.lax.scan(step, start, (train, labels))
    z = forward(weights, query)[-1]
    return (jax.nn.logsumexp(z, axis=1) - z[jnp.arange(len(asked)), asked]).mean()


def both(values):
    loss = lambda v: (lambda l: (l, l))(loss_of(v))
    gradient, value = jax.jacfwd(loss, has_aux=True)(values)
    return value, gradient


compiled = jax.jit(both)
values = jnp.array([episode["parameters"][f"theta{k}"] for k in terms], jnp.float32)
seconds = []
for repeat in range(arguments.repeats + 1):
    begin = time.perf_counter()
    loss, gradient = jax.block_until_ready(compiled(values))
    if repeat > 0:
        seconds.append(time.perf_counter() - begin)
print(json.dumps({"loss": float(loss), "gradient": {f"theta{k}": float(g) for k, g in zip(terms, gradient)},
                  "seconds": statistics.median(seconds)}))
