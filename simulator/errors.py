"""
What can go wrong, said once.

Every class can be rebuilt from its ``args`` (``type(e)(*e.args)``): SimPy re-raises a failed process that
way, and an error that cannot be rebuilt would reach the user as an unrelated ``TypeError``.
"""

from __future__ import annotations


class SuandianError(Exception):
    """Base of every error this project raises on purpose; the command line prints it without a traceback."""


class InputError(SuandianError):
    """Something the user gave is wrong: exit status 2."""


class Fault(Exception):  # noqa: N818 - one line of a list of faults, raised only while parsing a value
    """
    One fault of an input file.

    Parameters
    ----------
    got, expected, hint : str
        What was given, what is allowed (with its unit in brackets), and how to repair it ("" for none).
    """

    def __init__(self, got: str, expected: str = "", hint: str = "") -> None:
        super().__init__(got, expected, hint)
        self.got, self.expected, self.hint = got, expected, hint

    def __str__(self) -> str:
        return f"got {self.got}; expected {self.expected}"


class ScenarioError(InputError):
    """
    All faults of a scenario at once.

    Parameters
    ----------
    message : str
        The printable list, one ``file:line: path: got ...; expected ...`` a fault with its hint below.
    """


class TraceError(InputError):
    """A job table, weather file or series cannot be used; the message names file, line and column."""


class ClaimsError(InputError):
    """A claims file cannot be read; same shape as `ScenarioError`."""


class RunFolderError(InputError):
    """A run folder is missing, unfinished or of another version."""


class InvariantError(SuandianError):
    """
    A ledger did not close: a bug of ours, never of the user.

    Parameters
    ----------
    message : str
        Names the ledger, the place and time, and both sides of the broken balance.
    """
