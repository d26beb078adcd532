#!/usr/bin/env python3
"""Writes docs/results.md from docs/result.schema.json, which the program writes from its list of fields.

Usage: make_results.py [--check]     --check: fails where the page is not what would be written
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
BEGINNING = """# Results

This page lists every key of `result.json`, which a search leaves in its folder.

```console
$ rule-search search rules/pools/layer_cubic.rule --objective recordings --recording examples/recordings/oja_* \\
    --out runs/oja --json
{
...
  "formula": "dw = 0.04*(post*pre') - 0.03998*(post.^2 .* w)",
...
}
$ python3 -c "import json; r = json.load(open('runs/oja/result.json')); print(r['held_out']['variance_explained'] > 0.99)"
True
```

The most wanted keys are these:

| key | holds |
|---|---|
| `formula` | the found rule, as it was scored |
| `terms[].parameter`, `terms[].coefficient`, `terms[].interval` | its coefficients with 95 % intervals; few-shot tasks and goals have a second one, `bootstrap_interval` |
| `held_out.accuracy` | the measure on test units: accuracy, fraction of variance explained or goal reached; it stands again under the name that `words.measure_key` says, as `held_out.variance_explained` |
| `path`, `front` | the best rule of every number of terms |
| `choice` | the way from the path to the reported rule, step by step |
| `searches` | only where no recordings are kept apart: what the search without each fold found |
| `shape_parameters` | thresholds and exponents of the found rule |

```console
$ python3 -c "import json; r = json.load(open('runs/oja/result.json')); print([(t['parameter'], t['interval']) for t in r['terms']])"
[('c8', [0.0…, 0.0…]), ('c19', [-0.0…, -0.0…])]
```

`choice` says which terms stay, and why the others went:

```console
$ python3 -c "import json; r = json.load(open('runs/oja/result.json')); [print(c['step'], c['terms'], c.get('parameter', '')) for c in r['choice']]"
least loss 3
smaller 2
stays 1 c8
stays 1 c19
```

`objective` also has what only one objective has, such as `activation`, `goal` or `neurons`.
For recordings, `objective.recordings.files` lists every recording with its `part`, `search` or `test`.
Those of the search also have their `place`.
`searches[].units` are the places that a search without a fold did not know.

```console
$ python3 -c "import json; r = json.load(open('runs/oja/result.json')); print(r['objective']['recordings']['search'], r['objective']['recordings']['test'], sorted(r['objective']['recordings']['files'][0]))"
8 4 ['name', 'part', 'place']
```

`--json` prints the same document. Numbers have all their digits. `null` is a number that is not defined.

The schema of the document is `docs/result.schema.json`. `rule-search export --schema` prints it. Scripts can check results against it, with python3-jsonschema for example:

```console
$ python3 tests/schema.py . runs/oja/result.json
```

The key `schema` is 2. Documents with schema 1 can still be read by `export`, `plot`, `rerun`, `stability` and `transfer`.

In the tables, `[]` means the entries of a list, and `NAME` the names of an object. A key with "may be missing" is not in every result.

| key | type | meaning |
|---|---|---|
"""


def type_of(node):
    if "enum" in node:
        return "one of " + ", ".join(f"`{v}`" for v in node["enum"])
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(type_of(n) for n in node["anyOf"]))
    types = node.get("type", "any")
    types = [t for t in ([types] if isinstance(types, str) else types) if t != "null"]
    names = {"array": "list", "integer": "whole number", "boolean": "true or false", "string": "text", "any": "any value"}
    out = " or ".join(names.get(t, t) for t in types)
    if out == "list" and node.get("minItems") == 2 == node.get("maxItems"):
        out = "low and high end"
    return out


def children(node):
    for branch in [node] + node.get("anyOf", []):
        if "properties" in branch:
            for key, child in branch["properties"].items():
                yield "." + key, child, key in branch.get("required", [])
        more = branch.get("additionalProperties")
        if isinstance(more, dict) and "properties" in more:
            yield ".NAME", more, True
        if isinstance(branch.get("items"), dict) and "properties" in branch["items"]:
            yield "[]", branch["items"], True


def rows(node, at):
    for step, child, required in children(node):
        key = at + step
        if step in ("[]", ".NAME"):
            yield from rows(child, key)
            continue
        meaning = child.get("description", "")
        if not required:
            meaning += ("; " if meaning else "") + "may be missing"
        yield f"| `{key.lstrip('.')}` | {type_of(child)} | {meaning} |"
        yield from rows(child, key)


def page():
    schema = json.loads((HERE / "result.schema.json").read_text())
    return BEGINNING + "\n".join(row.replace("|c|", r"\|c\|") for row in rows(schema, "")) + "\n"


if "--check" in sys.argv[1:]:
    if (HERE / "results.md").read_text() != page():
        sys.exit("docs/results.md is not what docs/make_results.py writes: call it")
else:
    (HERE / "results.md").write_text(page())
