#!/usr/bin/env python3
"""Runs every command and checks every rule of the pages, as they are written there.

Usage: run.py [--all] [--show] PROGRAM PAGE...
  --all    also what takes long
  --show   prints what each command printed

A block that begins with ```console holds commands and what they print:

    $ rule-search check rules/f_bio.rule        a command, in a folder with rules/ and examples/
    rule f_bio: 3 parameters                    what it prints, line by line; spaces count as one
    ...                                         any lines, or none
    loss 0.81 (… to …)                          … is any text within a line

Where no output is written, the command has to end with exit code 0; `$ false || echo` is the way to show a mistake.
A page's commands are run one after the other in one folder. A block that begins with ```rule is a rule file, and
`rule-search check` has to take it. A comment before a block says what else is to be known of it:

    <!-- test: slow -->          run with --all alone
    <!-- test: shown -->         not run: what it needs is not here; the text before it says what that is
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\s*$")
MARK = re.compile(r"<!--\s*test:\s*(\w+)\s*-->")


def blocks(page):
    """(language, mark, number of the first line, lines) of every block."""
    language, mark, start, lines = None, None, 0, []
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if fence and language is None:
            language, start, lines = fence.group(1), number + 1, []
        elif fence:
            yield language, mark, start, lines
            language, mark = None, None
        elif language is not None:
            lines.append(line)
        elif MARK.search(line):
            mark = MARK.search(line).group(1)
        elif line.strip():
            mark = None
    if language is not None:
        raise SystemExit(f"{page}:{start}: a block without an end")


def commands(lines):
    """(offset, command, expected lines) in a block of commands."""
    out = []
    for offset, line in enumerate(lines):
        if out and out[-1][1].endswith("\\"):
            out[-1][1] = out[-1][1][:-1] + line.strip()
        elif line.startswith("$ "):
            out.append([offset, line[2:], []])
        elif out:
            out[-1][2].append(line)
        else:
            raise SystemExit(f"output without a command: {line}")
    return out


def squeezed(text):
    return " ".join(text.split())


def line_pattern(line):
    return r"\s*".join([".*".join(re.escape(part) for part in squeezed(line).split("…"))])


def pattern(expected):
    """What the whole output has to look like, its lines squeezed."""
    out = ""
    for line in expected:
        out += r"(?:.*\n)*?" if line.strip() == "..." else line_pattern(line) + r"\n"
    return re.compile(out + r"\Z")


def without_blank_ends(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return lines


def main():
    args = sys.argv[1:]
    everything = "--all" in args
    show = "--show" in args
    args = [a for a in args if not a.startswith("--")]
    if len(args) < 2:
        raise SystemExit(__doc__)
    program = Path(args[0]).resolve()
    run, left, failed = 0, 0, 0

    def fail(where, what):
        nonlocal failed
        failed += 1
        print(f"{where}: {what}")

    for name in args[1:]:
        page = Path(name).resolve()
        with tempfile.TemporaryDirectory() as folder:
            for linked in ("rules", "examples", "tests", "build", "docs", "grammar"):
                if (ROOT / linked).exists():
                    os.symlink(ROOT / linked, Path(folder) / linked)
            (Path(folder) / "bin").mkdir()
            os.symlink(program, Path(folder) / "bin" / "rule-search")
            environment = dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}", COLUMNS="120")
            for language, mark, start, lines in blocks(page):
                if mark == "shown" or (mark == "slow" and not everything):
                    left += language in ("console", "rule")
                    continue
                if language == "rule":
                    run += 1
                    path = Path(folder) / "page.rule"
                    path.write_text("\n".join(lines) + "\n")
                    done = subprocess.run([program, "check", path], capture_output=True, text=True)
                    if done.returncode != 0:
                        fail(f"{name}:{start}", done.stderr)
                if language != "console":
                    continue
                for offset, command, expected in commands(lines):
                    run += 1
                    where = f"{name}:{start + offset}"
                    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
                    printed = done.stdout if done.stdout.strip() else done.stderr
                    if show:
                        print(f"$ {command}\n{printed}")
                    expected = without_blank_ends(expected)
                    if not expected:
                        if done.returncode != 0:
                            fail(where, f"exit code {done.returncode}\n{done.stderr}")
                        continue
                    found = [squeezed(line) for line in without_blank_ends(printed.splitlines())]
                    if not pattern(expected).match("\n".join(found) + "\n"):
                        fail(where, f"`{command}` printed\n" + "\n".join("    " + line for line in printed.splitlines()))
    print(f"docs: {run} commands and rules of {len(args) - 1} pages, {failed} failed, {left} blocks not run")
    sys.exit(failed > 0)


main()
