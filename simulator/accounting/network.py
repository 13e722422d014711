"""
The data network: what was moved between hubs, how long it took, what it drew and cost.

A transfer counts for the hub that the data go to, in the window in which it is dispatched. The electricity of the
network is used along the way, outside the meters of the hubs: it is a line of its own beside their energy, in no site
balance and in no emission figure. Its price is part of the total cost of the hub that receives.
"""

from __future__ import annotations

import numpy as np

from energy_models.units import J_PER_GWH
from simulator.accounting.books import Books, Floats, Ints, add_up
from simulator.accounting.figures import Group, put_ratio

BYTES_PER_TB = 1e12


def network_cny(books: Books) -> Floats:
    """Return the price of the transfers to each hub, of the whole region, shape (hubs,). [CNY]"""
    return by_hub(books, books.jobs["network_cost_cny"])


def network(books: Books, hubs: Ints) -> Group:
    """
    Return what was moved to some hubs.

    Returns
    -------
    dict
        ``moved_tb`` [TB], ``energy_gwh`` [GWh], ``transfers`` [simulated jobs], ``transfer_mean_s`` [s].
    """
    jobs = books.jobs
    moved = (jobs["moved_byte"] > 0.0) & np.isin(jobs["hub"], hubs)
    group: Group = {
        "moved_tb": float(by_hub(books, jobs["moved_byte"])[hubs].sum()) / BYTES_PER_TB,
        "energy_gwh": float(by_hub(books, jobs["network_energy_j"])[hubs].sum()) / J_PER_GWH,
        "transfers": int(moved.sum()),
    }
    put_ratio(group, "transfer_mean_s", float(jobs["transfer_s"][moved].sum()), int(moved.sum()), "nothing was moved")
    return group


def by_hub(books: Books, values: Floats) -> Floats:
    """Add up a column of the jobs by the hub they are bound to, of the whole region; shape (hubs,)."""
    bound = books.jobs["hub"] >= 0
    return add_up(books.jobs["hub"][bound], values[bound], len(books.hubs)) * books.sample
