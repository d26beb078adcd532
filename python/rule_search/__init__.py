"""By which rule could synapses learn this? Searches for the simplest plasticity rule that does the job.

    import rule_search as rs

    rule = rs.Rule.from_file("rules/pools/layer_cubic.rule")
    data = rs.Recordings([rs.Recording(pre=x, w=w) for x, w in experiments])
    result = rs.search(rule, data, seed=1, out="runs/a")
    result.formula

Rules are written in the language of the project's documentation (docs/language.md). Everything that the command `rule-search`
computes is the same here, to the last bit.
"""

from ._core import __version__
from ._errors import InputError, SearchStopped
from .objectives import Decoding, FewShot, Goal, Objective, Recording, Recordings, Reward
from .rules import Connection, Rule
from .runs import Evaluation, Fit, Result, Simulation, evaluate, fit, load, resume, search, simulate

__all__ = [
    "Connection",
    "Decoding",
    "Evaluation",
    "FewShot",
    "Fit",
    "Goal",
    "InputError",
    "Objective",
    "Recording",
    "Recordings",
    "Result",
    "Reward",
    "Rule",
    "SearchStopped",
    "Simulation",
    "__version__",
    "evaluate",
    "fit",
    "load",
    "resume",
    "search",
    "simulate",
]
