"""What all parts of a scenario share: frozen, closed to unknown keys; names, instants, file fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

UTC8 = timezone(timedelta(hours=8))

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
# A row of a coefficient table: the room that owns the table checks it.
RowName = Annotated[str, Field(min_length=1)]


class Spec(BaseModel):
    """A frozen part of a scenario; unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Title(Spec):
    """A text in both languages of the reports."""

    zh: str = Field(description="Chinese")
    en: str = Field(description="English")


class RuleError(PydanticCustomError):
    """A value that breaks a rule of one field or model, told as got, expected and hint."""

    def __new__(cls, got: str, expected: str, hint: str = "") -> RuleError:
        """Build the error pydantic collects; the texts travel in its context."""
        return super().__new__(cls, "rule", "{got}", {"got": got, "expected": expected, "hint": hint})


_INSTANT = "a quoted ISO 8601 instant with its zone"


def read_instant(value: Any) -> datetime:
    """
    Read an instant and express it in UTC+8, the fixed zone of the simulator.

    Parameters
    ----------
    value : str or datetime
        ISO 8601 with zone (``2025-01-01T00:00:00+08:00``), or a datetime that knows its zone.

    Returns
    -------
    datetime
        The instant in UTC+8.

    Raises
    ------
    RuleError
        If it is no instant or has no zone.
    """
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise RuleError(
                f"{value!r}", _INSTANT, "write it like '2025-01-01T00:00:00+08:00', quotes included"
            ) from error
    elif isinstance(value, datetime):
        instant = value
    else:
        raise RuleError(f"{value!r}", _INSTANT, "write it like '2025-01-01T00:00:00+08:00', quotes included")
    if instant.tzinfo is None:
        hint = f"the region keeps UTC+8: write '{instant.isoformat()}+08:00'"
        raise RuleError(f"{str(value)!r}, which has no zone", _INSTANT, hint)
    try:
        return instant.astimezone(UTC8)
    except (OverflowError, ValueError) as error:
        raise RuleError(f"{str(value)!r}", "an instant of the years 1 to 9999") from error


Instant = Annotated[datetime, BeforeValidator(read_instant), WithJsonSchema({"type": "string", "format": "date-time"})]


@dataclass(frozen=True)
class FileMark:
    """Marks a text field that names an input file, so that the loader makes it absolute."""


InputFile = Annotated[str, FileMark()]


@dataclass(frozen=True)
class DefaultModel:
    """Marks a choice of models with the one that a mapping without ``model`` means."""

    tag: str
