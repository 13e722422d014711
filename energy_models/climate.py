"""Synthetic hourly weather of several places from monthly statistics of typical-year files.

Radiation is pvlib's clear sky times a random daily and hourly clearness; temperature, wet bulb and wind are
monthly means with daily courses and autocorrelated departures. Monthly means of radiation, dry bulb, wet
bulb and wind are met in every calendar month of the span, so a synthetic year is a typical year: it has
weather, but no hot or windy years. Places are correlated by distance. Left out: the link of temperature to
wind, fronts, trends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from energy_models.places import Site, station
from energy_models.provinces import load_shape, synthetic_solar_cf, synthetic_wind_cf
from energy_models.psychrometrics import Floats, relative_humidity, standard_pressure_pa, wet_bulb_c
from energy_models.stochastic import Calendar, add_to_match, distance_correlation, gaussian_series
from energy_models.sun import Sun, naive_utc8, split_ghi, sun_at_hours
from energy_models.tables import value
from energy_models.weather import Weather

# one door to everything synthetic
__all__ = ["load_shape", "synthetic_solar_cf", "synthetic_weather", "synthetic_wind_cf"]


@dataclass(frozen=True)
class _Noise:
    """Standard Gaussian departures of all places: daily ones (days, sites), hourly ones (hours, sites)."""

    sun: Floats
    cloud: Floats
    temp: Floats
    temp_hour: Floats
    moisture: Floats
    wind: Floats


def synthetic_weather(
    sites: Sequence[str | Site], start: datetime, hours: int, rng: np.random.Generator
) -> list[Weather]:
    """
    Make hourly weather of several places on one clock.

    Parameters
    ----------
    sites : sequence of str or Site
        Stations of the tables ``weather_*.csv``, or places made by `energy_models.places`; a name given twice gets
        the same weather twice.
    start : datetime
        Beginning of the first hour, UTC+8.
    hours : int
        Length, 1 or more.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    list of Weather
        One for each name, in their order.

    Raises
    ------
    ValueError
        For an unknown site; the message lists the sites there are.

    Notes
    -----
    Statistics: CSWD (China Meteorological Bureau and Tsinghua University) and TMYx (Climate.OneBuilding.Org)
    typical years, as measured in the tables. Daily clearness: beta margin over Ineichen clear sky (pvlib) in
    a Gaussian copula.
    """
    asked = [station(site) if isinstance(site, str) else site for site in sites]
    places = list({site.name: site for site in asked}.values())
    calendar = Calendar(naive_utc8(start), hours)
    noise = _draw(places, calendar.days, rng)
    made = {site.name: _one(site, calendar, noise, column) for column, site in enumerate(places)}
    return [made[site.name] for site in asked]


def _draw(places: list[Site], days: int, rng: np.random.Generator) -> _Noise:
    latitude = np.array([site.place[0] for site in places])
    longitude = np.array([site.place[1] for site in places])
    near = {
        what: distance_correlation(latitude, longitude, value("climate", f"{what}_correlation_length_km"))
        for what in ("sun", "temp", "wind")
    }
    count = len(places)
    temp_lag = np.array([site.numbers["temp_daily_lag1"] for site in places])
    return _Noise(
        sun=gaussian_series(rng, days, near["sun"], np.array([_within_months(site)[1] for site in places])),
        cloud=gaussian_series(rng, days * 24, near["sun"], np.full(count, value("climate", "clearness_hourly_lag1"))),
        temp=gaussian_series(rng, days, near["temp"], temp_lag),
        temp_hour=gaussian_series(rng, days * 24, near["temp"], np.full(count, value("climate", "temp_hourly_lag1"))),
        moisture=gaussian_series(rng, days, near["temp"], temp_lag),
        wind=gaussian_series(rng, days * 24, near["wind"], np.array([site.numbers["wind_lag1"] for site in places])),
    )


def _one(site: Site, calendar: Calendar, noise: _Noise, column: int) -> Weather:
    sun = sun_at_hours(calendar.midnight, calendar.days * 24, *site.place)
    clear = _clear_sky_ghi(site, calendar, sun)
    clearness = _daily_clearness(site, calendar, clear, noise.sun[:, column])
    ghi = _radiation(site, calendar, clear, clearness, noise.cloud[:, column])
    dni, dhi = split_ghi(ghi, sun)
    warmth = _warmth(calendar, noise.sun[:, column], noise.temp[:, column])
    temp = _dry_bulb(site, calendar, clearness, warmth, noise.temp_hour[:, column])
    pressure = np.full(temp.size, standard_pressure_pa(site.place[2]))
    dryness = _dryness(site, noise.sun[:, column], noise.temp[:, column], noise.moisture[:, column])
    wet = _wet_bulb(site, calendar, temp, pressure, dryness)
    wind = _wind_speed(site, calendar, noise.wind[:, column])
    cut = calendar.cut
    return Weather(
        temp_air_c=temp[cut],
        temp_wet_bulb_c=wet[cut],
        relative_humidity=np.clip(relative_humidity(temp, wet, pressure), 0.0, 1.0)[cut],
        pressure_pa=pressure[cut],
        ghi_w_per_m2=ghi[cut],
        dni_w_per_m2=dni[cut],
        dhi_w_per_m2=dhi[cut],
        wind_speed_ms=wind[cut],
    )


def _clear_sky_ghi(site: Site, calendar: Calendar, sun: Sun) -> Floats:
    from pvlib.atmosphere import get_absolute_airmass, get_relative_airmass
    from pvlib.clearsky import ineichen

    air_mass = get_absolute_airmass(get_relative_airmass(sun.apparent_zenith_deg), standard_pressure_pa(site.place[2]))
    turbidity = np.repeat(calendar.smooth(site.monthly["linke_turbidity"]), 24)
    with np.errstate(divide="ignore", invalid="ignore"):  # pvlib divides by the cosine of the zenith at night too
        clear = ineichen(
            sun.apparent_zenith_deg,
            air_mass,
            turbidity,
            altitude=site.place[2],
            dni_extra=sun.extraterrestrial_w_per_m2,
        )
    return np.nan_to_num(np.asarray(clear["ghi"]))


def _within_months(site: Site) -> tuple[float, float]:
    """Spread [kWh/m2] and day-to-day autocorrelation of the daily sum once the seasons are taken out."""
    total, lag1 = site.numbers["ghi_daily_std_kwh_m2"] ** 2, site.numbers["ghi_daily_lag1"]
    season = float(np.var(site.monthly["ghi"]))
    inside = max(total - season, 0.1 * total)
    return float(np.sqrt(inside)), float(np.clip((lag1 * total - season) / inside, 0.0, 0.9))


def _daily_clearness(site: Site, calendar: Calendar, clear: Floats, noise: Floats) -> Floats:
    """Daily sum over clear-sky sum, beta margin, with the month's mean radiation; shape (days,) [-]."""
    from scipy.special import betaincinv, ndtr

    low, high = value("climate", "clearness_lowest"), value("climate", "clearness_highest")
    daily_clear = clear.reshape(-1, 24).sum(axis=1) / 1e3
    mean = calendar.smooth(site.monthly["ghi"]) / daily_clear
    mean = np.clip((mean - low) / (high - low), 0.05, 0.95)
    spread = _within_months(site)[0] / np.sqrt(np.mean(daily_clear**2)) / (high - low)
    # a beta margin between its bounds cannot be wider than mean (1 - mean)
    concentration = np.maximum(mean * (1.0 - mean) / spread**2 - 1.0, 0.3)
    days = low + (high - low) * betaincinv(mean * concentration, (1.0 - mean) * concentration, ndtr(noise))
    target = calendar.block_values(site.monthly["ghi"])
    for _ in range(10):
        ratio = target / calendar.block_means(days * daily_clear)
        days = np.clip(days * ratio[calendar.block], low, high)
    return days


def _radiation(site: Site, calendar: Calendar, clear: Floats, clearness: Floats, noise: Floats) -> Floats:
    """Global radiation: daily clearness with hourly cloud, the month's mean kept; shape (hours,) [W/m2]."""
    day = np.repeat(clearness, 24)
    spread = value("climate", "clearness_hourly_spread") * np.maximum(day * (1.05 - day), 0.0)
    ghi = clear * np.minimum(day * np.exp(spread * noise), 1.08)
    by_day, clear_by_day = ghi.reshape(-1, 24), clear.reshape(-1, 24)
    by_day = by_day * (clearness * clear_by_day.sum(axis=1) / by_day.sum(axis=1))[:, None]
    daily = np.minimum(by_day, 1.08 * clear_by_day)
    ratio = calendar.block_values(site.monthly["ghi"]) / calendar.block_means(daily.sum(axis=1) / 1e3)
    return (daily * ratio[calendar.block][:, None]).ravel()


def _warmth(calendar: Calendar, sun: Floats, temp: Floats) -> Floats:
    """Daily departure of temperature: sunny days are hot in summer, not in winter; shape (days,) [-]."""
    winter, summer = (
        value("climate", "temp_sun_correlation_winter"),
        value("climate", "temp_sun_correlation_summer"),
    )
    # a cosine of the year with its crest in mid-July
    monthly = winter + (summer - winter) * 0.5 * (1.0 - np.cos(2 * np.pi * np.arange(12) / 12.0))
    tie = calendar.smooth(monthly)
    return tie * sun + np.sqrt(1.0 - tie**2) * temp


def _dryness(site: Site, sun: Floats, temp: Floats, moisture: Floats) -> Floats:
    """Daily departure of the wet-bulb depression: wide on sunny and on warm days; shape (days,) [-]."""
    with_sun = site.numbers["depression_sun_correlation"]
    summer, winter = (
        value("climate", "temp_sun_correlation_summer"),
        value("climate", "temp_sun_correlation_winter"),
    )
    # part of the tie to temperature comes by way of the sun
    with_temp = site.numbers["depression_temp_correlation"] - with_sun * 0.5 * (summer + winter)
    rest = np.sqrt(max(1.0 - with_sun**2 - with_temp**2, 0.0))
    return with_sun * sun + with_temp * temp + rest * moisture


def _dry_bulb(site: Site, calendar: Calendar, clearness: Floats, daily: Floats, hourly: Floats) -> Floats:
    """Dry bulb with the month's mean and daily range; shape (hours,) [degC]."""
    share = value("climate", "temp_range_sun_share")
    sunny = 1.0 - share + share * clearness / calendar.block_means(clearness)[calendar.block]
    course = (calendar.smooth(site.monthly["temp_range"]) * sunny)[:, None] * site.hourly["dry_bulb_shape"]
    departure = calendar.smooth(site.monthly["temp_daily_std"]) * daily
    noon = np.arange(calendar.days) * 24.0 + 12.0
    base = np.interp(np.arange(calendar.days * 24) + 0.5, noon, departure)
    rest = base + course.ravel() + value("climate", "temp_hourly_std_k") * hourly
    rest_by_day = rest.reshape(-1, 24).mean(axis=1)
    level = add_to_match(calendar, lambda offset: offset + rest_by_day, site.monthly["dry_bulb"])
    return np.interp(np.arange(calendar.days * 24) + 0.5, noon, level) + rest


def _wet_bulb(site: Site, calendar: Calendar, temp: Floats, pressure: Floats, dryness: Floats) -> Floats:
    """Dry bulb less a depression that is wide on dry days and in the afternoon; shape (hours,) [degC]."""
    lowest = value("climate", "depression_lowest_k")
    driest = np.full(temp.size, value("climate", "relative_humidity_lowest"))
    widest = (temp - wet_bulb_c(temp, driest, pressure)).reshape(-1, 24)
    daily = np.exp(site.numbers["depression_log_std"] * dryness)
    by_day = temp.reshape(-1, 24)
    course = site.numbers["depression_slope"] * (by_day - by_day.mean(axis=1, keepdims=True))

    def depression(log_level: Floats) -> Floats:
        return np.clip((np.exp(log_level) * daily)[:, None] + course, lowest, widest)

    wanted = calendar.block_values(site.monthly["dry_bulb"] - site.monthly["wet_bulb"])
    level = np.zeros(calendar.days)
    for _ in range(10):
        means = calendar.block_means(depression(level).mean(axis=1))
        level = level + calendar.block_smooth(np.log(wanted / means))
    return temp - depression(level).ravel()


def _wind_speed(site: Site, calendar: Calendar, noise: Floats) -> Floats:
    """Weibull wind with extra calms, the day's course and the month's mean; shape (hours,) [m/s]."""
    from scipy.special import ndtr

    shape = site.numbers["wind_weibull_k"]
    mean = float(site.monthly["wind_speed"].mean())
    light = 1.0 - np.exp(-((0.5 / (1.13 * mean)) ** shape))  # a Weibull's own share of calms; c is about 1.13 x mean
    calm = max(site.numbers["wind_calm_share"] - light, 0.0)
    level = np.maximum(ndtr(noise) - calm, 0.0) / (1.0 - calm)
    speed = (-np.log1p(-np.minimum(level, 1.0 - 1e-9))) ** (1.0 / shape)
    speed = speed.reshape(-1, 24) * site.hourly["wind_speed_shape"]
    ratio = calendar.block_values(site.monthly["wind_speed"]) / calendar.block_means(speed.mean(axis=1))
    return (speed * ratio[calendar.block][:, None]).ravel()
