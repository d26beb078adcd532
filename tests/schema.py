#!/usr/bin/env python3
"""Checks results of searches against docs/result.schema.json.

Usage: schema.py SOURCE RESULT...      exits with 1 where one does not fit, and says where
"""
import json
import pathlib
import sys

import jsonschema


def main():
    schema = json.loads((pathlib.Path(sys.argv[1]) / "docs" / "result.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    bad = 0
    for path in sys.argv[2:]:
        for error in validator.iter_errors(json.loads(pathlib.Path(path).read_text())):
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
            bad += 1
    return 1 if bad else 0


sys.exit(main())
