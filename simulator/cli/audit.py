"""The verb `audit`: published claims against arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import app, print_json, told_errors
from simulator.cli.options import Json, Lang


@app.command()
def audit(
    claims: Annotated[Path, typer.Argument(help="a claims file, e.g. scenarios/claims/zhejiang_18eflops.yaml")],
    lang: Annotated[Lang, typer.Option(help="language of the text")] = Lang.zh,
    as_json: Json = False,
) -> None:
    """Check published claims against arithmetic: unit algebra, implied ratios, slips by 10, 1,000 or 10,000 times."""
    with told_errors():
        from simulator import audit as room

        result = room.audit(room.load_claims(claims))
        if as_json:
            print_json(result.to_dict())
        else:
            typer.echo(result.to_text(lang.value))
