"""A program as users write it; `mypy --strict` must have nothing to say about it."""
from pathlib import Path

import numpy as np
import rule_search as rs


class Imitation(rs.Objective):
    """A neuron is to answer as another one does."""

    name = "imitation"

    def units(self, part: str) -> int:
        return 10

    def run(self, rule: rs.BoundRule, part: str, unit: int) -> np.ndarray:
        neuron = rule.connection(np.zeros((1, 4)))
        neuron.learn(pre=np.ones(4), post=[0.0], err_post=[1.0])
        return np.asarray(neuron.w[0] - 1.0)


def formulas(folder: Path) -> list[str]:
    rule = rs.Rule.from_file(folder / "a.rule")
    data = rs.Recordings([rs.Recording(pre=np.ones((5, 2)), w=np.ones((5, 1, 2)), signals={"reward": [0.0] * 5}, dt="1 ms")])
    score = rs.evaluate(rule, data, values={"eta": 0.1}, part="training")
    low, high = score.loss_interval
    fit = rs.fit(rule, Imitation(), fix=["eta"], progress=False, fit_episodes=4)
    result = rs.search(rule, data, seed=2, threads=2, out=folder / "out", progress=lambda event: print(event["share"]))
    simulation = rs.simulate(fit.rule, rs.Recording(pre=np.ones((5, 2)), w=np.ones((5, 1, 2))))
    error = rs.InputError("a: expected b, found c")
    return [result.formula, result.to("pytorch"), str(low < high), str(simulation.w.shape), error.where or "", rs.__version__]
