"""Records: the column tables a run emits, their schema, and the run folder they are kept in."""

from simulator.records.folder import (
    figures_folder,
    must_be_a_run,
    new_run_folder,
    package_version,
    read_manifest,
    read_summary,
    write_json,
)
from simulator.records.reference import column_reference
from simulator.records.schema import FINAL_STATES, OPTIONAL, TABLES, Column, arrow_schema
from simulator.records.tables import Records, read_tables, table_from_arrays, write_tables

__all__ = [
    "FINAL_STATES",
    "OPTIONAL",
    "TABLES",
    "Column",
    "Records",
    "arrow_schema",
    "column_reference",
    "figures_folder",
    "must_be_a_run",
    "new_run_folder",
    "package_version",
    "read_manifest",
    "read_summary",
    "read_tables",
    "table_from_arrays",
    "write_json",
    "write_tables",
]
