"""One meter interval of the sites: which source serves the facility, what the battery does, what the meter
sees.

All powers are means over the interval, at the site bus, named and never negative. For every hub

``grid_import + contract_delivered + direct_green_used + pv_used + wind_used + battery_discharge
= facility + battery_charge + grid_export``.

Order: on-site PV, wind and the direct green line serve the facility first; what is left charges the battery,
then is exported up to the limit (of the direct line's output no more than its rules allow), the rest is
curtailed. A deficit is met from the battery as its policy says (always as far as needed to hold the import
limit), then by metered import, of which a contract covers what it delivers in the same interval. Contract
output above that settles financially and never flows. The battery keeps its green share by proportional
mixing. Left out: power flow inside the site, reactive power, losses between bus and meter.

What a battery does beside that, by policy: *self consumption* meets every deficit; *tariff* charges from the
meter in valleys and meets the deficit at peaks; *green first* charges from contract output above the load and
meets what contracts leave uncovered; *peak shaving* holds metered import at the target, or at the highest
import of the month so far where that is higher, and refills below it outside peaks.
"""

import numpy as np
import numpy.typing as npt

from energy_models.compiled import compiled
from energy_models.storage import charge_limit_w, discharge_limit_w, kept_share, moved_energy_j

Records = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]

POLICY_NONE, POLICY_SELF_CONSUMPTION, POLICY_TARIFF, POLICY_GREEN_FIRST, POLICY_PEAK_SHAVING = 0, 1, 2, 3, 4
DEEP_VALLEY, VALLEY, FLAT, PEAK, SHARP = -2, -1, 0, 1, 2

SITE_DTYPE = np.dtype(
    [
        ("import_limit_w", "f8"),
        ("export_limit_w", "f8"),
        ("facility_limit_w", "f8"),  # inf for none
        ("charge_power_w", "f8"),  # 0 for no battery
        ("discharge_power_w", "f8"),
        ("battery_capacity_j", "f8"),
        ("efficiency_charge", "f8"),
        ("efficiency_discharge", "f8"),
        ("soc_min", "f8"),
        ("standing_loss_per_h", "f8"),
        ("energy_stored_j", "f8"),  # state
        ("green_stored_j", "f8"),  # state: the part of it that is clean energy
        ("peak_target_w", "f8"),  # for peak shaving
        ("peak_import_w", "f8"),  # state: highest metered import of the month so far
        ("battery_policy", "i1"),  # POLICY_*
    ],
    align=True,
)
"""One hub: its limits, its battery and the battery's state."""

OFFER_DTYPE = np.dtype(
    [
        ("pv_w", "f8"),
        ("wind_w", "f8"),
        ("direct_green_w", "f8"),
        ("direct_export_w", "f8"),  # most of it that may be exported
        ("contract_w", "f8"),
        ("tariff_rank", "i1"),  # DEEP_VALLEY ... SHARP
        ("month_begins", "i1"),  # 1 in the first interval of a month
    ],
    align=True,
)
"""What one interval offers to one hub."""

FLOW_DTYPE = np.dtype(
    [
        ("grid_import_w", "f8"),
        ("contract_delivered_w", "f8"),
        ("direct_green_used_w", "f8"),
        ("pv_used_w", "f8"),
        ("wind_used_w", "f8"),
        ("battery_charge_w", "f8"),
        ("battery_discharge_w", "f8"),
        ("grid_export_w", "f8"),
        ("direct_green_exported_w", "f8"),  # of it: from the direct line
        ("curtailed_w", "f8"),
        ("contract_surplus_w", "f8"),
        ("battery_loss_w", "f8"),
        ("energy_stored_j", "f8"),
        ("green_stored_j", "f8"),
        ("clean_supply_w", "f8"),
    ]
)
"""What flowed in one interval at one hub."""


@compiled
def facility_cap_w(sites: Records, offers: Records, period_s: float, caps: Floats) -> None:
    """
    Fill in the highest facility power each hub can hold over an interval.

    Parameters
    ----------
    sites : ndarray of SITE_DTYPE, shape (hubs,)
        Read only.
    offers : ndarray of OFFER_DTYPE, shape (hubs,)
        On-site generation of the interval.
    period_s : float
        Length of the interval. [s]
    caps : ndarray, shape (hubs,)
        Filled with ``min(facility_limit, import_limit + on-site generation + battery power sustainable
        through the interval)``. [W]
    """
    for hub in range(sites.shape[0]):
        site = sites[hub]
        offer = offers[hub]
        energy_j = site["energy_stored_j"] * kept_share(site["standing_loss_per_h"], period_s)
        battery_w = discharge_limit_w(
            energy_j,
            site["soc_min"] * site["battery_capacity_j"],
            site["discharge_power_w"],
            site["efficiency_discharge"],
            period_s,
        )
        on_site_w = offer["pv_w"] + offer["wind_w"] + offer["direct_green_w"]
        caps[hub] = min(site["facility_limit_w"], site["import_limit_w"] + on_site_w + battery_w)


@compiled
def settle(sites: Records, offers: Records, facility_w: Floats, period_s: float, flows: Records) -> None:
    """
    Settle one meter interval of all hubs; the battery state in `sites` is updated in place.

    Parameters
    ----------
    sites : ndarray of SITE_DTYPE, shape (hubs,)
        Limits, batteries and their state; ``energy_stored_j`` and ``green_stored_j`` change.
    offers : ndarray of OFFER_DTYPE, shape (hubs,)
        What the interval offers.
    facility_w : ndarray, shape (hubs,)
        Mean facility power, 0 or more. [W]
    period_s : float
        Length of the interval. [s]
    flows : ndarray of FLOW_DTYPE, shape (hubs,)
        Filled.

    Notes
    -----
    ``grid_import + contract_delivered`` is the metered import. It passes the import limit only if
    `facility_w` is above `facility_cap_w`: the settlement books what was drawn, the breach is the engine's
    to prevent. ``battery_charge - battery_discharge - battery_loss`` is the change of ``energy_stored_j``
    over the interval.
    """
    for hub in range(sites.shape[0]):
        _settle_hub(sites[hub], offers[hub], facility_w[hub], period_s, flows[hub])


@compiled
def _settle_hub(site, offer, facility_w, period_s, flow):  # type: ignore[no-untyped-def]
    kept = kept_share(site["standing_loss_per_h"], period_s)
    standing_loss_w = site["energy_stored_j"] * (1.0 - kept) / period_s
    site["energy_stored_j"] = site["energy_stored_j"] * kept
    site["green_stored_j"] = site["green_stored_j"] * kept

    on_site_w = offer["pv_w"] + offer["wind_w"] + offer["direct_green_w"]
    surplus_w = max(on_site_w - facility_w, 0.0)
    deficit_w = max(facility_w - on_site_w, 0.0)
    if offer["month_begins"] != 0:
        site["peak_import_w"] = 0.0
    charge_on_site_w, charge_grid_w, discharge_w = _battery_plan(site, offer, surplus_w, deficit_w, period_s)
    export_w = _export_w(site, offer, surplus_w - charge_on_site_w, facility_w + charge_on_site_w)
    import_to_load_w = max(deficit_w - discharge_w, 0.0)

    import_w = import_to_load_w + charge_grid_w
    site["peak_import_w"] = max(site["peak_import_w"], import_w)
    delivered_w = min(import_w, offer["contract_w"])
    delivered_to_load_w = min(delivered_w, import_to_load_w)
    clean_charge_w = charge_on_site_w + (delivered_w - delivered_to_load_w)
    clean_discharge_w = _move_battery(site, charge_on_site_w + charge_grid_w, clean_charge_w, discharge_w, period_s)

    flow["grid_import_w"] = import_w - delivered_w
    flow["contract_delivered_w"] = delivered_w
    flow["contract_surplus_w"] = offer["contract_w"] - delivered_w
    flow["battery_charge_w"] = charge_on_site_w + charge_grid_w
    flow["battery_discharge_w"] = discharge_w
    flow["battery_loss_w"] = (
        standing_loss_w
        + (charge_on_site_w + charge_grid_w) * (1.0 - site["efficiency_charge"])
        + discharge_w * (1.0 / site["efficiency_discharge"] - 1.0)
    )
    flow["grid_export_w"] = export_w
    flow["energy_stored_j"] = site["energy_stored_j"]
    flow["green_stored_j"] = site["green_stored_j"]
    used_w = (on_site_w - surplus_w) + charge_on_site_w + export_w
    flow["curtailed_w"] = max(on_site_w - used_w, 0.0)
    _share_out(used_w, offer, flow)
    flow["direct_green_exported_w"] = min(export_w, flow["direct_green_used_w"])
    clean_w = (on_site_w - surplus_w) + delivered_to_load_w + clean_discharge_w
    flow["clean_supply_w"] = min(clean_w, facility_w)


@compiled
def _export_w(site, offer, left_w, used_w):  # type: ignore[no-untyped-def]
    """Return what of `left_w` flows back: own generation first, then the line as far as its rules allow [W]."""
    own_left_w = min(max(offer["pv_w"] + offer["wind_w"] - used_w, 0.0), left_w)
    return min(own_left_w + min(left_w - own_left_w, offer["direct_export_w"]), site["export_limit_w"])


@compiled
def _battery_plan(site, offer, surplus_w, deficit_w, period_s):  # type: ignore[no-untyped-def]
    """Charge from on-site surplus, charge from the meter, discharge [W]; never both ways at once."""
    most_charge_w = charge_limit_w(
        site["energy_stored_j"],
        site["battery_capacity_j"],
        site["charge_power_w"],
        site["efficiency_charge"],
        period_s,
    )
    most_discharge_w = discharge_limit_w(
        site["energy_stored_j"],
        site["soc_min"] * site["battery_capacity_j"],
        site["discharge_power_w"],
        site["efficiency_discharge"],
        period_s,
    )
    charge_on_site_w = min(surplus_w, most_charge_w)
    give_w, take_w = _wishes_w(site, offer, deficit_w)
    discharge_w = min(max(give_w, deficit_w - site["import_limit_w"], 0.0), most_discharge_w)
    charge_grid_w = 0.0
    if discharge_w == 0.0:
        room_w = max(min(take_w, site["import_limit_w"] - deficit_w), 0.0)
        charge_grid_w = min(most_charge_w - charge_on_site_w, room_w)
    return charge_on_site_w, charge_grid_w, discharge_w


@compiled
def _wishes_w(site, offer, deficit_w):  # type: ignore[no-untyped-def]
    """Return what the policy would discharge and what it would charge from the meter, without limits [W]."""
    policy, rank = site["battery_policy"], offer["tariff_rank"]
    if policy == POLICY_SELF_CONSUMPTION:
        return deficit_w, 0.0
    if policy == POLICY_TARIFF:
        return (deficit_w if rank >= PEAK else 0.0), (np.inf if rank <= VALLEY else 0.0)
    if policy == POLICY_GREEN_FIRST:
        return deficit_w - offer["contract_w"], offer["contract_w"] - deficit_w
    if policy == POLICY_PEAK_SHAVING:
        target_w = max(site["peak_target_w"], site["peak_import_w"])
        return deficit_w - target_w, (target_w - deficit_w if rank < PEAK else 0.0)
    return 0.0, 0.0


@compiled
def _move_battery(site, charge_w, clean_charge_w, discharge_w, period_s):  # type: ignore[no-untyped-def]
    """Update the stored energy and its clean part; return the clean part of the discharge [W]."""
    stored_j = site["energy_stored_j"]
    green_share = 0.0
    if stored_j > 0.0:
        green_share = min(site["green_stored_j"] / stored_j, 1.0)
    eta_charge, eta_discharge = site["efficiency_charge"], site["efficiency_discharge"]
    clean_discharge_w = discharge_w * green_share
    stored_j += moved_energy_j(charge_w, discharge_w, eta_charge, eta_discharge, period_s)
    green_j = site["green_stored_j"] + moved_energy_j(
        clean_charge_w, clean_discharge_w, eta_charge, eta_discharge, period_s
    )
    # the limits are exact to the last digit but one: keep the rounding out of the state
    site["energy_stored_j"] = min(max(stored_j, 0.0), site["battery_capacity_j"])
    site["green_stored_j"] = min(max(green_j, 0.0), site["energy_stored_j"])
    return clean_discharge_w


@compiled
def _share_out(used_w, offer, flow):  # type: ignore[no-untyped-def]
    """Split the on-site power used: PV, wind, direct line, so that the line is curtailed first."""
    flow["pv_used_w"] = min(used_w, offer["pv_w"])
    flow["wind_used_w"] = min(used_w - flow["pv_used_w"], offer["wind_w"])
    flow["direct_green_used_w"] = max(used_w - flow["pv_used_w"] - flow["wind_used_w"], 0.0)
