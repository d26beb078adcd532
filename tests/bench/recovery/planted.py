"""The planted rules: each a step in NumPy, written after its source, and beside it the terms it is the sum of.

The steps make the recordings and know nothing of the program; the terms are what a search should give back. That both
are the same is checked before anything is measured (`check`).
"""
from dataclasses import dataclass, field
from typing import Callable

import numpy

import terms as language

# What is remembered from step to step decays with this share a step (1 ms / tau with tau of 5 ms and steps of 1 ms).
leak = 0.2
time_constant = 5e-3  # seconds


@dataclass
class Rule:
    name: str
    cite: str
    step: Callable  # of the quantities of a step, columns and matrices; gives the change of w
    terms: dict  # text in the language of rule files: coefficient
    remember: Callable = None  # of the same; gives the states after this step
    states: dict = field(default_factory=dict)  # name: shape
    needs: tuple = ()  # signals beyond pre, w and target
    layer: bool = False  # terms that sum over a population or a cell's synapses


def hebb(q):
    return 0.02 * q.post @ q.pre.T


def hebb_decay(q):
    return 0.05 * q.post @ q.pre.T - 0.03 * q.w


def covariance(q):
    return 0.05 * (q.post - 0.4) @ (q.pre - 0.5).T


def anti_hebb(q):
    return -0.04 * (q.post @ q.pre.T - 0.2)


def abcd(q):
    return 0.05 * q.post @ q.pre.T - 0.03 * numpy.ones_like(q.post) @ q.pre.T - 0.02 * q.post + 0.01


def presynaptic_gating(q):
    return 0.05 * (q.post - 0.5) @ q.pre.T


def postsynaptic_gating(q):
    return 0.05 * q.post @ (q.pre - 0.6).T


def outstar(q):
    return 0.05 * (q.post - q.w) * q.pre.T


def instar(q):
    return 0.05 * q.post * (q.pre.T - q.w)


def oja(q):
    return 0.06 * (q.post @ q.pre.T - q.post**2 * q.w)


def oja_subspace(q):
    return 0.06 * (q.post @ q.pre.T - q.post @ q.post.T @ q.w)


def sanger(q):
    return 0.06 * (q.post @ q.pre.T - numpy.tril(q.post @ q.post.T) @ q.w)


def yuille(q):
    return 0.05 * (q.post @ q.pre.T - numpy.sum(q.w**2, 1, keepdims=True) * q.w)


def subtractive_hebb(q):
    return 0.05 * q.post @ (q.pre - q.pre.mean()).T


def bcm_fixed(q):
    return 0.06 * q.post * (q.post - 0.4) @ q.pre.T


def bcm_sliding(q):
    return 0.08 * q.post * (q.post - q.average) @ q.pre.T


def homeostatic_scaling(q):
    return 0.06 * (0.5 - q.post) * q.w


def multiplicative_hebb(q):
    return 0.05 * (1.0 - q.w) * (q.post @ q.pre.T)


def bistable_hebb(q):
    return 0.03 * q.post @ q.pre.T - 0.1 * q.w * (1 - q.w) * (0.4 - q.w)


def delta(q):
    return -0.05 * q.err_post @ q.pre.T


def feedback_alignment_decay(q):
    return -0.05 * q.err_post @ q.pre.T - 0.02 * q.w


def ehebb(q):
    return -0.05 * q.err_post @ q.pre.T + 0.04 * q.err_post @ q.err_pre.T


def f_bio(q):
    return -0.05 * q.err_post @ q.pre.T + 0.04 * q.err_post @ q.err_pre.T + 0.04 * (
        q.post @ q.pre.T - q.post @ q.post.T @ q.w)


def reward_hebb(q):
    return 0.06 * (q.reward - 0.3) * q.post @ q.pre.T


def three_factor(q):
    return 0.08 * q.reward * q.eligibility


def trace_rule(q):
    return 0.05 * q.post_trace * (q.pre.T - q.w)


def synaptic_scaling(q):
    """Hebb and scaling: mu post pre' + gamma (v_T - post) w^2, with mu 0.03, gamma 0.04 and v_T 0.5."""
    return 0.03 * q.post @ q.pre.T + 0.04 * (0.5 - q.post) * q.w**2


def _remember(q):
    """All that a pool remembers, so that every rule is met by the same candidates."""
    return {
        "average": q.average + leak * (q.post**2 - q.average),
        "eligibility": q.eligibility + leak * (q.post @ q.pre.T - q.eligibility),
        "post_trace": q.post_trace + leak * (q.post - q.post_trace),
    }


# New rules come last: recordings are seeded by the place in this list.
rules = [
    Rule("hebb", "Hebb, The Organization of Behavior (1949)", hebb, {"post*pre'": 0.02}),
    Rule("hebb_decay", "Gerstner & Kistler, Biol. Cybern. 87:404 (2002)", hebb_decay,
         {"post*pre'": 0.05, "w": -0.03}),
    Rule("covariance", "Sejnowski, J. Math. Biol. 4:303 (1977)", covariance,
         {"post*pre'": 0.05, "post*ones_pre'": -0.025, "ones_post*pre'": -0.02, "ones_post*ones_pre'": 0.01}),
    Rule("anti_hebb", "Foldiak, Biol. Cybern. 64:165 (1990)", anti_hebb,
         {"post*pre'": -0.04, "ones_post*ones_pre'": 0.008}),
    Rule("abcd", "Najarro & Risi, NeurIPS 33 (2020)", abcd,
         {"post*pre'": 0.05, "ones_post*pre'": -0.03, "post*ones_pre'": -0.02, "ones_post*ones_pre'": 0.01}),
    Rule("presynaptic_gating", "Gerstner & Kistler, Biol. Cybern. 87:404 (2002)", presynaptic_gating,
         {"post*pre'": 0.05, "ones_post*pre'": -0.025}),
    Rule("postsynaptic_gating", "Gerstner & Kistler, Biol. Cybern. 87:404 (2002)", postsynaptic_gating,
         {"post*pre'": 0.05, "post*ones_pre'": -0.03}),
    Rule("outstar", "Grossberg, Proc. Natl. Acad. Sci. USA 59:368 (1968)", outstar,
         {"post*pre'": 0.05, "w .* pre'": -0.05}),
    Rule("instar", "Grossberg, Biol. Cybern. 23:121 (1976)", instar, {"post*pre'": 0.05, "post .* w": -0.05}),
    Rule("oja", "Oja, J. Math. Biol. 15:267 (1982)", oja, {"post*pre'": 0.06, "post.^2 .* w": -0.06}),
    Rule("oja_subspace", "Oja, Int. J. Neural Syst. 1:61 (1989)", oja_subspace,
         {"post*pre'": 0.06, "post*post'*w": -0.06}, layer=True),
    Rule("sanger", "Sanger, Neural Networks 2:459 (1989)", sanger,
         {"post*pre'": 0.06, "lower(post*post')*w": -0.06}, needs=("lower",), layer=True),
    Rule("yuille", "Yuille, Kammen & Cohen, Biol. Cybern. 61:183 (1989)", yuille,
         {"post*pre'": 0.05, "(w.^2*ones_pre) .* w": -0.05}, layer=True),
    Rule("subtractive_hebb", "Miller & MacKay, Neural Comput. 6:100 (1994)", subtractive_hebb,
         {"post*pre'": 0.05, "mean(pre)*post*ones_pre'": -0.05}, layer=True),
    Rule("bcm_fixed", "Bienenstock, Cooper & Munro, J. Neurosci. 2:32 (1982)", bcm_fixed,
         {"post.^2*pre'": 0.06, "post*pre'": -0.024}),
    Rule("bcm_sliding", "Intrator & Cooper, Neural Networks 5:3 (1992)", bcm_sliding,
         {"post.^2*pre'": 0.08, "(post .* average)*pre'": -0.08}, _remember, {"average": "post"}, ("state",)),
    Rule("homeostatic_scaling", "van Rossum, Bi & Turrigiano, J. Neurosci. 20:8812 (2000)", homeostatic_scaling,
         {"w": 0.03, "post .* w": -0.06}),
    Rule("multiplicative_hebb", "Gerstner & Kistler, Biol. Cybern. 87:404 (2002)", multiplicative_hebb,
         {"post*pre'": 0.05, "post .* w .* pre'": -0.05}),
    Rule("bistable_hebb", "Gerstner, Kistler, Naud & Paninski, Neuronal Dynamics (2014), ch. 19", bistable_hebb,
         {"post*pre'": 0.03, "w": -0.04, "w.^2": 0.14, "w.^3": -0.1}),
    Rule("delta", "Widrow & Hoff, IRE WESCON Conv. Rec. 4:96 (1960)", delta, {"err_post*pre'": -0.05}),
    Rule("feedback_alignment_decay", "Song, Xu & Lafferty, NeurIPS 34 (2021)", feedback_alignment_decay,
         {"err_post*pre'": -0.05, "w": -0.02}),
    Rule("ehebb", "Shervani-Tabar & Rosenbaum, Nat. Commun. 14:1805 (2023)", ehebb,
         {"err_post*pre'": -0.05, "err_post*err_pre'": 0.04}, needs=("err_pre",)),
    Rule("f_bio", "Shervani-Tabar & Rosenbaum, Nat. Commun. 14:1805 (2023), eq. 7", f_bio,
         {"err_post*pre'": -0.05, "err_post*err_pre'": 0.04, "post*pre'": 0.04, "post*post'*w": -0.04},
         needs=("err_pre",), layer=True),
    Rule("reward_hebb", "Fremaux & Gerstner, Front. Neural Circuits 9:85 (2016)", reward_hebb,
         {"reward*post*pre'": 0.06, "post*pre'": -0.018}, needs=("reward",)),
    Rule("three_factor", "Gerstner et al., Front. Neural Circuits 12:53 (2018)", three_factor,
         {"reward*eligibility": 0.08}, _remember, {"eligibility": "post x pre"}, ("state", "reward")),
    Rule("trace_rule", "Foldiak, Neural Comput. 3:194 (1991)", trace_rule,
         {"post_trace*pre'": 0.05, "post_trace .* w": -0.05}, _remember, {"post_trace": "post"}, ("state",)),
    Rule("synaptic_scaling", "Tetzlaff, Kolodziejski, Timme & Worgotter, Front. Comput. Neurosci. 5:47 (2011)",
         synaptic_scaling, {"post*pre'": 0.03, "w.^2": 0.02, "post .* w.^2": -0.04}),
]

by_name = {rule.name: rule for rule in rules}
states = {"average": "post", "eligibility": "post x pre", "post_trace": "post"}


class Quantities:
    def __init__(self, values):
        self.__dict__.update(values)


def check():
    """Every step is the sum of its terms."""
    random = numpy.random.default_rng(3)
    for rule in rules:
        for n, m in ((2, 4), (3, 5)):
            values = language.surroundings(n, m, random, states.items())
            step = rule.step(Quantities(values))
            total = sum(c * language.compiled(text)(values) for text, c in rule.terms.items())
            if not numpy.allclose(step, numpy.broadcast_to(total, (n, m)), rtol=1e-12, atol=1e-12):
                raise SystemExit(f"{rule.name}: its terms are not its step")
