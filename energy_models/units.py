"""Constants and conversions. Inside all is SI: J, W, s, kg; degC for temperatures, fractions 0 to 1."""

SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3_600.0
SECONDS_PER_DAY = 86_400.0
HOURS_PER_DAY = 24
HOURS_PER_YEAR = 8_760

W_PER_KW = 1e3
W_PER_MW = 1e6
W_PER_GW = 1e9

J_PER_WH = 3.6e3
J_PER_KWH = 3.6e6
J_PER_MWH = 3.6e9
J_PER_GWH = 3.6e12
J_PER_TWH = 3.6e15

KG_PER_T = 1e3
G_PER_KG = 1e3

KELVIN_OFFSET = 273.15


def kg_per_j(kg_per_kwh: float) -> float:
    """Turn an emission factor per kWh [kg/kWh] into one per joule [kg/J]."""
    return kg_per_kwh / J_PER_KWH


def cny_per_j(cny_per_kwh: float) -> float:
    """Turn a price per kWh [CNY/kWh] into one per joule [CNY/J]."""
    return cny_per_kwh / J_PER_KWH
