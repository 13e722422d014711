"""The verb `replay`: a job trace on one cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import RESULTS, app, command_line, print_json, told_errors
from simulator.cli.options import Json, Lang
from simulator.cli.progress import progress_shown
from simulator.cli.rendering import render_folder


@app.command()
def replay(
    trace: Annotated[Path, typer.Argument(help="SWF, job table, openb pods or OpenDC tasks; csv and SWF also gzipped")],
    devices: Annotated[int | None, typer.Option(help="size of the cluster [default: MaxProcs of an SWF]")] = None,
    per_server: Annotated[int, typer.Option("--devices-per-server", help="larger jobs get whole servers")] = 1,
    queue: Annotated[str, typer.Option(help="who is next, a name of `list queues`")] = "fcfs",
    estimate: Annotated[str | None, typer.Option(help="requested times: requested, actual, factor:F, limit:7d")] = None,
    overrun: Annotated[str, typer.Option(help="a job past its requested time: kill or keep")] = "kill",
    resource: Annotated[str | None, typer.Option(help="what the trace counts as devices: gpus or cpus")] = None,
    scale_arrivals: Annotated[float, typer.Option(help="submissions come F times as fast")] = 1.0,
    limit_jobs: Annotated[int | None, typer.Option(help="only the first N jobs by submission")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="the run folder itself")] = None,
    figures: Annotated[bool, typer.Option(help="draw figures")] = True,
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help="show progress on standard error")] = True,
    as_json: Json = False,
) -> None:
    """Replay a trace on one cluster: per-job records and waits, no energy."""
    with told_errors():
        from simulator.experiments import Replay, fill_replay_folder, outcome_lines
        from simulator.records import new_run_folder
        from simulator.workload import Asked

        asked = Asked(estimate, overrun, scale_arrivals, limit_jobs)
        plan = Replay(trace, devices, per_server, queue, resource, asked)
        folder = out or RESULTS / "replay" / plan.run_id()
        with progress_shown(progress) as stage, new_run_folder(folder) as partial:
            summary = fill_replay_folder(partial, plan, command=command_line(), stage=stage)
            if figures:
                render_folder(partial, tuple(item.value for item in Lang), (), stage)
        if as_json:
            print_json({"folder": str(folder), "summary": summary})
        else:
            typer.echo("\n".join([*outcome_lines(summary), f"  {folder}"]))
