"""The Python package, beside the command that is installed with it. Run by pytest; RULE_SEARCH_ROOT is the project's root."""
import json
import os
import pickle
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import rule_search as rs

ROOT = pathlib.Path(os.environ["RULE_SEARCH_ROOT"])
PROGRAM = os.environ.get("RULE_SEARCH_PROGRAM") or shutil.which("rule-search")
FILES = sorted((ROOT / "examples/recordings").glob("oja_*"))
POOL = "param eta = 0\nparam decay = 0\nparam hebb = 0\ndw = eta * post * pre' - decay * post.^2 .* w + hebb * w\n"


def arrays_of(path):
    """The arrays of a recording, by another reader than the library's."""
    if path.suffix == ".npz":
        arrays = dict(np.load(path))
    else:
        names = path.read_text().splitlines()[0].split(",")
        columns = np.genfromtxt(path, delimiter=",", skip_header=1)
        arrays = {}
        for name in {n.split("[")[0] for n in names}:
            at = {tuple(int(i) - 1 for i in n.replace("]", "").split("[")[1:]): k for k, n in enumerate(names) if n.split("[")[0] == name}
            shape = tuple(1 + max(index[d] for index in at) for d in range(len(next(iter(at)))))
            arrays[name] = np.full((len(columns), *shape), np.nan)
            for index, k in at.items():
                arrays[name][(slice(None), *index)] = columns[:, k]
    for name in ("w", "post"):
        if f"{name}_seen" in arrays:
            arrays[name] = np.where(arrays.pop(f"{name}_seen") != 0, arrays[name], np.nan)
    return arrays


def oja_recordings():
    return [rs.Recording(**arrays_of(f), name=f.name) for f in FILES]


def learnt(eta=0.05, decay=0.04, count=4, steps=30):
    """Recordings of a layer that learns by POOL, simulated here."""
    random = np.random.default_rng(3)
    out = []
    for k in range(count):
        pre = random.normal(size=(steps, 3))
        w = [random.normal(scale=0.3, size=(2, 3))]
        for t in range(steps - 1):
            post = w[-1] @ pre[t]
            w.append(w[-1] + eta * np.outer(post, pre[t]) - decay * post[:, None] ** 2 * w[-1])
        out.append(rs.Recording(pre=pre, w=np.array(w), name=f"learnt {k}"))
    return out


def differences(a, b):
    """Keys of two results that differ; not what names files and times."""
    a, b = json.loads(json.dumps(a)), json.loads(json.dumps(b))
    for document in (a, b):
        for key in ("run", "options", "command", "source"):
            document.pop(key, None)
        document["objective"].pop("recordings", None)
    return [key for key in sorted(set(a) | set(b)) if a.get(key) != b.get(key)]


def test_arrays_give_the_same_bits_as_files_on_the_command_line(tmp_path):
    pool = ROOT / "rules/pools/layer_cubic.rule"
    done = subprocess.run([PROGRAM, "search", pool, "--objective", "recordings", *(x for f in FILES for x in ("--recording", f)),
                           "--out", tmp_path / "cli", "--json"], capture_output=True, text=True, check=True)
    result = rs.search(rs.Rule.from_file(pool), rs.Recordings(oja_recordings()), out=tmp_path / "python", progress=False)
    assert differences(json.loads(done.stdout), result.document) == []
    assert result.formula == "dw = 0.04*(post*pre') - 0.03998*(post.^2 .* w)"
    assert (tmp_path / "python/report.html").exists()
    assert rs.load(tmp_path / "python").document == result.document
    # From files the package computes the same.
    again = rs.search(rs.Rule.from_file(pool), rs.Recordings(FILES), out=tmp_path / "files", progress=False, threads=1)
    assert differences(result.document, again.document) == []


def test_evaluate_fit_and_simulate_agree_with_a_layer_in_numpy():
    recordings = learnt()
    rule, data = rs.Rule(POOL), rs.Recordings(recordings)
    exact = rs.evaluate(rule, data, values={"eta": 0.05, "decay": 0.04}, part="training")
    assert exact.loss < 1e-20 and exact.measure > 1 - 1e-12 and exact.units == 4 and len(exact.losses) == 4
    fit = rs.fit(rule, data, progress=False)
    assert fit.values["eta"] == pytest.approx(0.05, rel=1e-4)
    assert fit.values["decay"] == pytest.approx(0.04, rel=1e-4)
    assert fit.rule.parameters["hebb"] == fit.values["hebb"]
    fixed = rs.fit(rule, data, values={"hebb": 0.01}, fix=["hebb"], progress=False)
    assert fixed.values["hebb"] == 0.01
    w = recordings[0].arrays["w"]
    simulation = rs.simulate(rule, rs.Recording(pre=recordings[0].arrays["pre"], w=np.concatenate([w[:1], np.full_like(w[1:], np.nan)])),
                             values={"eta": 0.05, "decay": 0.04})
    assert np.abs(simulation.w - w).max() < 1e-12
    assert np.abs(simulation.post - np.einsum("tnm,tm->tn", w, recordings[0].arrays["pre"])).max() < 1e-12
    assert not simulation.diverged


def test_states_come_with_their_shapes():
    rule = rs.Rule("param eta = 0.1\nstate seen: pre = 0.5\nstate both: post x pre = 0\nstate one = 2\n"
                   "next seen = 0.5 * seen + pre\nnext both = both + post * pre'\nnext one = 0.5 * one\ndw = eta * one * post * seen' + 0 * both")
    pre = np.arange(12.0).reshape(4, 3) / 10
    simulation = rs.simulate(rule, rs.Recording(pre=pre, w=np.full((4, 2, 3), 0.1)))
    assert simulation.states["seen"].shape == (4, 3)
    assert simulation.states["both"].shape == (4, 2, 3)
    assert simulation.states["one"].tolist() == [2, 1, 0.5, 0.25]
    assert simulation.states["seen"][1].tolist() == (0.25 + pre[0]).tolist()


@pytest.mark.parametrize("change", [np.asfortranarray, lambda x: x.astype(np.float32), lambda x: np.repeat(x, 2, axis=0)[::2],
                                    lambda x: x.tolist(), lambda x: x.astype(">f8")])
def test_arrays_of_every_layout_and_type(change):
    pre = np.float32(np.random.default_rng(1).normal(size=(20, 3))).astype(float)
    w = np.full((20, 2, 3), 0.25)
    plain, other = rs.Recording(pre=pre, w=w), rs.Recording(pre=change(pre), w=change(w))
    for key in plain.arrays:
        assert (plain.arrays[key] == other.arrays[key]).all() and other.arrays[key].flags.c_contiguous


@pytest.mark.parametrize("arrays, where, expected, found", [
    (dict(pre=np.ones(5), w=np.ones((5, 1, 1))), "r: pre", "2 dimensions (time, presynaptic)", "1"),
    (dict(pre=np.ones((5, 2)), w=np.ones((5, 2))), "r: w", "3 dimensions (time, postsynaptic, presynaptic)", "2"),
    (dict(pre=np.ones((5, 2))), "r", "at least one of the arrays w, post and choice", "pre"),
    (dict(pre=np.array([[1.0], [np.nan], [1]]), w=np.ones((3, 1, 1))), "r: pre[1, 0]", "a finite number", "nan"),
    (dict(pre=np.ones((3, 1)), w=np.ones((3, 1, 1)), signals={"reward": np.ones(4)}), "r: reward", None, None),
    (dict(pre=[["a"]], w=np.ones((1, 1, 1))), "r: pre", "real numbers", "<U1"),
    (dict(pre=np.ones((3, 1)) * 1j, w=np.ones((3, 1, 1))), "r: pre", "real numbers", "complex128"),
    (dict(pre=np.ones((3, 1)), w=np.ones((3, 1, 1)), dt="1 hour"), "dt", 'seconds, or a time as "1 ms"', '"1 hour"'),
    (dict(pre=np.ones((3, 1)), w=np.ones((3, 1, 1)), dt=1, time=[0, 1, 2]), None, None, None),
    (dict(pre=np.ones((3, 1)), w=np.ones((3, 1, 1)), time=[0, 2, 1]), "r: time[2]", None, None),
    (dict(pre=np.ones((3, 1)), w=np.ones((3, 1, 1)), signals={"w": np.ones(3)}), None, None, None),
])
def test_wrong_arrays_are_told_apart(arrays, where, expected, found):
    with pytest.raises(rs.InputError) as error:
        rs.Recording(**arrays, name="r")
    assert isinstance(error.value, ValueError)
    assert "‹" not in str(error.value)
    if where is not None:
        assert error.value.where == where
    if expected is not None:
        assert (error.value.expected, error.value.found) == (expected, found)


def test_masked_elements_are_gaps_where_there_may_be_any(tmp_path):
    mask = np.zeros((20, 2, 3), bool)
    mask[1:] = True
    data = rs.Recording(pre=np.ones((20, 3)), w=np.ma.array(np.full((20, 2, 3), 0.25), mask=mask))
    assert (data.arrays["w_seen"] == ~mask).all() and (data.arrays["w"][0] == 0.25).all()
    with pytest.raises(rs.InputError, match="pre: expected all numbers, found masked ones"):
        rs.Recording(pre=np.ma.array(np.ones((20, 3)), mask=np.ones((20, 3), bool)), w=np.ones((20, 2, 3)))
    # Also signals with names that NumPy's own functions have as arguments.
    one = rs.Recording(pre=np.ones((3, 1)), w=np.ones((3, 1, 1)), signals={"file": np.arange(3.0)})
    one.save(tmp_path / "one.npz")
    with np.load(tmp_path / "one.npz") as archive:
        assert archive["file"].tolist() == [0, 1, 2]


def test_a_run_into_the_same_folder_leaves_the_recordings_of_the_other(tmp_path):
    rule = rs.Rule(POOL)
    with pytest.raises(rs.SearchStopped) as stopped:
        rs.search(rule, rs.Recordings(learnt()), out=tmp_path / "a", progress=False, max_episodes=50)
    before = {file: file.read_bytes() for file in (tmp_path / "a_recordings").iterdir()}
    rs.search(rule, rs.Recordings(learnt()[:3]), out=tmp_path / "a", progress=False)
    assert before == {file: file.read_bytes() for file in (tmp_path / "a_recordings").iterdir()}
    # It crosses between processes whole.
    again = pickle.loads(pickle.dumps(stopped.value))
    assert (str(again), again.folder) == (str(stopped.value), stopped.value.folder)


def test_mistakes_in_rules_options_and_values():
    with pytest.raises(rs.InputError) as error:
        rs.Rule("dw = eta * post * pre'", name="mine")
    assert error.value.where == "mine:1:6" and error.value.hint == "declare it: param eta = 0"
    data = rs.Recordings(learnt())
    rule = rs.Rule(POOL)
    with pytest.raises(rs.InputError, match="Recordings has no such option, expected one of .*fit_initial_weights"):
        rs.Recordings(learnt(), activaton="tanh")
    with pytest.raises(rs.InputError, match="activation"):
        rs.Recordings(learnt(), activation="cube")
    with pytest.raises(rs.InputError, match="a search has no such option"):
        rs.search(rule, data, sed=1)
    with pytest.raises(rs.InputError, match="has no parameter speed"):
        rs.evaluate(rule, data, values={"speed": 1}, part="training")
    with pytest.raises(rs.InputError, match="expected one number, found 2"):
        rs.evaluate(rule, data, values={"eta": [1, 2]}, part="training")
    with pytest.raises(rs.InputError, match="part: expected one of training, validation, test, found 'all'"):
        rs.evaluate(rule, data, part="all")
    with pytest.raises(rs.InputError, match="precision: expected one of single, double, found 'half'"):
        rs.evaluate(rule, data, precision="half")
    with pytest.raises(rs.InputError, match="values: eta: expected finite numbers, found nan"):
        rs.evaluate(rule, data, values={"eta": float("nan")})
    with pytest.raises(rs.InputError, match="fit_episodes: expected a whole number from 1 to 1000000, found -1"):
        rs.fit(rule, data, fit_episodes=-1)
    with pytest.raises(rs.InputError, match="fix: the rule unnamed has no parameter speed, expected one of eta"):
        rs.fit(rule, data, fix="speed")
    with pytest.raises(rs.InputError, match="to: expected a text, found None"):
        rule.to(None)
    with pytest.raises(TypeError, match="expected a Rule, found str"):
        rs.evaluate("dw = w", data)
    with pytest.raises(rs.InputError, match="goal"):
        rs.Goal("nonsense")
    with pytest.raises(rs.InputError, match="nothing.json"):
        rs.load("nothing.json")
    with pytest.raises(rs.InputError, match="no such folder\n  hint: resume takes the folder of a run"):
        rs.resume("no/such/folder")


def test_progress_goes_to_whoever_asks(tmp_path, capfd):
    events = []
    rs.search(rs.Rule(POOL), rs.Recordings(learnt()), out=tmp_path / "a", progress=events.append)
    assert {"stage", "detail", "loss", "episodes", "share"} == set(events[0])
    assert events[-1]["share"] == pytest.approx(1)
    said = capfd.readouterr()
    rs.search(rs.Rule(POOL), rs.Recordings(learnt()), out=tmp_path / "b", progress=False)
    said = capfd.readouterr()
    assert said.out == "" and said.err == ""


def test_what_a_callback_raises_comes_out_whole_and_the_run_can_go_on(tmp_path):
    class Mine(Exception):
        pass

    def callback(event):
        if event["stage"] != "grow":
            raise Mine("enough")

    with pytest.raises(Mine, match="enough"):
        rs.search(rs.Rule(POOL), rs.Recordings(learnt()), out=tmp_path / "a", progress=callback)
    result = rs.resume(tmp_path / "a", progress=False)
    whole = rs.search(rs.Rule(POOL), rs.Recordings(learnt()), out=tmp_path / "b", progress=False)
    assert differences(result.document, whole.document) == []
    with pytest.raises(Mine, match="enough"):
        rs.fit(rs.Rule(POOL), rs.Recordings(learnt()), progress=lambda e: callback({"stage": "other"}))


def test_a_limit_stops_a_search_and_resume_goes_on(tmp_path):
    rule, goal = rs.Rule(POOL), rs.Goal("first_component")
    with pytest.raises(rs.SearchStopped, match="stopped after .* max_episodes 50; rule_search.resume") as stopped:
        rs.search(rule, goal, out=tmp_path / "a", progress=False, max_episodes=50)
    assert stopped.value.folder == str(tmp_path / "a")
    result = rs.resume(stopped.value.folder, progress=False)
    whole = rs.search(rule, goal, out=tmp_path / "b", progress=False, threads=1)
    assert differences(result.document, whole.document) == []


def test_protocols_are_tables_and_data_frames(tmp_path):
    pandas = pytest.importorskip("pandas")
    table = ROOT / "examples/stdp/frequency.csv"
    rule = rs.Rule.from_file(ROOT / "examples/stdp/pool.rule")
    by_file = rs.search(rule, rs.Protocols(table), out=tmp_path / "a", progress=False)
    assert [term["parameter"] for term in by_file.document["terms"]] == ["a2_minus", "a3_plus"]
    frame = pandas.read_csv(table, comment="#")
    by_frame = rs.search(rule, rs.Protocols(frame), out=tmp_path / "b", progress=False)
    assert by_frame.document["terms"] == by_file.document["terms"]
    assert (tmp_path / "b_protocols/protocol_1.csv").exists()
    with pytest.raises(TypeError, match="path of a table or a DataFrame"):
        rs.Protocols(3)


@pytest.mark.parametrize("delay", [0.1, 0.5])
def test_ctrl_c_ends_a_search_as_in_the_terminal(tmp_path, delay):
    # Shells have what they start in the background ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(delay, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt, match="resume"):
        rs.search(rs.Rule.from_file(ROOT / "rules/pools/layer_components.rule"), rs.Goal("first_component"), out=tmp_path / "a",
                  progress=False, fit_episodes=2000)


def of_its_own(code):
    """The code in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", f"import sys, signal, rule_search as rs\nroot = {str(ROOT)!r}\n" + code])


def test_a_notebook_that_is_closed_leaves_a_search_that_can_go_on(tmp_path):
    text = "rs.Rule.from_file(root + '/rules/pools/layer_cubic.rule'), rs.Goal('first_component')"
    process = of_its_own(f"rs.search({text}, out={str(tmp_path / 'a')!r}, progress=False, threads=1)")
    journal = tmp_path / "a/journal.bin"
    while process.poll() is None and not (journal.exists() and journal.stat().st_size > 20000):
        time.sleep(0.02)
    process.kill()  # as a kernel is that does not answer
    process.wait()
    assert not (tmp_path / "a/result.json").exists()
    result = rs.resume(tmp_path / "a", progress=False)
    rule = rs.Rule.from_file(ROOT / "rules/pools/layer_cubic.rule")
    whole = rs.search(rule, rs.Goal("first_component"), out=tmp_path / "b", progress=False)
    assert differences(result.document, whole.document) == []


def test_a_search_goes_on_where_nobody_looks_on(tmp_path):
    process = of_its_own(f"sys.stderr.close()\nsys.stdout.close()\nrs.search(rs.Rule({POOL!r}), rs.Goal('first_component'), "
                         f"out={str(tmp_path / 'a')!r}, progress=True)")
    assert process.wait() == 0
    assert (tmp_path / "a/result.json").exists()


class Imitation(rs.Objective):
    """A linear neuron is to answer as another one does, after it has seen it 30 times."""

    name = "imitation"
    summary = "a neuron becomes what another one is"

    def units(self, part):
        return 1000

    def run(self, rule, part, unit):
        random = np.random.default_rng([unit, ["training", "validation", "test"].index(part)])
        teacher, x, asked = random.normal(size=4), random.normal(size=(30, 4)), random.normal(size=(6, 4))
        neuron = rule.connection(np.zeros((1, 4)))
        for pre in x:
            post = neuron.w @ pre
            neuron.learn(pre=pre, post=post, err_post=post - teacher @ pre)
        return asked @ (neuron.w[0] - teacher)


class WithDerivatives(Imitation):
    """By the one coefficient `delta` that the rule may have."""

    def run(self, rule, part, unit):
        residuals = super().run(rule, part, unit)
        random = np.random.default_rng([unit, ["training", "validation", "test"].index(part)])
        teacher, x, asked = random.normal(size=4), random.normal(size=(30, 4)), random.normal(size=(6, 4))
        w, slope, delta = np.zeros(4), np.zeros(4), rule.values.get("delta", 0)
        for pre in x:
            slope = slope - (w - teacher) @ pre * pre - delta * (slope @ pre) * pre
            w = w - delta * ((w - teacher) @ pre) * pre
        return residuals, {"delta": asked @ slope} if "delta" in rule.values else {}


def test_derivatives_of_an_objective_in_python_are_those_of_differences():
    rule = rs.Rule("param delta = 0.02\ndw = - delta * err_post * pre'")
    fits = [rs.fit(rule, objective, progress=False, fit_episodes=10, test_episodes=10) for objective in (Imitation(), WithDerivatives())]
    assert fits[0].values["delta"] == pytest.approx(fits[1].values["delta"], rel=1e-3)
    assert fits[0].loss < rs.evaluate(rule, Imitation(), units=10).loss


def test_a_connection_learns_step_by_step():
    rule = rs.Rule("param eta = 0.1\nsignal reward\nstate seen: pre = 0 each trial\nnext seen = 0.5 * seen + pre\n"
                   "dw = eta * reward * post * seen'")
    connection = rule.connection(np.zeros((2, 3)))
    connection.learn(pre=[1, 2, 3], post=[1, 1], reward=1)
    assert connection.states.tolist() == [1, 2, 3]
    connection.learn(pre=[0, 0, 0], post=np.array([1.0, 2.0]), reward=2)
    assert np.allclose(connection.w, 0.2 * np.outer([1, 2], [1, 2, 3]))
    connection.begin_trial()
    assert connection.states.tolist() == [0, 0, 0]
    with pytest.raises(rs.InputError, match="learn: reward: expected 1 number, since the rule reads it, found none"):
        connection.learn(pre=[1, 2, 3], post=[1, 1])
    with pytest.raises(rs.InputError, match="learn: post: expected 2 numbers, found 3"):
        connection.learn(pre=[1, 2, 3], post=[1, 1, 1], reward=1)
    with pytest.raises(rs.InputError, match="found dopamine"):
        connection.learn(pre=[1, 2, 3], post=[1, 1], reward=1, dopamine=1)
    with pytest.raises(rs.InputError, match="w: expected 2 dimensions"):
        rule.connection(np.zeros(3))


def test_an_objective_in_python_is_searched_by_the_same_search(tmp_path):
    rule = rs.Rule("param delta = 0\nparam decay = 0\nparam hebb = 0\n"
                   "dw = - delta * err_post * pre' - decay * w + hebb * post * pre'")
    result = rs.search(rule, Imitation(), out=tmp_path / "a", progress=False, fit_episodes=8, refit_episodes=8,
                       validation_episodes=20, test_episodes=20)
    assert "delta" in [t["parameter"] for t in result.document["terms"]]
    assert result.found_anything
    assert "a neuron becomes what another one is" in result.table()
    assert (tmp_path / "a/report.html").exists()


def test_what_an_objective_in_python_raises_comes_out_whole(tmp_path):
    class Broken(Imitation):
        def run(self, rule, part, unit):
            raise ZeroDivisionError("not today")

    rule = rs.Rule("param delta = 0.1\ndw = - delta * err_post * pre'")
    with pytest.raises(ZeroDivisionError, match="not today"):
        rs.evaluate(rule, Broken())
    for said, message in [(None, "expected an array of numbers, found None"), (np.ones(6) * 1j, "expected real numbers, found complex128"),
                          ((np.ones(6), np.ones(6)), "expected residuals and a dict of their derivatives, found a second ndarray"),
                          ((np.ones(6), {"delta": np.full(6, np.nan)}), "derivatives by delta: expected finite numbers, found nan")]:
        broken = type("Broken", (Imitation,), {"run": lambda self, rule, part, unit: said})()
        with pytest.raises(rs.InputError, match=message):
            rs.fit(rule, broken, progress=False, fit_episodes=2)
    with pytest.raises(rs.InputError, match=r'units\("(training|test)"\): expected a whole number, found None'):
        rs.evaluate(rule, type("Nothing", (Imitation,), {"units": lambda self, part: None})())
    with pytest.raises(TypeError, match="needs a method units"):
        rs.evaluate(rule, type("Nothing", (rs.Objective,), {})())


def test_results_show_themselves_and_leave_in_every_form(tmp_path):
    result = rs.search(rs.Rule(POOL), rs.Recordings(learnt()), out=tmp_path / "a", progress=False)
    terms = result.terms if isinstance(result.terms, list) else result.terms.to_dict("records")
    assert [t["parameter"] for t in terms] == ["eta", "decay"]
    assert "<table>" in result._repr_html_() and "<math>" in result._repr_html_()
    assert result.rule.to("numpy").startswith('"""The plasticity rule')
    assert "\\Delta" in result.latex()
    scope = {}
    exec(result.to("numpy"), scope)
    pre, post, w = np.ones(3), np.full(2, 0.5), np.full((2, 3), 0.2)
    expected = scope["PARAMETERS"]["eta"] * np.outer(post, pre) - scope["PARAMETERS"]["decay"] * post[:, None] ** 2 * w
    assert np.abs(scope["change"](w=w, pre=pre, post=post) - expected).max() < 1e-15
    with pytest.raises(rs.InputError, match="to: expected one of"):
        result.to("fortran")


def test_rules_come_back_from_sympy():
    pytest.importorskip("sympy")
    random = np.random.default_rng(5)
    for path in [*sorted((ROOT / "rules").glob("**/*.rule")), ROOT / "tests/export/rules/comparisons.rule",
                 ROOT / "tests/export/rules/initial_values.rule"]:
        # Hundreds of terms; sums of weights as divisors, which random numbers bring near 0; no form for one synapse.
        if path.parent.name == "pools" or path.stem in ("digits", "recursive_least_squares"):
            continue
        rule = rs.Rule.from_file(path)
        if any(isinstance(value, list) for value in rule.parameters.values()):
            continue  # with a number for each connection
        scope = {}
        exec(rule.to("sympy"), scope)
        dw, states = rule.sympy()
        back = rs.Rule.from_sympy(dw, states, scope["VALUES"], scope["INITIAL"])
        w = random.normal(size=(3, 5))
        # What the file says lies within the bounds of the file.
        values = {name: value or 0.1 * (k + 1) for k, (name, value) in enumerate(rule.parameters.items())}
        # In Python lambda is called lambda_; the order stays.
        connections = [r.connection(w, dict(zip(r.parameters, values.values(), strict=True))) for r in (rule, back)]
        for _ in range(5):
            given = {name: random.uniform(0.1, 1, size=5 if name.endswith("pre") else 3)
                     for name in ("pre", "post", "err_pre", "err_post", "net", "gate", "noise_pre", "noise_post")}
            given |= {name: random.uniform() if shape == "a number" else random.uniform(size=3) for name, shape in rule.signals.items()}
            for name in values:
                given.pop(name, None)
            for connection in connections:
                connection.learn(**given)
        difference = np.abs(connections[0].w - connections[1].w).max() / np.abs(connections[0].w).max()
        assert difference < 1e-12, path


def test_the_command_is_installed_beside_the_package():
    assert PROGRAM is not None
    done = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == rs.__version__
    assert sys.version_info >= (3, 11)
