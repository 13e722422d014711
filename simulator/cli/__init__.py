"""
The command line: verbs, options, exit codes, progress. The only room that prints.

Exit status: 0 done; 1 a ledger did not close or something else of ours broke; 2 the input is wrong; 3 a sweep is done
but some of its runs failed; 130 interrupted.
Heavy packages are imported inside the verbs that need them, so that ``--help`` answers at once. A verb registers itself
when its module is imported; `--help` lists them in the order of the imports here.
"""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.cli.app import app
from simulator.cli import (
    run,
    compare,
    sweep,
    robust,
    levers,
    replay,
    report,
    explain,
    draw,
    audit,
    outlook,
    lookup,
    query,
)

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of ``run.py`` and of the ``suandian`` script."""
    app(prog_name=Path(sys.argv[0]).name)
