"""The verb `outlook`: the electricity of a fleet over the years ahead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.app import app, print_json, told_errors
from simulator.cli.options import Json, Lang

if TYPE_CHECKING:
    from simulator.audit import Outlook


@app.command()
def outlook(
    file: Annotated[Path, typer.Argument(help="an outlook file, e.g. scenarios/outlook/zhejiang.yaml")],
    lang: Annotated[Lang, typer.Option(help="language of the text")] = Lang.zh,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="folder for text, chart and outlook.json")] = None,
    as_json: Json = False,
) -> None:
    """Work out the electricity of a fleet year by year, low, middle and high, beside published figures."""
    with told_errors():
        from simulator import audit as room

        result = room.look_out(room.load_outlook(file))
        if out is not None:
            _write(out, result)
        if as_json:
            print_json(result.to_dict())
        else:
            typer.echo(room.outlook_text(result, lang.value))


def _write(folder: Path, result: Outlook) -> None:
    """Write what was found, in both languages, with its chart."""
    from simulator.audit import outlook_text
    from simulator.records import write_json
    from simulator.reporting import render_outlook

    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "outlook.json", result.to_dict())
    for lang in ("zh", "en"):
        (folder / f"outlook.{lang}.txt").write_text(outlook_text(result, lang), encoding="utf-8")
    for path in render_outlook(folder, languages=("zh", "en")):
        if path.suffix == ".svg":
            typer.echo(str(path), err=True)
