"""What a sweep varies: axes with their values as ``--set`` takes them, and the points they span."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from simulator.errors import InputError
from simulator.scenario import Node, parse_quantity, plain, read_text

VARIANT = "variant"  # the one axis that is no path of the scenario
MOST_POINTS = 100_000  # more is a slip of the keyboard
LABEL_LENGTH = 100  # of the folder of a point; longer ones are cut and get a hash
_RANGE_PART = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s:].*?)?\s*$")
_VAGUE = {"name", "value", "servers", "capacity", "min", "max", "model"}  # last steps that say too little alone


@dataclass(frozen=True)
class Axis:
    """
    One thing that is varied.

    Parameters
    ----------
    path : str
        Dotted path of a scenario, or ``variant``.
    values : tuple of str
        Each as ``--set`` takes it; of a variant its name, ``none`` for the scenario as it is.
    where : str
        What messages call its place: ``--vary``, or file and line.
    """

    path: str
    values: tuple[str, ...]
    where: str = "--vary"

    @property
    def short(self) -> str:
        """The last step of the path, or the last two where one says too little."""
        steps = self.path.split(".")
        return ".".join(steps[-2:]) if steps[-1] in _VAGUE else steps[-1]


@dataclass(frozen=True)
class Point:
    """One combination of values: a label that names its folder, and the value on each axis."""

    label: str
    values: tuple[tuple[str, str], ...]

    @property
    def variant(self) -> str | None:
        """The variant of this point; None if no axis chooses one, or it is ``none``."""
        chosen = dict(self.values).get(VARIANT)
        return None if chosen in (None, "none") else chosen

    @property
    def overrides(self) -> tuple[str, ...]:
        """``path=value`` of all other axes."""
        return tuple(f"{path}={value}" for path, value in self.values if path != VARIANT)


def parse_vary(text: str, where: str = "--vary") -> Axis:
    """
    Read ``path=a,b,c`` or ``path=start:stop:step``.

    Parameters
    ----------
    text : str
        What was typed. A list that starts with ``[`` is read as YAML, so that its items may hold commas.
    where : str
        Place for messages.

    Returns
    -------
    Axis

    Raises
    ------
    InputError
        If it is no axis; the message says what was expected.

    Examples
    --------
    >>> parse_vary("hubs.a.connection.import_limit=100:120:10 MW").values
    ('100 MW', '110 MW', '120 MW')
    >>> parse_vary("policy.name=home,least_loaded").values
    ('home', 'least_loaded')
    """
    path, sign, spec = text.partition("=")
    path, spec = path.strip(), spec.strip()
    if not sign or not path or not spec:
        raise InputError(
            f"{where}: got {text!r}; expected PATH=LIST or PATH=START:STOP:STEP\n"
            "    hint: for example policy.name=home,least_loaded or workload.jobs.training.fill=0.3:0.9:0.1"
        )
    return Axis(path, parse_values(spec, path, where), where)


def parse_values(spec: str, path: str, where: str) -> tuple[str, ...]:
    """Return the values of ``a,b,c``, ``[a, b]`` or ``start:stop:step``; raises as `parse_vary`."""
    parts = spec.split(":")
    matches = [_RANGE_PART.match(part) for part in parts]
    if len(parts) == 3 and all(matches):
        return _range(parts, path, where)
    if spec.startswith("["):
        node, _ = read_text(spec, where, first_line=0, dates_as_text=True)
        if node is None or not isinstance(node.value, tuple):
            raise InputError(f"{where}: {path}: got {spec!r}; expected a list like [a, b]")
        values = tuple(as_text(item) for item in node.value)
    else:
        values = tuple(part.strip() for part in spec.split(","))
    _check_values(values, path, where)
    return values


def as_text(node: Node) -> str:
    """Return a value as ``--set`` takes it: a scalar as written, anything else as JSON, which is YAML."""
    if isinstance(node.value, dict | tuple):
        return json.dumps(plain(node), ensure_ascii=False)
    return node.text if node.text else str(plain(node))


def _check_values(values: Sequence[str], path: str, where: str) -> None:
    if not values or not all(values):
        raise InputError(f"{where}: {path}: got an empty value; expected values with a comma between them")
    twice = next((value for value in values if list(values).count(value) > 1), None)
    if twice is not None:
        raise InputError(f"{where}: {path}: got {twice!r} twice; expected each value once")


def _range(parts: Sequence[str], path: str, where: str) -> tuple[str, ...]:
    """Count from start to stop, both included where the step hits; the unit may be written once."""
    found = [_RANGE_PART.match(part) for part in parts]
    numbers, units = [], []
    for match in found:
        assert match is not None  # the caller has matched
        numbers.append(Decimal(match[1]))
        units.append(match[2] or "")
    unit = next((u for u in reversed(units) if u), "")
    try:
        start, stop, step = (_in_unit(n, u, unit) for n, u in zip(numbers, units, strict=True))
    except (ValueError, InvalidOperation) as error:
        raise InputError(f"{where}: {path}: {error}; expected start, stop and step of one kind of unit") from error
    if step == 0 or (stop - start) * step < 0:
        raise InputError(
            f"{where}: {path}: got a step of {step:f} from {start:f} to {stop:f}; expected a step towards the stop"
        )
    count = int((stop - start) / step) + 1
    if count > MOST_POINTS:
        raise InputError(f"{where}: {path}: got {count:,} values; expected at most {MOST_POINTS:,}")
    numbers_of = (start + step * i for i in range(count))
    return tuple(f"{number.normalize():f} {unit}".strip() for number in numbers_of)


def _in_unit(number: Decimal, own: str, unit: str) -> Decimal:
    if own in ("", unit):
        return number
    return Decimal(repr(parse_quantity(f"{number} {own}", unit)))


def points(axes: Sequence[Axis], mode: str) -> list[Point]:
    """
    Span the points of some axes.

    Parameters
    ----------
    axes : sequence of Axis
        The last varies fastest.
    mode : {"grid", "zip"}
        All combinations, or the first with the first, the second with the second.

    Returns
    -------
    list of Point
        One point without values if there is no axis.

    Raises
    ------
    InputError
        If an axis is named twice, axes to be zipped differ in length, or there are too many points.
    """
    names = [axis.path for axis in axes]
    for axis in axes:
        if names.count(axis.path) > 1:
            raise InputError(f"{axis.where}: {axis.path}: got a second list for it; expected one")
        if axis.path in ("seed", "simulation.seed"):
            raise InputError(f"{axis.where}: {axis.path}: got the seed; expected --replications N, which pairs seeds")
    return list(_labelled(axes, _combined(axes, mode)))


def _combined(axes: Sequence[Axis], mode: str) -> list[tuple[str, ...]]:
    if mode == "zip":
        lengths = {len(axis.values) for axis in axes}
        if len(lengths) > 1:
            counted = ", ".join(f"{axis.path} has {len(axis.values)}" for axis in axes)
            raise InputError(f"{axes[0].where}: got lists of different lengths to zip ({counted}); expected one length")
        return list(zip(*(axis.values for axis in axes), strict=True)) or [()]
    count = 1
    for axis in axes:
        count *= len(axis.values)
    if count > MOST_POINTS:
        raise InputError(f"--vary: got {count:,} points; expected at most {MOST_POINTS:,}")
    return list(itertools.product(*(axis.values for axis in axes)))


def _labelled(axes: Sequence[Axis], rows: Sequence[tuple[str, ...]]) -> Iterator[Point]:
    shorts = [axis.short for axis in axes]
    names = [axis.path if shorts.count(short) > 1 else short for axis, short in zip(axes, shorts, strict=True)]
    used: set[str] = set()
    for row in rows:
        pairs = tuple((axis.path, value) for axis, value in zip(axes, row, strict=True))
        label = label_of(zip(names, row, strict=True))
        if label in used:  # two values that differ only in what a folder's name cannot hold
            label = f"{label}~{_hash(repr(pairs))}"
        used.add(label)
        yield Point(label, pairs)


def label_of(named: Iterator[tuple[str, str]] | zip[tuple[str, str]]) -> str:
    """
    Return a folder's name that Hive readers take as one value: letters, digits and ``. + - _ ~``.

    Examples
    --------
    >>> label_of(iter([("policy.name", "home"), ("import_limit", "120 MW")]))
    'policy.name-home_import_limit-120MW'
    """
    parts = [f"{name}-{re.sub(r'[^A-Za-z0-9.+~-]', _spelled, value)}" for name, value in named]
    text = "_".join(parts) or "base"
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 9]}~{_hash(text)}"


def _spelled(match: re.Match[str]) -> str:
    return {"_": "_", " ": "", "元": "CNY", "万": "w", "亿": "y"}.get(match[0], "~")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
