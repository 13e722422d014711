"""Rooms and doors: who may import whom. A guard is tried on code that must not pass, too."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.house import HOMES, NUMBA_FILES, PACKAGES, ROOT, STOREYS, Source, below, door, sources

HEAVY = {"pandas", "pvlib", "matplotlib", "scipy", "numba", "pint", "pyarrow", "networkx"}


def target_room(name: str) -> str:
    """Room a name of ours belongs to; "simulator" for names of the package itself, as its version."""
    parts = name.split(".")
    if parts[0] == "simulator" and len(parts) > 1 and parts[1] in STOREYS:
        return parts[1]
    return parts[0]


def wrong_way(source: Source) -> Iterator[str]:
    """Imports that go up, sideways, or are relative."""
    allowed = below(source.room) | {source.room, "simulator"}
    if source.room == "energy_models":
        allowed = {"energy_models"}
    for name in source.imports():
        if name.startswith("."):
            yield f"{source.path}: {name} is relative; write absolute imports"
        elif name.split(".")[0] in PACKAGES and target_room(name) not in allowed:
            yield f"{source.path}: {source.room} imports {name}"


def past_the_door(source: Source) -> Iterator[str]:
    """Imports of another room's inner modules or of names it does not offer."""
    for name in source.imports():
        room, inside = target_room(name), name.split(".")[2:]
        if room not in STOREYS or room == source.room or not inside:
            continue
        offered = door(room)
        if len(inside) > 1 or inside[0].startswith("_") or (offered is not None and inside[0] not in offered):
            yield f"{source.path}: {name} is not in the __all__ of simulator.{room}"


def away_from_home(source: Source) -> Iterator[str]:
    """Third-party packages used outside the rooms that name them."""
    for name in source.imports():
        top = name.split(".")[0]
        if top in PACKAGES or top in sys.stdlib_module_names or top in ("numpy", ""):
            continue
        if source.room not in HOMES.get(top, set()) or (
            top in ("numba", "llvmlite") and source.path not in NUMBA_FILES
        ):
            yield f"{source.path}: {source.room} is no home of {top}"


def printing(source: Source) -> Iterator[str]:
    """Whatever writes to the terminal outside the command line."""
    if source.room == "cli":
        return
    for node in ast.walk(source.tree):
        shown = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if shown in {"print", "sys.stdout", "sys.stderr", "typer.echo", "typer.secho", "click.echo"}:
            yield f"{source.path}:{node.lineno}: {shown}"


GUARDS: list[Callable[[Source], Iterator[str]]] = [wrong_way, past_the_door, away_from_home, printing]


def test_every_file_stands_in_a_room() -> None:
    lost = [source.path for source in sources() if source.room == "?"]
    assert not lost, f"give them a room in tests/architecture/house.py: {lost}"


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_house_is_in_order(guard: Callable[[Source], Iterator[str]]) -> None:
    wrong = [line for source in sources() for line in guard(source)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("guard", "path", "text"), [
    (wrong_way, "simulator/region/x.py", "from simulator.engine import simulate"),
    (wrong_way, "simulator/region/x.py", "if TYPE_CHECKING:\n    from simulator import workload"),
    (wrong_way, "simulator/accounting/x.py", "def f():\n    import simulator.region"),
    (wrong_way, "simulator/reporting/x.py", "from energy_models.units import J_PER_KWH"),
    (wrong_way, "simulator/region/x.py", "from .build import Region"),
    (wrong_way, "simulator/__init__.py", "from simulator.scenario import load"),
    (wrong_way, "energy_models/x.py", "from simulator.errors import TraceError"),
    (past_the_door, "simulator/engine/x.py", "from simulator.scenario.load import Loaded"),
    (past_the_door, "simulator/engine/x.py", "from simulator.scenario import source"),
    (past_the_door, "simulator/engine/x.py", "import simulator.workload.table"),
    (past_the_door, "simulator/engine/x.py", "from simulator.errors import _secret"),
    (away_from_home, "simulator/region/x.py", "import simpy"),
    (away_from_home, "simulator/scheduling/x.py", "from numba import njit"),
    (away_from_home, "energy_models/x.py", "import numba"),
    (away_from_home, "simulator/cli/x.py", "import unheard_of"),
    (printing, "simulator/engine/x.py", "print('half way')"),
    (printing, "energy_models/x.py", "import sys\nsys.stderr.write('so')"),
])  # fmt: skip
def test_a_guard_sees_a_breach(guard: Callable[[Source], Iterator[str]], path: str, text: str) -> None:
    assert list(guard(Source(path, text)))


@pytest.mark.parametrize(("path", "text"), [
    ("simulator/engine/x.py", "import simpy\nimport simulator.region"),
    ("simulator/engine/x.py", "from simulator import __version__, records"),
    ("simulator/engine/x.py", "from simulator.scenario import load\nfrom simulator.errors import TraceError"),
    ("simulator/scenario/x.py", "import yaml\nfrom simulator.scenario.source import read_file"),
    ("simulator/cli/x.py", "print('so far')"),
    (NUMBA_FILES[0], "import numba"),
])  # fmt: skip
def test_a_guard_lets_good_manners_pass(path: str, text: str) -> None:
    assert [line for guard in GUARDS for line in guard(Source(path, text))] == []


def test_the_command_line_starts_light() -> None:
    """`run.py --help` answers within 0.5 s: what costs time to load must wait until it is used."""
    code = f"import sys, simulator.cli; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
