"""One recorded session of learning from reward and its derivatives in JAX: compiled, forward mode (jvp, vectorised over
directions) through a scan over trials and one over steps.

The trace is a polynomial in the presynaptic rate and the deviation of the postsynaptic input, with coefficients by exponents.
Derivatives take reward minus expected reward as given, as fits do. Prints JSON: errors by trial, their slopes, seconds of
one run (median; compilation is not counted).
"""
import argparse
import json
import statistics
import time

import jax
import jax.numpy as jnp

parser = argparse.ArgumentParser()
parser.add_argument("session")
parser.add_argument("--terms", default="3,3", help="exponents post,pre of each term, separated by ;")
parser.add_argument("--values", default="-1", help="coefficients of the terms, separated by ,")
parser.add_argument("--repeats", type=int, default=3)
arguments = parser.parse_args()

with open(arguments.session) as file:
    session = json.load(file)
terms = [tuple(int(x) for x in t.split(",")) for t in arguments.terms.split(";")]
values = jnp.array([float(x) for x in arguments.values.split(",")], jnp.float32)
alpha = session["network"]["alpha"]
readout = jnp.array(session["network"]["readout"], jnp.float32)
weights = jnp.array(session["weights"], jnp.float32)
input_weights = jnp.array(session["input_weights"], jnp.float32)
response = session["reward"]["response_steps"]
keep = session["reward"]["average_keep"]
rate = session.get("rate", 1)
clip = session.get("clip")
trials = session["trials"]
of_post, of_pre = (sorted({t[side] for t in terms}) for side in (0, 1))
assert session["reward"]["error"] == "square"
types = 1 + max(t["type"] for t in trials)
kind = jnp.array([t["type"] for t in trials])
begin, shown, pushed, target = (jnp.array([t[k] for t in trials], jnp.float32)
                                for k in ("start", "input", "perturbation", "target"))


def errors_of(theta):
    coefficients = jnp.zeros((len(of_post), len(of_pre)), jnp.float32)
    for k, (post, pre) in enumerate(terms):
        coefficients = coefficients.at[of_post.index(post), of_pre.index(pre)].set(theta[k])

    def trial(carry, now):
        w, averages, met = carry
        of_type, x0, inputs, pushes, targets = now

        def step(state, given):
            x, average, trace = state
            u, push = given
            pre = jnp.tanh(x)
            x = x + alpha * (-x + w @ pre + input_weights @ u) + push
            powers_post = jnp.stack([(average - x) ** k for k in of_post])
            powers_pre = jnp.stack([pre ** k for k in of_pre])
            new = trace + (powers_post.T @ coefficients) @ powers_pre
            return (x, 0.05 * average + 0.95 * x, new), (readout @ jnp.tanh(x), trace)

        n = x0.shape[0]
        # The change reads the trace as it was before the last step.
        (_, _, _), (outputs, traces) = jax.lax.scan(step, (x0, jnp.zeros(n), jnp.zeros((n, n))), (inputs, pushes))
        error = jnp.mean((outputs[-response:] - targets[-response:]) ** 2)
        reward = jax.lax.stop_gradient(-error)
        expected = jnp.where(met[of_type], averages[of_type], reward)
        change = rate * (reward - expected) * traces[-1]
        if clip:
            change = jnp.clip(change, -clip, clip)
        averages = averages.at[of_type].set(keep * expected + (1 - keep) * reward)
        return (w + change, averages, met.at[of_type].set(True)), error

    start = (weights, jnp.zeros(types), jnp.zeros(types, bool))
    return jax.lax.scan(trial, start, (kind, begin, shown, pushed, target))[1]


@jax.jit
def both(theta):
    push = lambda tangent: jax.jvp(errors_of, (theta,), (tangent,))
    errors, slopes = jax.vmap(push, out_axes=(None, 0))(jnp.eye(len(terms)))
    return errors, slopes


run = lambda: jax.block_until_ready(both(values))
errors, slopes = run()
seconds = []
for _ in range(arguments.repeats):
    began = time.perf_counter()
    run()
    seconds.append(time.perf_counter() - began)
print(json.dumps({"errors": [float(e) for e in errors], "slopes": [[float(s) for s in row] for row in slopes],
                  "seconds": statistics.median(seconds)}))
