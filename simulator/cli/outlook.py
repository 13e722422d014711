"""The verb `outlook`: the electricity of a fleet over the years ahead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import app, print_json, told_errors
from simulator.cli.options import Json, Lang


@app.command()
def outlook(
    file: Annotated[Path, typer.Argument(help="an outlook file, e.g. scenarios/outlook/zhejiang.yaml")],
    lang: Annotated[Lang, typer.Option(help="language of the text")] = Lang.zh,
    as_json: Json = False,
) -> None:
    """Work out the electricity of a fleet year by year, low, middle and high, beside published figures."""
    with told_errors():
        from simulator import audit as room

        result = room.look_out(room.load_outlook(file))
        if as_json:
            print_json(result.to_dict())
        else:
            typer.echo(room.outlook_text(result, lang.value))
