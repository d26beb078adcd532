"""The command `rule-search`, as it is installed beside the package."""

import signal
import sys

from . import _core


def main() -> None:
    # As in a program of its own: Python's handlers would wait until the library is done.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(_core.run_command_line(["rule-search", *sys.argv[1:]]))
