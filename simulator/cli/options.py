"""Options that several verbs share, and what follows from them."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from simulator.scenario import Loaded


class Lang(str, Enum):  # noqa: UP042 - typer shows the values of a str Enum
    """Languages of reports."""

    zh = "zh"
    en = "en"


ScenarioFile = Annotated[Path, typer.Argument(help="a scenario file, e.g. scenarios/yrd_2025.yaml")]
Variant = Annotated[str | None, typer.Option("--variant", help="a named variant of the scenario")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="change one value, e.g. hubs.jiaxing.pv.capacity='40 MW'; may repeat"
    ),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="where traces, weather and load files are")]
Langs = Annotated[list[Lang] | None, typer.Option("--lang", help="language of reports [default: both]; may repeat")]
Json = Annotated[bool, typer.Option("--json", help="print JSON for programs instead of text for people")]


def load_scenario(
    path: Path,
    variant: str | None,
    sets: list[str] | None,
    horizon: str | None,
    seed: int | None,
    data_dir: Path | None,
) -> Loaded:
    """Load a scenario with what the command line changes in it."""
    from simulator.scenario import load

    return load(path, variant=variant, overrides=sets or (), horizon=horizon, seed=seed, data_dir=data_dir)


def languages(asked: list[Lang] | None) -> tuple[str, ...]:
    """Return the languages asked for, without repeats; all where none is named."""
    return tuple(dict.fromkeys(item.value for item in asked or list(Lang)))


def console_language(asked: list[Lang] | None) -> str:
    """Return the language asked for first; else Chinese where the terminal's is, English elsewhere."""
    if asked:
        return asked[0].value
    setting = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if setting.lower().startswith("zh") else "en"
