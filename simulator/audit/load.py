"""From a claims or outlook file to its models, or to one error with all its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from simulator.audit.arithmetic import missing_inputs
from simulator.audit.model import Claim, ClaimsFile
from simulator.audit.outlook.model import OutlookFile
from simulator.errors import ClaimsError
from simulator.scenario import (
    Kind,
    Node,
    Problem,
    Spec,
    at,
    dotted,
    explain,
    leaves,
    near,
    one_of,
    other_kind,
    plain,
    read_file,
    shape_of,
)

Model = TypeVar("Model", bound=Spec)
CITING = ("source", "rack_source")  # fields that hold the id of a source
_REPAIR = {
    "compute": "write it in `stated`: no energy follows without a computing power",
    "efficiency": "write it in the reading, or in `stated` if the publication gives it",
    "pue": "write it in the reading, in `stated`, or in `assume` with the reason",
    "hours": "write it in the reading, in `stated`, or in `assume` with the reason; a year is '8760 h'",
    "load": "write it in the reading, or in `assume` with the reason; 1 is full load without a break",
}


def load_claims(path: Path | str) -> ClaimsFile:
    """
    Read a claims file.

    Parameters
    ----------
    path : Path or str
        YAML with `sources` and `claims`; `scenarios/claims/template.yaml` explains every field.

    Returns
    -------
    ClaimsFile
        The claims; every source they cite is there and every reading can be computed.

    Raises
    ------
    ClaimsError
        With all faults, each as ``file:line: path: got ...; expected ... [unit]``, some with a hint.
    """
    return _load(path, "claims file", ClaimsFile, _incomplete_readings)


def load_outlook(path: Path | str) -> OutlookFile:
    """
    Read an outlook file.

    Parameters
    ----------
    path : Path or str
        YAML with `sources` and `outlook`; those in `scenarios/outlook/` are examples.

    Returns
    -------
    OutlookFile
        The fleets; every source they cite is there.

    Raises
    ------
    ClaimsError
        With all faults, each as ``file:line: path: got ...; expected ... [unit]``, some with a hint.
    """
    return _load(path, "outlook file", OutlookFile, _unknown_fleets)


def _load(path: Path | str, what: Kind, model: type[Model], rules: Callable[[Node], Iterator[Problem]]) -> Model:
    root, problems = read_file(Path(path), what=what)
    loaded = None
    other = other_kind(root, Path(path), what) if root is not None else None
    if other is not None:  # its fields would all be unknown: one fault is enough
        raise ClaimsError(_message([other], what))
    if root is not None:
        try:
            loaded = model.model_validate(plain(root), strict=True)
        except ValidationError as error:
            problems += explain(error, root, shape_of(model))
        problems += [*_unknown_sources(root), *rules(root)]
    if loaded is None or problems:
        raise ClaimsError(_message(problems, what))
    return loaded


def _unknown_sources(root: Node) -> Iterator[Problem]:
    listed = at(root, ("sources",))
    names = list(listed.value) if listed and isinstance(listed.value, dict) else []
    for steps, node in leaves(root):
        cites = steps[0] != "sources" and len(steps) > 2 and (steps[-1] in CITING or steps[-2] == "sources")
        if cites and isinstance(node.value, str) and node.value not in names:
            yield Problem(
                node.file,
                node.line,
                dotted(steps),
                f"the source {node.value!r}",
                one_of(names),
                near(node.value, names),
            )


def _incomplete_readings(root: Node) -> Iterator[Problem]:
    claims = at(root, ("claims",))
    for name, node in claims.value.items() if claims and isinstance(claims.value, dict) else ():
        try:
            claim = Claim.model_validate(plain(node), strict=True)
        except ValidationError:  # told by `explain`
            continue
        for reading_name, reading in claim.readings.items():
            steps = ("claims", name, "readings", reading_name)
            place = at(root, steps) or node
            for what in missing_inputs(claim, reading):
                got = f"a reading without {what}"
                yield Problem(place.file, place.line, dotted(steps), got, "all inputs of the formula", _REPAIR[what])


def _unknown_fleets(root: Node) -> Iterator[Problem]:
    fleets, published = at(root, ("outlook",)), at(root, ("published",))
    names = list(fleets.value) if fleets and isinstance(fleets.value, dict) else []
    entries = published.value if published and isinstance(published.value, dict) else {}
    for name in entries:
        listed = at(root, ("published", name, "fleets"))
        for node in listed.value if listed and isinstance(listed.value, tuple) else ():
            if node.value not in names:
                path = f"published.{name}.fleets"
                yield Problem(
                    node.file, node.line, path, f"the fleet {node.value!r}", one_of(names), near(str(node.value), names)
                )


def _message(problems: list[Problem], what: str) -> str:
    unique = dict.fromkeys(sorted(problems, key=lambda problem: (problem.line, problem.path, problem.got)))
    head = f"1 problem in the {what}" if len(unique) == 1 else f"{len(unique)} problems in the {what}"
    return "\n  ".join([head, *(str(problem).replace("\n", "\n  ") for problem in unique)])
