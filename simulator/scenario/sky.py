"""The weather of a hub: made from statistics, or read from a file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.base import InputFile, RowName, Spec

Twelve = Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]
Shift = Annotated[float, Field(ge=-3, le=3)]


class Normals(Spec):
    """Twelve monthly normals of a place, January to December; what is left out comes from the neighbours."""

    ghi_kwh_m2_day: Twelve | None = Field(None, description="global horizontal radiation a day [kWh/m2/d]")
    dry_bulb_c: Twelve | None = Field(None, description="mean dry bulb [degC]")
    wet_bulb_c: Twelve | None = Field(None, description="mean wet bulb [degC]")
    wind_speed_ms: Twelve | None = Field(None, description="mean wind speed at 10 m [m/s]")


class SyntheticWeather(Spec):
    """Weather made from monthly statistics; no file needed."""

    model: Literal["synthetic"] = "synthetic"
    site: RowName | None = Field(
        None,
        description="a station of the weather coefficient table, e.g. Hangzhou_CSWD; "
        "none = blended from the stations around the hub's location",
    )
    normals: Normals | None = Field(
        None,
        description="the place's own normals; spread, memory and course of the day stay those of the site or blend",
    )


class EpwWeather(Spec):
    """A typical year from an EPW file; its rows mark the end of their hour."""

    model: Literal["epw"]
    file: InputFile = Field(description="path, relative to this scenario file or to --data-dir")
    radiation_shift_h: Shift = Field(
        0.0, description="hours the radiation of this file runs late (see the weather page) [h]"
    )


class Tmy3Weather(Spec):
    """A typical year from a TMY3 file; its rows mark the end of their hour."""

    model: Literal["tmy3"]
    file: InputFile = Field(description="path, relative to this scenario file or to --data-dir")
    radiation_shift_h: Shift = Field(0.0, description="hours the radiation of this file runs late [h]")


class CsvColumns(Spec):
    """Columns of a weather csv by what they hold; exactly one of the three for moisture."""

    temp_air_c: str = Field(description="column with the dry bulb [degC]")
    ghi_w_per_m2: str = Field(description="column with global horizontal radiation [W/m2]")
    relative_humidity_pct: str | None = Field(None, description="column with relative humidity [%]")
    temp_dew_point_c: str | None = Field(None, description="column with the dew point [degC]")
    temp_wet_bulb_c: str | None = Field(None, description="column with the wet bulb [degC]")
    pressure_pa: str | None = Field(None, description="column with station pressure; none = standard atmosphere [Pa]")
    wind_speed_ms: str | None = Field(None, description="column with wind speed at 10 m; none = 2 m/s [m/s]")


class CsvWeather(Spec):
    """A calendar year of hourly weather from a csv file, laid on the scenario's year by date."""

    model: Literal["csv"]
    file: InputFile = Field(description="path, relative to this scenario file or to --data-dir")
    columns: CsvColumns
    stamp: Literal["hour_beginning", "hour_ending", "instant"] = Field(
        description="what the time of a row marks; instants are averaged with the next"
    )
    time_column: str = Field("time", description="column with ISO 8601 times")
    utc_offset_h: float = Field(8.0, ge=-12, le=14, description="zone of the times, whole hours [h]")
    radiation_shift_h: Shift = Field(0.0, description="hours the radiation of this file runs late [h]")


Weather = Annotated[SyntheticWeather | EpwWeather | Tmy3Weather | CsvWeather, Field(discriminator="model")]


class CapacityFactors(Spec):
    """A year of hourly capacity factors of a province, laid on the scenario's year by date."""

    file: InputFile = Field(description="csv(.gz) with 8,760 or 8,784 hourly rows from 1 January, UTC+8")
    column: str = Field(description="column of the file, from 0 to 1 [-]")
    stamp: Literal["hour_beginning", "hour_ending"] = Field(
        description="what the first row marks: the beginning or the end of the first hour; "
        "hour_ending rows begin one hour before their stamp"
    )
