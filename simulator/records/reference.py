"""The column reference, made from the schema so that page and files cannot differ."""

from __future__ import annotations

from simulator.records.schema import OPTIONAL, TABLES, Column

ABOUT = {
    "jobs": "One row for every job that was in the system during the horizon.",
    "steps": "One row for every hub and meter interval of 900 s; powers are means over the interval.",
    "clusters": "One row for every cluster and meter interval: device-seconds on each rung of the ladder.",
    "events": "One row for every named event that is not a job's own start or finish.",
    "directives": "One row for every route and cluster at which a policy's orders change; each holds until the next.",
}
HEAD = """# Record columns

Generated from `simulator/records/schema.py`; a test keeps this page equal to it. Times are seconds since the
scenario's start. With `fleet_sample: K` every table describes 1/K of the region, clusters rounded to whole
servers; `summary.json` is already times K, and the devices of a cluster times its planned over its simulated
servers (`scale.clusters_times`). "empty" marks columns that may hold no value.
"""


def column_reference() -> str:
    """Return the Markdown page with every column of every table: type, unit, meaning."""
    return "\n".join([HEAD, *(_table(name, columns) for name, columns in TABLES.items())])


def _table(name: str, columns: tuple[Column, ...]) -> str:
    rows = "\n".join(_row(column, column.name in OPTIONAL[name]) for column in columns)
    head = "| column | type | unit | meaning |\n|---|---|---|---|"
    return f"## {name}.parquet\n\n{ABOUT[name]}\n\n{head}\n{rows}\n"


def _row(column: Column, optional: bool) -> str:
    kind = "text" if "string" in str(column.type) else str(column.type)
    return f"| `{column.name}` | {kind}{', empty' if optional else ''} | {column.unit} | {column.meaning} |"
