"""Terms of the language of rule files, evaluated in NumPy, and the question whether two sets of terms are one rule.

Written from `grammar/plasticity.ebnf` and not from the program, since it is the judge of what the program finds.
"""
import re

import numpy

token = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*)|(\.\*|\./|\.\^|[-+*/^'(),]))")


def _transposed(a):
    return a.T if numpy.ndim(a) == 2 else a


def _product(a, b):
    return a @ b if numpy.ndim(a) == 2 and numpy.ndim(b) == 2 else a * b


def _number(a):
    return a.item() if isinstance(a, numpy.ndarray) and a.size == 1 else a


functions = {
    "sum": numpy.sum, "mean": numpy.mean, "norm": lambda a: numpy.sqrt(numpy.sum(a * a)),
    "dot": lambda a, b: numpy.sum(a * b), "exp": numpy.exp, "log": numpy.log, "tanh": numpy.tanh, "abs": numpy.abs,
    "sigmoid": lambda a: 1 / (1 + numpy.exp(-a)), "relu": lambda a: numpy.maximum(a, 0), "sign": numpy.sign,
    "sqrt": numpy.sqrt, "lower": numpy.tril,
}


class _Reader:
    def __init__(self, text):
        self.tokens, at = [], 0
        text = text.strip()
        while at < len(text):
            match = token.match(text, at)
            if not match:
                raise ValueError(f"can't read {text[at:]!r}")
            self.tokens.append(match.groups())
            at = match.end()
        self.at = 0

    def symbol(self):
        return self.tokens[self.at][2] if self.at < len(self.tokens) else None

    def take(self, *symbols):
        if self.symbol() in symbols and self.symbol() is not None:
            self.at += 1
            return self.tokens[self.at - 1][2]
        return None

    def expression(self):
        sign = self.take("-", "+")
        first = self.product()
        value = (lambda e, f=first: -f(e)) if sign == "-" else first
        while operator := self.take("+", "-"):
            left, right = value, self.product()
            value = (lambda e, a=left, b=right: a(e) + b(e)) if operator == "+" else (
                lambda e, a=left, b=right: a(e) - b(e))
        return value

    def product(self):
        value = self.factor()
        while operator := self.take("*", "/", ".*", "./"):
            left, right = value, self.factor()
            if operator == "*":
                value = lambda e, a=left, b=right: _product(a(e), b(e))
            elif operator == ".*":
                value = lambda e, a=left, b=right: a(e) * b(e)
            else:
                value = lambda e, a=left, b=right: a(e) / _number(b(e))
        return value

    def factor(self):
        if sign := self.take("-", "+"):
            inner = self.factor()
            return (lambda e: -inner(e)) if sign == "-" else inner
        value = self.primary()
        while operator := self.take("'", ".^", "^"):
            base = value
            if operator == "'":
                value = lambda e, a=base: _transposed(a(e))
            else:
                negative = self.take("-")
                exponent = self.primary()
                value = lambda e, a=base, b=exponent, s=-1 if negative else 1: a(e) ** (s * b(e))
        return value

    def primary(self):
        number, name, _ = self.tokens[self.at]
        if number is not None:
            self.at += 1
            value = float(number)
            return lambda e: value
        if name is not None:
            self.at += 1
            if not self.take("("):
                return lambda e: e[name]
            arguments = [self.expression()]
            while self.take(","):
                arguments.append(self.expression())
            self.close()
            return lambda e: functions[name](*(a(e) for a in arguments))
        if not self.take("("):
            raise ValueError(f"unexpected {self.symbol()!r}")
        value = self.expression()
        self.close()
        return value

    def close(self):
        if not self.take(")"):
            raise ValueError("expected )")


def compiled(text):
    """A function from quantities by name (numbers, columns, matrices) to the value of an expression."""
    reader = _Reader(text)
    value = reader.expression()
    if reader.at < len(reader.tokens):
        raise ValueError(f"can't read all of {text!r}")
    return value


def surroundings(n, m, random, states=()):
    """Every quantity a term may name, at random; `states` are pairs of name and shape."""
    column = lambda k: random.uniform(0.5, 1.5, (k, 1)) * random.choice([-1.0, 1.0], (k, 1))
    shapes = {"number": lambda: random.uniform(0.5, 1.5), "pre": lambda: column(m), "post": lambda: column(n),
              "post x pre": lambda: column(n * m).reshape(n, m)}
    out = {"pre": column(m), "post": column(n), "err_post": column(n), "err_pre": column(m),
           "w": shapes["post x pre"](), "reward": random.uniform(0.5, 1.5), "ones_pre": numpy.ones((m, 1)),
           "ones_post": numpy.ones((n, 1))}
    out.update({name: shapes[shape]() for name, shape in states})
    return out


def read_rule(text):
    """Of a rule file: its parameters, its states with their shapes, the text of dw, and the texts of `next`."""
    text = "\n".join(line.split("#")[0] for line in text.splitlines())
    head = r"^\s*(rule|cite|param|let|state|next|signal|candidates|dw)\b"
    starts = [m.start() for m in re.finditer(head, text, re.M)] + [len(text)]
    parameters, states, updates, dw = {}, {}, {}, None
    for begin, end in zip(starts, starts[1:]):
        statement = text[begin:end].strip()
        if m := re.match(r"param\s+(\w+)\s*=\s*([-+0-9.eE]+)\s*(ms|s)?", statement):
            parameters[m[1]] = float(m[2]) * (1e-3 if m[3] == "ms" else 1)
        elif m := re.match(r"state\s+(\w+)\s*:\s*(post x pre|post|pre|number)", statement):
            states[m[1]] = m[2]
        elif m := re.match(r"next\s+(\w+)\s*=\s*(.*)", statement, re.S):
            updates[m[1]] = m[2]
        elif m := re.match(r"dw\s*=\s*(.*)", statement, re.S):
            dw = m[1]
    return parameters, states, updates, dw


class Judge:
    """Compares found terms with planted ones as functions: what is the same but for its writing or a factor counts as
    the same term, and what cancels counts as not there."""

    def __init__(self, n, m, states, draws=6):
        random = numpy.random.default_rng(7)
        self.draws = [surroundings(n, m, random, states) for _ in range(draws)]
        self.shape = (n, m)

    def vector(self, value, **more):
        return numpy.concatenate([numpy.broadcast_to(value({**d, **more}), self.shape).ravel() for d in self.draws])

    def distinct(self, vectors):
        """Vectors that are multiples of each other are added up; those that cancel are left out."""
        out = []
        for v in vectors:
            for k, u in enumerate(out):
                if abs(u @ v) > (1 - 1e-9) * numpy.linalg.norm(u) * numpy.linalg.norm(v):
                    out[k] = u + v
                    break
            else:
                if numpy.linalg.norm(v) > 0:
                    out.append(v)
        return [v for v in out if numpy.linalg.norm(v) > 1e-12]

    def of_rule(self, text):
        parameters, _, _, dw = read_rule(text)
        value = compiled(dw)
        nothing = {name: 0.0 for name in parameters}
        vectors = []
        fixed = self.vector(value, **nothing)
        if numpy.linalg.norm(fixed) > 0:
            vectors.append(fixed)
        for name in parameters:
            if re.search(rf"\b{name}\b", dw):
                vectors.append(self.vector(value, **{**nothing, name: parameters[name]}) - fixed)
        return self.distinct(vectors)

    def of_terms(self, terms):
        return self.distinct([c * self.vector(compiled(text)) for text, c in terms.items()])

    def compare(self, found, planted):
        """Exact, number of false terms, number of missed terms, median relative error of the planted coefficients (1
        for one that is missed)."""
        errors, used = [], set()
        for p in planted:
            error = 1.0
            for k, f in enumerate(found):
                if abs(f @ p) > (1 - 1e-9) * numpy.linalg.norm(f) * numpy.linalg.norm(p):
                    error = abs(f @ p / (p @ p) - 1)
                    used.add(k)
            errors.append(error)
        missed = len(planted) - len(used)
        false = len(found) - len(used)
        return {"exact": missed == 0 and false == 0, "false": false, "missed": missed,
                "error": float(numpy.median(errors))}
