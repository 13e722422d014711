"""The verb `audit`: published claims against arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.app import app, print_json, told_errors
from simulator.cli.options import Json, Lang

if TYPE_CHECKING:
    from simulator.audit import AuditResult


@app.command()
def audit(
    claims: Annotated[Path, typer.Argument(help="a claims file, e.g. scenarios/claims/zhejiang_18eflops.yaml")],
    lang: Annotated[Lang, typer.Option(help="language of the text")] = Lang.zh,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="folder for text, chart and audit.json")] = None,
    as_json: Json = False,
) -> None:
    """Check published claims against arithmetic: unit algebra, implied ratios, slips by 10, 1,000 or 10,000 times."""
    with told_errors():
        from simulator import audit as room

        result = room.audit(room.load_claims(claims))
        if out is not None:
            _write(out, result)
        if as_json:
            print_json(result.to_dict())
        else:
            typer.echo(result.to_text(lang.value))


def _write(folder: Path, result: AuditResult) -> None:
    """Write what was found, in both languages, with its chart."""

    from simulator.records import write_json
    from simulator.reporting import render_audit

    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "audit.json", result.to_dict())
    for lang in ("zh", "en"):
        (folder / f"audit.{lang}.txt").write_text(result.to_text(lang), encoding="utf-8")
    for path in render_audit(folder, languages=("zh", "en")):
        if path.suffix == ".svg":
            typer.echo(str(path), err=True)
