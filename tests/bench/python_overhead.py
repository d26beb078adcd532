"""What a call from Python costs beyond what the library does: rs.evaluate on four short recordings, and the compiled module's
function alone. Medians of nine rounds of 1,000 calls in turn."""
import statistics
import time

import numpy as np
import rule_search as rs
from rule_search import _core

random = np.random.default_rng(1)
w = np.full((5, 1, 2), 0.25)
w[1:] = np.nan
w[4] = 0.3
rule = rs.Rule("param eta = 0.01\ndw = eta * post * pre'")
data = rs.Recordings([rs.Recording(pre=random.normal(size=(5, 2)), w=w) for _ in range(4)])


def microseconds(call, times=1000):
    begin = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - begin) / times * 1e6


package, module = [], []
for _ in range(9):
    package.append(microseconds(lambda: rs.evaluate(rule, data, {"eta": 0.02}, part="training", threads=1)))
    module.append(microseconds(lambda: _core.evaluate(rule._core, data._made(), {"eta": [0.02]}, "training", 1, 1, 1, True)))
print(f"rs.evaluate {statistics.median(package):.0f} us, the compiled function {statistics.median(module):.0f} us")
