"""The same recordings given to two other ways of finding a rule; one table each. See README.md for their choices.

  sindy     differences of the recorded weights (or of smoothed ones) regressed on the same candidates: STLSQ of PySINDy
  integral  the same regression on sums over time in place of differences (as weak SINDy does)
  taylor    a Taylor series in what a synapse knows, fitted by gradient descent through the simulation in JAX, with L1
"""
import argparse
import concurrent.futures
import json
import math
import pathlib
import time

import numpy

import planted
import pool
import recordings
import recover
import terms as language

most_terms = 15  # of a regression that is simulated on held-out recordings; no planted rule has more than 4
fitted_on, chosen_on = 8, 6  # recordings, as many as the program searches on and chooses by


def parts(made):
    return made[:fitted_on], made[fitted_on:fitted_on + chosen_on]


def criterion(squares, count, terms):
    """Akaike's, on the recordings that choose."""
    if not math.isfinite(squares):
        return math.inf
    return count * math.log(max(squares / count, 1e-24)) + 2 * terms


def quantities(r, t, w):
    pre = r["pre"][t][:, None]
    post = recordings.activity(w @ pre)
    n, m = w.shape
    out = {"pre": pre, "post": post, "w": w, "err_post": post - r["target"][t][:, None], "reward": r["reward"][t],
           "err_pre": r["err_pre"][t][:, None], "ones_pre": numpy.ones((m, 1)), "ones_post": numpy.ones((n, 1))}
    return out


def simulated(values, theta, r):
    """The weights of a rule, from the first recorded ones on."""
    w = r["w"][0]
    out = [w]
    used = [(c, v) for c, v in zip(theta, values) if c != 0]
    for t in range(len(r["pre"]) - 1):
        q = quantities(r, t, w)
        with numpy.errstate(all="ignore"):
            w = w + sum(c * v(q) for c, v in used)
        if not numpy.all(numpy.abs(w) < 1e6):
            return None
        out.append(w)
    return numpy.array(out)


# --- PySINDy ---

def smoothed(w, keep):
    """As PySINDy's SmoothedFiniteDifference does by default: a Savitzky-Golay filter of 11 points and order 3."""
    if not keep:
        return w
    from scipy.signal import savgol_filter
    return savgol_filter(w, 11, 3, axis=0)


def library(values, r, w):
    n, m = w.shape[1:]
    rows = []
    for t in range(len(w) - 1):
        q = quantities(r, t, w[t])
        rows.append(numpy.stack([numpy.broadcast_to(v(q), (n, m)) for v in values], -1))
    return numpy.array(rows)  # time x n x m x term


def regressions(values, made, integral):
    """Pairs of a matrix and what it is to explain."""
    out = []
    for smooth in (False, True):
        xs, ys = [], []
        for r in made:
            w = smoothed(r["w"], smooth)
            f = library(values, r, w)
            if integral:
                xs.append(numpy.cumsum(f, 0).reshape(-1, f.shape[-1]))
                ys.append((r["w"][1:] - r["w"][0]).ravel())
            else:
                xs.append(f.reshape(-1, f.shape[-1]))
                ys.append(numpy.diff(w, axis=0).ravel())
        out.append((numpy.concatenate(xs), numpy.concatenate(ys)))
    return out


def sindy(made, texts, integral):
    import warnings

    import pysindy
    warnings.filterwarnings("ignore")
    values = [language.compiled(t) for t in texts]
    fit, choose = parts(made)
    best, seen = (math.inf, None), set()
    for x, y in regressions(values, fit, integral):
        # Columns in units of what their terms contribute, so that one threshold means the same to all of them.
        size = numpy.sqrt(numpy.mean(x**2, 0)) / numpy.sqrt(numpy.mean(y**2))
        for threshold in numpy.logspace(-3, 0, 13):
            optimizer = pysindy.STLSQ(threshold=threshold, alpha=1e-9, max_iter=50)
            try:
                optimizer.fit(x / size, y[:, None])
            except Exception:
                continue
            theta = numpy.ravel(optimizer.coef_) / size
            key = tuple(numpy.round(theta, 12))
            if key in seen or not 0 < numpy.count_nonzero(theta) <= most_terms:
                continue
            seen.add(key)
            squares, count = 0.0, 0
            for r in choose:
                w = simulated(values, theta, r)
                squares += math.inf if w is None else numpy.sum((w[1:] - r["w"][1:]) ** 2)
                count += r["w"][1:].size
            score = criterion(squares, count, numpy.count_nonzero(theta))
            if score < best[0]:
                best = score, theta
    return dict(zip(texts, best[1])) if best[1] is not None else {}


# --- Taylor series in JAX ---

def taylor(made, features, source, budget):
    """dw_ij = sum of theta_k times a product of powers, up to degree 3, of what synapse ij knows, as in Mehta et al.,
    NeurIPS 37 (2024) and Confavreux et al., NeurIPS 33 (2020). Adam with clipped gradients through the simulation, for
    four strengths of L1 at once; then terms that contribute little are cut, the rest is fitted once more without the
    penalty, and strength and cut are chosen on recordings of their own."""
    import jax
    import jax.numpy as jnp
    import optax
    begun = time.process_time()
    present, exponents = pool.powers(features)
    texts = pool.terms(features)[:len(exponents)]
    fit, choose = parts(made)
    stacked = lambda some: {k: jnp.array([r[k] for r in some])
                            for k in ("pre", "target", "reward", "err_pre", source_key)}
    source_key = "w" if source == "weights" else "post"
    start = lambda some: jnp.array([r["w"][0] for r in some])
    scale = float(numpy.sqrt(numpy.mean([(r["w"][1:] - r["w"][0]) ** 2 for r in fit]))) if source == "weights" else (
        float(numpy.std([r["post"] for r in fit])))

    def products(q):
        out = []
        for e in exponents:
            p = jnp.ones_like(q["w"])
            for k in e:
                p = p * q[present[k]]
            out.append(p)
        return jnp.stack(out)

    def run(theta, w0, r):
        def step(w, now):
            x, target, reward, err_pre = now
            post = jax.nn.sigmoid(w @ x)
            f = products({"pre": x[None, :], "post": post[:, None], "w": w, "err_post": (post - target)[:, None],
                          "reward": reward, "err_pre": err_pre[None, :]})
            return jnp.clip(w + jnp.tensordot(theta, f, 1), -1e3, 1e3), ((w, post), jnp.mean(f**2, (1, 2)))
        _, ((w, post), sizes) = jax.lax.scan(step, w0, (r["pre"], r["target"], r["reward"], r["err_pre"]))
        return (w if source == "weights" else post), jnp.mean(sizes, 0)

    def residual(theta, w0, data):
        out, sizes = jax.vmap(run, (None, 0, 0))(theta, w0, data)
        skip = 1 if source == "weights" else 0
        return (out - data[source_key])[:, skip:] / scale, jnp.sqrt(jnp.mean(sizes, 0))

    data, held = stacked(fit), stacked(choose)
    w0, w0_held = start(fit), start(choose)
    unit = residual(jnp.zeros(len(exponents)), w0, data)[1]  # terms in units of their own size

    def loss(theta, strength, mask):
        r, _ = residual(theta * mask / unit, w0, data)
        return jnp.mean(r**2) + strength * jnp.sum(jnp.abs(theta * mask))

    def descend(steps, rate):
        optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(optax.cosine_decay_schedule(rate, steps)))

        def many(theta, state, strength, mask):
            def one(carry, _):
                theta, state = carry
                g = jax.grad(loss)(theta, strength, mask)
                g = jnp.where(jnp.isfinite(g), g, 0)
                change, state = optimizer.update(g, state, theta)
                return (optax.apply_updates(theta, change), state), None
            return jax.lax.scan(one, (theta, state), None, length=100)[0]

        block = jax.jit(jax.vmap(many))

        def all_of(theta, strength, mask, until):
            state = jax.vmap(optimizer.init)(theta)
            for _ in range(steps // 100):
                theta, state = block(theta, state, strength, mask)
                theta.block_until_ready()
                if time.process_time() - begun > until:
                    break
            return theta
        return all_of

    strengths = jnp.array([1e-1, 1e-2, 1e-3, 1e-4])
    zero = jnp.zeros((len(strengths), len(exponents)))
    theta = descend(2000, 2e-3)(zero, strengths, jnp.ones_like(zero), 0.6 * budget)
    masks = []
    for row in numpy.array(theta):
        for cut in (0.03, 0.1, 0.3):
            mask = numpy.abs(row) > cut * numpy.max(numpy.abs(row))
            if mask.any() and not any((mask == m).all() for m, _ in masks):
                masks.append((mask, row))
    if not masks:
        return {}
    while len(masks) < 12:  # one compilation serves all
        masks.append(masks[0])
    mask = jnp.array([m for m, _ in masks], jnp.float32)
    theta = descend(1000, 2e-3)(jnp.array([row for _, row in masks]) * mask, jnp.zeros(len(masks)), mask, 0.95 * budget)
    squares = jax.jit(jax.vmap(lambda t: jnp.sum(residual(t / unit, w0_held, held)[0] ** 2)))(theta * mask)
    count = held[source_key].size
    scores = [criterion(float(s), count, int(m.sum())) for s, m in zip(squares, mask)]
    best = int(numpy.argmin(scores))
    last = theta[best] * mask[best]
    found = numpy.array(jnp.where(jnp.abs(last) > 0.01 * jnp.max(jnp.abs(last)), last, 0) / unit)
    return {t: float(c) for t, c in zip(texts, found) if c != 0}


def can_write(who, rule, source):
    if rule.states or (who != "taylor" and source == "output"):
        return False
    return who != "taylor" or not rule.layer


def one(job):
    who, rule, size, noise, seed, options, features = job
    out = {"rule": rule.name, "cells": size, "noise": noise, "seed": seed, "from": options.source, "who": who,
           "made_by": options.fingerprint, "budget": options.budget, "extra": ""}
    judge = language.Judge(*size, planted.states.items())
    wanted = judge.of_terms(rule.terms)
    failed = {"exact": False, "false": math.nan, "missed": len(wanted), "error": 1.0, "seconds": math.nan}
    work = pathlib.Path(options.work) / f"{who}-{rule.name}-{size[0]}x{size[1]}-{noise}-{seed}-{options.source}"
    if not can_write(who, rule, options.source):
        out.update(**failed, failed="-")
        work.mkdir(parents=True, exist_ok=True)
        recover.keep(work, out)
        return out
    if (score := recover.done(work, out, options)) is not None:
        return score
    made = recordings.recorded(rule, size, seed, noise, options.source)
    begun = time.process_time()
    if who == "taylor":
        found = taylor(made, features, options.source, options.budget)
    else:
        found = sindy(made, pool.terms(features), who == "integral")
    out["seconds"] = time.process_time() - begun
    found = {t: float(c) for t, c in found.items() if c != 0}
    out.update(judge.compare(judge.of_terms(found), wanted))
    out["formula"] = " + ".join(f"{c:.5g}*{t}" for t, c in found.items())
    if out["seconds"] > options.budget * 1.1:
        out.update(exact=False, failed="out of time")
    work.mkdir(parents=True, exist_ok=True)
    recover.keep(work, out)
    return out


def main():
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--who", default="sindy,integral,taylor")
    chosen, rest = own.parse_known_args()
    options = recover.parsed(rest)
    options.fingerprint = recover.fingerprint(__file__)
    planted.check()
    features = recover.features_of(options.program)
    rules = [r for r in options.rules if set(r.needs) <= features]
    everything = []
    for who in chosen.who.split(","):
        jobs = [(who, rule, size, noise, seed, options, features) for rule in rules for noise in options.noises
                for size in options.sizes for seed in range(1, options.seeds + 1)]
        if options.jobs > 1:
            with concurrent.futures.ProcessPoolExecutor(options.jobs) as workers:
                rows = list(workers.map(one, jobs))
        else:
            rows = [one(job) for job in jobs]
        everything += recover.document(rows, rules, options.noises, who)
        if not options.json:
            recover.table(rows, rules, options.noises, who)
    if options.json:
        print(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
