"""
The world the kernel works on: tables (arrays of records) made once and changed in place.

Vocabulary. A *kind* is a job class or an online service (what decides power and speed); a *route* is a kind with an
origin hub (what the policy scores). Clusters are sorted by name, so the lowest index is the tie-break by name.

The *work clock* of a cluster advances with its speed: a job that needs w seconds at full speed ends when the clock has
advanced by w. A change of speed therefore touches one anchor, not every running job. The *energy clock* advances with
the share of full dynamic power that the speed costs.

Tables are arrays of records, not bundles of arrays: compiled code then hands few arguments from function to function
(hundreds of them took minutes to compile), and what one event needs of a job lies together in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from energy_models.bundle import Bundle


def _whole(value: int) -> int:
    # numba compiles a function anew for every Python literal it is called with; a numpy integer is just an integer
    return cast(int, np.int64(value))


def _codes(count: int) -> tuple[int, ...]:
    return tuple(_whole(code) for code in range(count))


ZERO, ONE = _codes(2)
NONE = _whole(-1)  # no job, no cluster, no server
UNLIMITED = _whole(np.iinfo(np.int64).max)
YES, NO = cast(bool, np.bool_(True)), cast(bool, np.bool_(False))
# Job states; the first three are also the outcomes a job may be born with.
UNBORN, FINISHED, FAILED, KILLED, REJECTED, HELD, TRANSFERRING, WAITING, SUSPENDED, RUNNING = _codes(10)
STATE_NAMES = (
    "", "finished", "failed", "killed", "rejected", "held", "transferring", "waiting", "suspended", "running",
)  # fmt: skip
# Reasons for a rejection, or for giving a job up
NO_REASON, UNREACHABLE, TOO_LARGE, QUEUE_FULL, GIVEN_UP = _codes(5)
# Queue disciplines
FCFS, SJF, LJF, PRIORITY, EASY, CONSERVATIVE = _codes(6)
DISCIPLINES = ("fcfs", "sjf", "ljf", "priority", "easy", "conservative")
# Columns of World.roots: running jobs by requested end, then the bands of the queue; and on a list, see promised.py
IN_SERVICE, FIRST_BAND = _codes(2)
UNSORTED = _whole(-2)
# How the jobs of a route may be shifted in time
NO_SHIFT, FIXED, INTERRUPTIBLE = _codes(3)
SHIFTS = ("none", "fixed", "interruptible")
# Event kinds and causes of the log
SUSPEND, REQUEUE, RESUME, SLOW, RESTORE_SPEED, SERVER_OFF, SERVER_ON, TRIP, UNTRIP, COMMISSION, REBIND = _codes(11)
SERVER_FAILED, SERVER_REPAIRED, GIVE_UP = (_whole(code) for code in range(11, 14))
POWER_DOWN, BOOT, BOOTED, BOOT_CANCELLED = (_whole(code) for code in range(14, 18))
RESIZE = _whole(18)
EVENT_NAMES = (
    "suspend", "requeue", "resume", "slow", "restore_speed", "server_off", "server_on", "trip", "untrip", "commission",
    "rebind", "server_failed", "server_repaired", "give_up", "power_down", "boot", "booted", "boot_cancelled",
    "resize",
)  # fmt: skip
BY_POWER, BY_SERVICE, BY_PLAN, BY_PRIORITY, BY_POLICY, BY_SHIFT, BY_FAILURE = _codes(7)
# `power` is the standing connection of a hub; of the limits that come and go each has a cause of its own
BY_FACILITY, BY_PHASE, BY_OUTAGE, BY_RESPONSE, BY_RAMP, BY_CLEAN = (_whole(code) for code in range(7, 13))
BY_IDLE, BY_DEMAND = (_whole(code) for code in range(13, 15))
CAUSE_NAMES = (
    "power", "service", "plan", "priority", "policy", "shift", "failure",
    "facility_limit", "phase", "outage", "demand_response", "ramp", "clean", "idle", "demand",
)  # fmt: skip
UP, DOWN, DOWN_DRAWING = _codes(3)  # of a server: down = failed and not yet repaired
# Codes of timers, in the order they are handled within an instant; see agenda.py
FAIL, REPAIR, PAUSE, BOOT_END, IDLE_LOOK, NOT_SPARED, ARRIVE, RELEASE, LATEST, NO_MORE = _codes(10)
FIRST_SUBMISSION = ARRIVE


def _record(floats: str = "", integers: str = "", flags: str = "") -> np.dtype:
    fields: list[tuple[str, Any]] = [(name, np.float64) for name in floats.split()]
    fields += [(name, np.int64) for name in integers.split()]
    fields += [(name, np.bool_) for name in flags.split()]
    return np.dtype(fields, align=True)


# One row a job, sorted by submission: the index is the tie-break by (submit, id).
JOB = _record(
    floats=(  # what few jobs need comes first and last: what all need then lies in as few lines of the cache as can be
        "deadline_s data_bytes"  # given; inf = none
        " transfer_s moved_bytes network_j network_cny"  # of its data so far
        " plan_by_s pause_s"  # end of the window it may be shifted in; when it is to pause next
        " refused_s"  # when a start was first refused for watts or clean energy; inf = never
        " lost_s"  # in past runs, of what was executed: rolled back or spent on restoring; reference work seconds
        " submit_s work_s requested_s"  # given; work seconds on the reference device
        " start_s finish_s"  # first start; when it left the system
        " run_start_s run_work_clock run_energy_clock"  # of the present run
        " booked_s"  # start of the present run, or when its size last changed in it
        " restore_s"  # work seconds of restoring owed at the start of the present or next run
        " done_s saved_s"  # work kept, and what a failure leaves of it while it runs; reference work seconds
        " executed_s"  # in past runs, restoring included; reference work seconds
        " held_device_s energy_j flop"  # devices kept from others, dynamic IT energy and operations, up to booked_s
        " width"  # devices it works with, a fraction where it shares one
        " asked_width pace"  # devices it asks, which its work is told for; its rate of work over that with these
    ),
    integers=(
        "devices milli"  # milli: thousandths of a device it asks where that is less than one; 0 = whole devices
        " route kind outcome state cluster"
        " server"  # first server it holds; the chain goes on in SERVER.next_held
        " priority reason"
        " refused_by"  # cause of that first refusal
        " data_hub"  # where its data are
        " failures"  # that killed it
    ),
    flags=(
        "planned pressed"  # it has a window to be shifted in; it has a latest release
        " listed outside"  # on the list of held jobs; bound or held back, but in no queue
    ),
)
# One row a job, in a tree of its queue or of the running jobs of its cluster; see tree.py.
NODE = _record(
    floats="key request_s asked_device_s shortest",  # request_s, asked_device_s: by request, wall, on this cluster
    integers="left right parent own_devices devices fewest column"
    " joined_before",  # who joined a queue before it at this instant, see joining.py
)
STEP = _record(floats="begin", integers="free")  # free devices from an instant on, in a plan
KIND = _record(
    floats="duty checkpoint_s restore_s checkpoint_cost_s"  # wall time at full speed to write one
    " min_run_s"  # wall time it is spared after it starts again
    " least_share most_share serial_share",  # malleable: fewest and most devices over those asked; see sizing.py
    integers="max_failures",
    flags="preemptible pausable is_service malleable",
)
# One row a kind, one column a cluster: work seconds a second, watts a device, duty x MFU, and the FLOP/s of that.
PAIR = _record(floats="factor watts effective flops")
# One row a route, one column a cluster. The policy writes the score.
ROUTE = _record(floats="score", flags="eligible")
CLUSTER = _record(
    floats=(
        "idle_w"  # one server
        " start_w"  # one device of the hungriest kind at full speed
        " ageing_per_s"
        " speed_min power_at_speed_min speed speed_wanted"
        " anchor_s anchor_work anchor_energy"  # the clocks at the last change of speed
        " next_end_s"
        " queued_device_s coming_device_s"  # by request, wall: in the queue; bound, with data on the way
        " jobs_w services_w utilised effective"  # sums over `busy` at full speed
        " parallel_loss"  # of effective: what malleable jobs lose to a speed-up below their size
        " run_end_sum"  # over running jobs: devices x requested end on the work clock
        " idle_look_s boot_s"  # between looks at idle servers, inf = never; how long one boots
        " boot_w off_w"  # one server that boots; one that is powered down
    ),
    integers=(
        "hub devices_per_server servers"
        " server_offset run_offset"  # where its rows of SERVER and RUN begin
        " on off"  # healthy servers drawing power; servers switched off, for whatever reason
        " malleable_runs can_grow can_shrink"  # running malleable jobs; those below their most, above their least
        " down down_drawing"  # failed servers; of these, drawing idle power
        " asleep booting"  # of off: powered down while idle; on the way back. The rest lacks watts
        " boot_epoch wanted"  # how often boots were cancelled; scratch of waking.py
        " keep_idle least_free"  # idle servers that stay on; fewest wholly free servers since the last look
        " off_chain"  # first of off, where servers have names
        " free_servers free_devices held"  # wholly free servers; free and held devices
        " queue_count run_count run_devices coming_count paused_count"
        " queue_milli run_milli"  # thousandths of waiting and of running shares
        " cards unused_card"  # cards they hold; first of the chain of unused rows of CARD
        " card_offset card_rows"  # its rows of CARD
        " head bands"  # first of the queue; bands of device counts it is split into
        " unsorted"  # first of the running jobs not yet sorted by requested end
        " discipline max_waiting"
    ),
    flags=(
        "counted"  # all its work is whole servers, so counting them is enough
        " preemptive"  # a higher priority suspends lower ones
        " commissioned untallied"  # untallied: the sums over `busy` are due
        " may_fail idle_while_down"
    ),
)
# Free devices; next whole server of the same job; the job that holds it whole (kept where servers may fail)
SERVER = _record(integers="free next_held holder status")
# A device that jobs share: free thousandths, where it is, the first of its jobs, and who of them is to leave last by
# request (kept where the discipline looks ahead); next and previous card with as many free thousandths, see sharing.py
CARD = _record(integers="free server first last_to_leave next previous")
SHARE = _record(integers="card next previous")  # one row a job, if any job shares: its card and its neighbours there
OUTAGE = _record(floats="fail_s repair_s", integers="server cluster")  # by server, then time
LEVEL = _record(integers="entries servers")  # heap entries, stale ones included; servers truly on the level
RUN = _record(floats="end", integers="job")  # running jobs, a heap a cluster, by (end on the work clock, job)
HUB = _record(
    floats=(
        "last_s"  # up to when integrals are complete
        " cap_w policy_cap_w"  # facility power caps: the meter's, and the policy's
        " it_cap_w"  # the IT power at which the lower of them is met
        " facility_max_w speed_low asked_device_s unserved_device_s"  # of the interval
        " spilled_device_s hosted_device_s"  # services of here served elsewhere; of elsewhere served here
        " hosted_devices"  # that services of other hubs hold now
        " headroom_w"  # of the interval: the least that was left between facility power and cap
        " clean_w"  # clean power that counts only if it is drawn
        " clean_budget_w clean_volume_w clean_least"  # of its pool, see clean.py; a budget of inf = no such limit
        " notice_s"  # at the instant a limit comes into force: how long before it was told
    ),
    integers=(
        "refusals held_jobs"
        " cause"  # what sets the cap now
        " pool"  # the hub that keeps the clean headroom of its pool
    ),
    flags=(
        "metered"  # False: it has all the watts it wants, and nobody asks how many
        " tripped slowed"
        " short"  # a job was refused for watts since the interval opened
        " short_clean"  # a job was refused for clean energy since the headroom was set
        " dirty"  # a scheduling pass is due
        " breached"  # `enforce` is due
        " powers_down"  # some of its clusters power idle servers down
    ),
)
SERVICE = _record(
    floats="asked_flops asked_devices unserved_devices spilled_devices", integers="hub kind", flags="spills"
)
SERVING = _record(floats="flops", integers="devices")  # a service on a cluster; flops: what one device serves
EDGE = _record(floats="free_s s_per_byte")  # a pipe of the data network: when it is free, and what it needs
# From one hub to another: the edge that needs longest for a byte (-1: no time at all), energy and price.
PATH = _record(floats="j_per_byte cny_per_byte", integers="edge")
# What the watched job found on a cluster when it last chose: value = score + load_weight x load
CHOICE = _record(
    floats="time_s score load_weight load_s value transfer_s network_cny wall_s",
    integers="waiting free_devices",
    flags="may_take",
)
LOG = _record(floats="time_s value energy_j", integers="code hub cluster job cause")
TIMER = _record(floats="time_s", integers="code serial a b")  # a heap by (time, code, serial); see agenda.py
CLOCK = _record(
    floats="now_s next_timer_s signal_begin_s signal_step_s",
    integers=(
        "arrived events logged reserve held_count timer_count timer_serial timer_reserve last_joined"
        " watched choices"  # the job whose choices are noted, and how often it chose
    ),
    flags="breached",
)

CLUSTER_SUMS = (
    "nameplate", "energised", "available", "allocated", "utilised", "effective", "powered_down", "booting",
    "lost",
)  # fmt: skip
HUB_SUMS = (
    "it", "idle", "jobs", "services", "cooling", "other", "facility", "slowed", "parked", "boot", "powered_down",
)  # fmt: skip


@dataclass(frozen=True)
class World(Bundle):
    """Everything; each table is an array of the record named here."""

    clock: np.recarray  # CLOCK, (1,)
    jobs: np.recarray  # JOB
    nodes: np.recarray  # NODE, one a job
    plan: np.recarray  # STEP, scratch of conservative backfilling
    roots: np.ndarray  # int, (clusters, columns): of the trees of running (IN_SERVICE) and waiting jobs, by band
    heads: np.ndarray  # int, (clusters, columns): first waiting job of each band
    kinds: np.recarray  # KIND
    pairs: np.recarray  # PAIR, (kinds, clusters)
    routes: np.recarray  # ROUTE, (routes, clusters)
    load_weight: np.ndarray  # float, (routes,)
    shift: np.ndarray  # int, (routes,): see SHIFTS
    signal: np.ndarray  # float, (hubs, steps): what a shifted job keeps low, see shifting.py
    signal_sum: np.ndarray  # float, (hubs, steps): its integral up to the beginning of each step
    signal_order: np.ndarray  # int, (hubs, steps): steps from the lowest to the highest, ties earliest
    signal_rank: np.ndarray  # int, (hubs, steps): place of each step in that order
    edges: np.recarray  # EDGE
    paths: np.recarray  # PATH, (hubs, hubs)
    origin: np.ndarray  # int, (routes,): hub
    clusters: np.recarray  # CLUSTER
    busy: np.ndarray  # int, (clusters, kinds): devices working
    busy_milli: np.ndarray  # int, (clusters, kinds): thousandths of shared devices working
    cards: np.recarray  # CARD
    card_levels: np.ndarray  # int, (clusters, 1000): first card with so many free thousandths
    shares: np.recarray  # SHARE
    rate: np.ndarray  # float, (clusters, 8): device-seconds a second, see CLUSTER_SUMS
    total: np.ndarray  # float, (clusters, 9): their integrals since the interval opened
    servers: np.recarray  # SERVER
    levels: np.recarray  # LEVEL, (clusters, levels)
    level_heap: np.ndarray  # int
    in_heap: np.ndarray  # bool, (servers, levels)
    runs: np.recarray  # RUN
    hubs: np.recarray  # HUB
    members: np.ndarray  # int, (hubs, clusters + 1): cluster numbers, -1 behind the last
    power: np.ndarray  # float, (hubs, 11): see HUB_SUMS [W]
    energy: np.ndarray  # float, (hubs, 11): their integrals since the interval opened [J]
    curve_it_w: np.ndarray  # float, (hubs, points): the facility curve of the present weather
    curve_cooling_w: np.ndarray
    curve_other_w: np.ndarray
    services: np.recarray  # SERVICE
    serving: np.recarray  # SERVING, (services, clusters)
    serve_order: np.ndarray  # int, (services, clusters + 1): clusters that may serve, own hub first, -1 behind the last
    service_on: np.ndarray  # int, (services, servers): devices a service holds there
    held_jobs: np.ndarray  # int: jobs that no cluster may take yet, oldest first
    choices: np.recarray  # CHOICE, (kept, clusters): the last choices of the watched job, round and round
    log: np.recarray  # LOG: rare events, in order
    timers: np.recarray  # TIMER
    outages: np.recarray  # OUTAGE
