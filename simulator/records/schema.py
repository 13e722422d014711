"""
Every column a run writes: name, type, unit, meaning. Files, documentation and checks all read this one table.

Times are seconds since the scenario's start (the warm-up is negative and is not written). ``*_w`` in `STEPS`
is the mean over the meter interval that begins at ``time_s``; energy is power times 900 s. Flows are named
and non-negative; each row closes the site balance ``grid_import + contract_delivered + direct_green_used +
pv_used + wind_used + battery_discharge = it + cooling + other + battery_charge + grid_export``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.dictionary(pa.int32(), pa.string())

# every job ends the run in exactly one of these
FINAL_STATES = (
    "finished", "failed", "killed", "rejected", "held", "transferring", "waiting", "suspended", "running",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, unit ("-" for none) and meaning."""

    name: str
    type: pa.DataType
    unit: str
    meaning: str


def _floats(unit: str, **meanings: str) -> tuple[Column, ...]:
    return tuple(Column(name, pa.float64(), unit, meaning) for name, meaning in meanings.items())


JOBS = (
    Column("job_id", pa.string(), "-", "unique in the run"),
    *_floats("s", submission_time="when it was submitted; negative for work carried in from the warm-up"),
    *_floats("s", starting_time="first start; empty if it never started"),
    *_floats("s", finish_time="when it left the system; empty if it is still there at the end"),
    *_floats("s", waiting_time="starting_time - submission_time"),
    *_floats("s", turnaround_time="finish_time - submission_time"),
    *_floats("s", deadline_time="latest finish that was promised; empty if none"),
    Column("final_state", TEXT, "-", "one of " + " ".join(FINAL_STATES)),
    Column("reason", TEXT, "-", "why it was rejected or given up; empty otherwise"),
    Column("refused_by", TEXT, "-", "what first refused it a start for watts or clean energy; empty if nothing did"),
    *_floats("s", refused_time="when that was; empty if never"),
    Column("hub", TEXT, "-", "hub it was bound to; empty if none"),
    Column("cluster", TEXT, "-", "cluster it was bound to; empty if none"),
    Column("class", TEXT, "-", "job class"),
    Column("origin", TEXT, "-", "hub its users are at"),
    Column("precision", TEXT, "-", "precision of its arithmetic"),
    Column("devices", pa.int64(), "device", "devices it holds while it runs: asked, or whole servers; 1 if shared"),
    Column("milli_devices", pa.int64(), "1/1000 device", "asked by a job that shares a device; 0 = whole devices"),
    Column("stands_for", pa.int64(), "-", "real jobs this simulated job stands for"),
    *_floats("s", requested_s="requested run time in work seconds of the reference device"),
    *_floats("s", work_s="actual run time, same basis"),
    *_floats("device s", asked_device_s="work_s x devices asked, less what was done before the window"),
    *_floats("device s", executed_device_s="reference work done in the window"),
    *_floats("device s", lost_device_s="of that, rolled back; and restores and checkpoints paid"),
    *_floats("device s", remaining_device_s="work not done when it left or the window ended; 0 if rejected"),
    *_floats("device s", held_device_s="device-seconds held in the window, wall time; of a shared device its share"),
    *_floats("FLOP", flop="operations done in the window: held x duty x MFU x speed x peak of the job's precision"),
    *_floats("J", dynamic_energy_j="IT energy above idle in the window"),
    *_floats("s", transfer_s="time its data were on their way, of transfers that began in the window"),
    *_floats("byte", moved_byte="data moved between hubs, once for each transfer"),
    *_floats("J", network_energy_j="electricity of the data network for that; in no hub's balance"),
    *_floats("CNY", network_cost_cny="price of that"),
    *_floats(
        "J",
        consumed_energy_j="facility energy attributed to it, with a share of idle and overhead [accounting]",
    ),
    *_floats("kg", carbon_kg="location-based CO2 attributed to it [accounting]"),
    *_floats("CNY", cost_cny="electricity cost attributed to it [accounting]"),
)

STEPS = (
    Column("hub", TEXT, "-", "hub"),
    *_floats("s", time_s="start of the meter interval"),
    *_floats("W", it_w="IT power"),
    *_floats("W", it_idle_w="of it: idle servers, those that boot and standby"),
    *_floats("W", it_boot_w="of it_idle_w: servers that boot"),
    *_floats("W", it_jobs_w="of it: jobs"),
    *_floats("W", it_services_w="of it: services"),
    *_floats("W", cooling_w="cooling"),
    *_floats("W", other_w="conversion losses and fixed overhead"),
    *_floats("W", facility_w="IT + cooling + other"),
    *_floats("W", facility_max_w="highest facility power in the interval"),
    *_floats("W", cap_w="power cap in force, the highest of the interval where a limit begins or ends within it"),
    *_floats("W", cap_headroom_w="least that was left between facility power and the cap of that instant"),
    Column("cap_cause", TEXT, "-", "what sets the cap, where it is lowest in the interval"),
    *_floats("W", it_slowed_w="IT power not drawn because clusters are slowed"),
    *_floats("W", it_parked_w="IT power not drawn because idle servers are off for lack of watts"),
    *_floats("W", it_powered_down_w="IT power not drawn because idle servers are powered down, less their standby"),
    *_floats("W", clean_headroom_w="facility power the least clean share leaves the hub's pool; empty without one"),
    *_floats("W", pv_available_w="PV that could be used", wind_available_w="on-site wind, the same"),
    *_floats("W", contract_available_w="contract output of the interval"),
    *_floats(
        "CNY/kWh",
        contract_premium_cny_per_kwh="premium of the contract energy delivered, mean over contracts",
    ),
    *_floats("W", grid_import_w="metered import not covered by contracts"),
    *_floats("W", contract_delivered_w="metered import covered by contracts"),
    *_floats("W", trade_delivered_w="of contract_delivered_w: over interties, measured on arrival"),
    *_floats("W", trade_sent_w="sent for it at the plants; the difference is lost on the lines"),
    *_floats("W", trade_blocked_w="contract output elsewhere the lines could not take, measured at the plants"),
    *_floats("W", direct_green_available_w="output behind the direct green line that the line can carry"),
    *_floats("W", direct_green_used_w="direct green line to load, battery or export"),
    *_floats("W", direct_green_exported_w="of it: exported"),
    *_floats("W", pv_used_w="PV to load, battery or export"),
    *_floats("W", wind_used_w="wind, the same"),
    *_floats("W", battery_charge_w="into the battery at the bus", battery_discharge_w="out of it at the bus"),
    *_floats("W", grid_export_w="to the grid"),
    *_floats("W", curtailed_w="on-site generation not used"),
    *_floats("W", battery_loss_w="lost in the battery"),
    *_floats("J", energy_stored_j="in the battery at the end of the interval", green_stored_j="of it: clean energy"),
    *_floats("W", clean_supply_w="contract, direct green, PV, wind and clean discharge that served the facility"),
    *_floats("L", water_l="site water evaporated and blown down in the interval"),
    *_floats("degC", temp_wet_bulb_c="wet bulb", temp_air_c="dry bulb"),
    *_floats("CNY/kWh", energy_price_cny_per_kwh="energy part of the tariff, or the spot price"),
    *_floats("CNY/kWh", delivery_price_cny_per_kwh="network, losses, system operation and funds"),
    *_floats("-", price_ratio="of the period in force to flat"),
    *_floats(
        "CNY/kWh",
        contract_price_gap_cny_per_kwh="agreed energy price less the tariff's, mean over contracts; 0 if none agreed",
        wheeling_price_cny_per_kwh="transport over interties, mean over the contract energy delivered",
    ),
    *_floats("kg/kWh", ci_location_kg_per_kwh="average factor of the province, hourly shape"),
    *_floats("kg/kWh", ci_marginal_kg_per_kwh="marginal factor"),
    *_floats("kg/kWh", ci_traded_marginal_kg_per_kwh="marginal factor of what came over interties, on arrival"),
    *_floats("-", grid_clean_share="carbon-free share of the grid mix"),
    *_floats("-", speed="slowest cluster speed in the interval"),
    *_floats("device s", service_asked_device_s="devices services asked x 900 s"),
    *_floats("device s", service_unserved_device_s="of that, not given"),
    *_floats("device s", service_spilled_device_s="of that, served at other hubs"),
    *_floats("device s", service_hosted_device_s="devices here that served services of other hubs x time"),
    *_floats("job", waiting_jobs="in queues, or paused, at the end of the interval"),
    *_floats("job", running_jobs="running at the end"),
    *_floats("job", held_jobs="held, by origin"),
    *_floats("-", power_refusals="scheduling passes whose head was refused for watts"),
)

CLUSTERS = (
    Column("cluster", TEXT, "-", "cluster"),
    *_floats("s", time_s="start of the meter interval"),
    *_floats("device s", nameplate_device_s="devices commissioned by plan x time"),
    *_floats("device s", energised_device_s="built and connected"),
    *_floats("device s", available_device_s="allocated, or healthy, idle and startable inside the cap"),
    *_floats("device s", allocated_device_s="held"),
    *_floats("device s", utilised_device_s="allocated x duty", effective_device_s="utilised x MFU x speed"),
    *_floats("device s", powered_down_device_s="of servers that are powered down"),
    *_floats("device s", booting_device_s="of servers that boot"),
    *_floats("device s", lost_device_s="effective device-seconds rolled back in the interval"),
)

EVENT_KINDS = (
    "suspend requeue resume slow restore_speed server_off server_on trip untrip commission rebind "
    "server_failed server_repaired give_up power_down boot booted boot_cancelled resize"
)
EVENT_CAUSES = (
    "power (the standing connection) facility_limit phase outage demand_response ramp clean service plan priority "
    "policy shift failure idle demand"
)
EVENTS = (
    *_floats("s", time_s="when"),
    Column("kind", TEXT, "-", EVENT_KINDS),
    Column("hub", TEXT, "-", "hub; empty if none"),
    Column("cluster", TEXT, "-", "cluster; empty if none"),
    Column("job_id", pa.string(), "-", "job; empty if none"),
    Column("cause", TEXT, "-", EVENT_CAUSES),
    *_floats(
        "-",
        value="speed, servers or devices concerned; of server_failed and server_repaired the number of the server in "
        "its cluster, from 0; of give_up how often it was killed",
    ),
    *_floats("J", energy_j="suspend and requeue: IT energy above idle of the work that was lost"),
)

DIRECTIVES = (
    *_floats("s", time_s="from when it held"),
    Column("route", pa.int32(), "-", "number of the route"),
    Column("cluster", TEXT, "-", "cluster"),
    *_floats("-", score="lower is better, inf = not allowed"),
    *_floats("-", load_weight="weight of the load term of the route"),
    Column("shift", TEXT, "-", "how its jobs are shifted in time: none fixed interruptible"),
    Column("rebind", pa.bool_(), "-", "waiting jobs of the route choose anew at this instant"),
    *_floats("W", cap_w="facility power the policy allows the cluster's hub, inf = no more than the meter's cap"),
    *_floats("-", speed="highest speed of the cluster"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "jobs": JOBS,
    "steps": STEPS,
    "clusters": CLUSTERS,
    "events": EVENTS,
    "directives": DIRECTIVES,
}


# columns that may be empty (null); everywhere else a missing value is a bug of the engine
OPTIONAL: dict[str, frozenset[str]] = {
    "jobs": frozenset(
        [
            *("starting_time", "finish_time", "waiting_time", "turnaround_time", "deadline_time"),
            *("reason", "refused_by", "refused_time", "hub", "cluster", "consumed_energy_j", "carbon_kg", "cost_cny"),
        ]
    ),
    "steps": frozenset(("clean_headroom_w",)),
    "clusters": frozenset(),
    "events": frozenset(("hub", "cluster", "job_id", "cause", "value")),
    "directives": frozenset(),
}


def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table, unit and meaning as metadata, nullable only where optional."""
    return pa.schema(
        [
            pa.field(
                c.name,
                c.type,
                nullable=c.name in OPTIONAL[table],
                metadata={"unit": c.unit, "meaning": c.meaning},
            )
            for c in TABLES[table]
        ]
    )
