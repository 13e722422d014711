"""The house as tables (which room may import which, where each package lives), and what a source file says about itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simulator", "energy_models")
Definition = ast.FunctionDef | ast.AsyncFunctionDef

# A room may import the rooms to its right, ...
STOREYS = (
    "cli", "reporting", "audit", "experiments", "engine", "accounting", "scheduling", "workload", "region",
    "scenario", "records", "errors",
)  # fmt: skip
# ... some of them fewer:
NARROWER = {
    "reporting": {"scenario", "records", "errors"},  # reads run folders only
    "audit": {"scenario", "errors"},  # arithmetic on claims, no simulation
    "accounting": {"scenario", "records", "errors"},  # pure: a finished run folder can be scored again
    "records": {"errors"},
}
# Physics and markets; they know no room, and these may ask them.
ENERGY_USERS = {"experiments", "engine", "accounting", "scheduling", "workload", "region", "scenario"}

# Each third-party package and the rooms it lives in; numpy and the standard library are at home everywhere.
HOMES = {
    "simpy": {"engine"},
    "typer": {"cli"},
    "click": {"cli"},  # typer's own base
    "rich": {"cli"},
    "matplotlib": {"reporting"},
    "jinja2": {"reporting"},
    "markupsafe": {"reporting"},  # jinja2's escaping
    "fontTools": {"reporting"},  # matplotlib's font library, for the glyphs a report embeds
    "pylopdf_fonts_zh_cn": {"reporting"},
    "docx": {"reporting"},
    "networkx": {"region"},
    "yaml": {"scenario"},
    "pint": {"scenario", "audit"},
    # claims files are models on the scenario's `Spec`
    "pydantic": {"scenario", "audit"},
    "pydantic_core": {"scenario", "audit"},
    # records are Arrow tables: who makes, reads or extends them, and the reader of job tables
    "pyarrow": {"records", "engine", "accounting", "reporting", "experiments", "workload"},
    "pandas": {"reporting", "experiments", "accounting", "workload", "energy_models"},  # pvlib speaks pandas
    "duckdb": {"experiments"},
    "dask": {"experiments"},
    "distributed": {"experiments"},
    "fsspec": {"experiments"},
    "pvlib": {"energy_models"},
    "windpowerlib": {"energy_models"},
    "sklearn": {"energy_models"},  # the learned forecast
    "scipy": {"energy_models", "experiments"},  # pvlib's own base; quantiles of the Student distribution
    "chinese_calendar": {"energy_models"},
    "numba": {"energy_models"},
    "llvmlite": {"energy_models"},  # what numba compiles with
}
# One file compiles for everybody, so that compiled code is cached under the hash of all its sources; one hands arrays on.
NUMBA_FILES = ("energy_models/compiled.py", "energy_models/bundle.py")


@dataclass(frozen=True)
class Source:
    """One of our source files: its path from the root, and its text parsed."""

    path: str
    text: str

    @property
    def room(self) -> str:
        """The room it stands in; "simulator" for the package's own file, "?" if there is no such room."""
        parts = Path(self.path).with_suffix("").parts
        if parts[0] == "energy_models" or parts == ("simulator", "__init__"):
            return parts[0]
        return parts[1] if parts[1] in STOREYS else "?"

    @property
    def tree(self) -> ast.Module:
        """The parsed text."""
        return ast.parse(self.text)

    def imports(self) -> Iterator[str]:
        """Full name of everything imported, ``module.name``; under TYPE_CHECKING and in functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                yield from (f"{module}.{alias.name}" for alias in node.names)

    def functions(self) -> Iterator[Definition]:
        """All functions and methods, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Definition))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of our packages."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return tuple(Source(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files)


@cache
def door(room: str) -> frozenset[str] | None:
    """Names a room offers, its ``__all__``; None for a room of one file, which has no inner modules."""
    init = ROOT / "simulator" / room / "__init__.py"
    if not init.is_file():
        return None
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["__all__"]:
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def below(room: str) -> set[str]:
    """Rooms that `room` may import."""
    if room not in STOREYS:
        return set()
    allowed = NARROWER.get(room, set(STOREYS[STOREYS.index(room) + 1 :]))
    return allowed | {"energy_models"} if room in ENERGY_USERS else allowed
