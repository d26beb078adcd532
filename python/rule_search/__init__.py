"""By which rule could synapses learn this? Searches for the simplest plasticity rule that does the job.

    import rule_search as rs

    rule = rs.Rule.from_file("rules/pools/layer_cubic.rule")
    data = rs.Recordings([rs.Recording(pre=x, w=w) for x, w in experiments])
    result = rs.search(rule, data, seed=1, out="runs/a")
    result.formula

Rules are written in the language of the project's documentation (docs/language.md). Everything that the command `rule-search`
computes is the same here, to the last bit.
"""

from . import _core
from ._errors import InputError, SearchStopped
from .objectives import Decoding, FewShot, Goal, Objective, Protocols, Recording, Recordings, Reward
from .rules import BoundRule, Connection, Rule
from .runs import Evaluation, Fit, Result, Simulation, evaluate, fit, load, resume, search, simulate

__version__: str = _core.__version__  # type: ignore[attr-defined]

__all__ = [
    "BoundRule",
    "Connection",
    "Decoding",
    "Evaluation",
    "FewShot",
    "Fit",
    "Goal",
    "InputError",
    "Objective",
    "Protocols",
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
