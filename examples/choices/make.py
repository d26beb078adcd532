"""Makes the recordings of this folder: forty animals that learn in 250 trials each which of two options to choose.

An animal sees three quantities and chooses option 1 with the probability post = 1 / (1 + exp(-w * pre)). A hidden
combination of what it sees says which option is right; the right one is rewarded in nine trials of ten, the other in
one of ten. Weights change by the policy gradient (Williams, Mach. Learn. 8:229 (1992)),

    dw = 0.2 * reward * (choice - post) * pre'.

Written down are what it saw, what it chose and whether it was rewarded, no probability and no weight but the first
ones, which are 0: the animals know nothing of the task. Needs NumPy.
"""
import csv
import pathlib

import numpy

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(1992)
seen, trials = 3, 250

for number in range(1, 41):
    right = random.standard_normal(seen)
    weights = numpy.zeros(seen)
    with open(here / f"animal_{number}.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([f"pre[{j + 1}]" for j in range(seen)] + ["choice[1]", "reward"] +
                     [f"w[1][{j + 1}]" for j in range(seen)])
        for trial in range(trials):
            x = numpy.round(random.standard_normal(seen), 3)
            post = 1 / (1 + numpy.exp(-weights @ x))
            choice = int(random.random() < post)
            reward = int(random.random() < (0.9 if choice == (right @ x > 0) else 0.1))
            weights = weights + 0.2 * reward * (choice - post) * x
            out.writerow([f"{v:g}" for v in x] + [choice, reward] + seen * ([0] if trial == 0 else [""]))
