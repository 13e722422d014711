"""
SQL over all runs of a results folder, for looking only.

The tables are handed to DuckDB by this process; DuckDB itself may open no file, load no extension, change no setting,
and only statements that read are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import InputError, RunFolderError
from simulator.experiments.table import columns_of, flat
from simulator.records import TABLES, arrow_schema, read_manifest, read_summary

PATTERNS = ("*/*/manifest.json", "*/point=*/seed=*/manifest.json")


@dataclass(frozen=True)
class Found:
    """One finished run of a scenario: its folder, manifest, and experiment and point where it belongs to one."""

    folder: Path
    manifest: dict[str, Any]
    experiment: str | None
    point: str | None


def finished_runs(results: Path) -> Iterator[Found]:
    """Yield the finished runs of scenarios below a results folder, by path; others are passed over."""
    paths = sorted(path for pattern in PATTERNS for path in results.glob(pattern))
    for path in paths:
        folder = path.parent
        if folder.name.startswith("."):
            continue
        try:
            manifest = read_manifest(folder)
        except RunFolderError:  # unfinished or of another version
            continue
        if manifest.get("kind") is None:
            swept = folder.parent.name.startswith("point=")
            point = folder.parent.name.removeprefix("point=") if swept else None
            yield Found(folder, manifest, folder.parent.parent.name if swept else None, point)


def run_query(sql: str, results: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """
    Answer one SQL query over all finished runs.

    Parameters
    ----------
    sql : str
        One statement that reads. Tables: ``runs`` (a row a run, a column a figure of its summary by its dotted key),
        and ``jobs steps clusters events directives`` of all runs with ``run_id`` and ``folder``.
    results : Path
        Folder that holds the run folders.

    Returns
    -------
    names : list of str
    rows : list of tuple

    Raises
    ------
    InputError
        If it is no query, or reads or writes anything else.
    """
    import duckdb

    runs = list(finished_runs(results))
    if not runs:
        raise InputError(f"{results}: no finished runs there; run a scenario first")
    with duckdb.connect(":memory:") as connection:
        try:
            statements = connection.extract_statements(sql)
        except duckdb.Error as error:
            raise InputError(f"query: {_first(error)}") from error
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            got = f"{len(statements)} statements" if len(statements) != 1 else f"a statement {statements[0].type.name}"
            raise InputError(f"query: got {got}; expected one SELECT (or WITH, DESCRIBE, SUMMARIZE)")
        _register(connection, runs, results)
        for setting in ("python_enable_replacements=false", "enable_external_access=false", "lock_configuration=true"):
            connection.execute(f"SET {setting}")
        try:
            answer = connection.execute(statements[0])
            names = [str(column[0]) for column in answer.description or ()]
            return names, answer.fetchall()
        except duckdb.Error as error:
            raise InputError(f"query: {_first(error)}") from error


def _first(error: Exception) -> str:
    return str(error).strip()


def _register(connection: Any, runs: list[Found], results: Path) -> None:
    rows = []
    for run in runs:
        scenario = run.manifest["scenario"]
        rows.append(
            {
                "run_id": run.manifest["run_id"],
                "folder": run.folder.relative_to(results).as_posix(),
                "scenario": scenario["scenario"]["name"],
                "variant": scenario["variant"],
                "experiment": run.experiment,
                "point": run.point,
                "seed": run.manifest["seed"],
                "policy": scenario["scenario"]["policy"]["name"],
                "ended": run.manifest["ended"],
                "code": run.manifest["hashes"]["code"],
                **dict(flat(read_summary(run.folder))),
            }
        )
    connection.register("runs", columns_of(rows))
    for name in TABLES:
        connection.register(name, _records(name, runs, results))


def _records(name: str, runs: list[Found], results: Path) -> Any:
    """One table of all runs as a data set that is read when asked, with run id and folder of each row."""
    import pyarrow as pa
    import pyarrow.dataset as ds
    from pyarrow.fs import LocalFileSystem

    schema = arrow_schema(name)
    for column in ("run_id", "folder"):
        schema = schema.append(pa.field(column, pa.string()))
    form, system = ds.ParquetFileFormat(), LocalFileSystem()
    fragments = []
    for run in runs:
        path = run.folder / f"{name}.parquet"
        if path.is_file():
            here = run.folder.relative_to(results).as_posix()
            where = (ds.field("run_id") == run.manifest["run_id"]) & (ds.field("folder") == here)
            fragments.append(form.make_fragment(str(path.resolve()), system, partition_expression=where))
    return ds.FileSystemDataset(fragments, schema, form, system)
