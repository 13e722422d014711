"""Matching clean energy to load by the hour, the month or the year.

Hourly matching counts in an hour no more clean energy than was used in it (Google's 24/7 methodology, 2021);
monthly and annual matching net over longer blocks and say less. Left out: geographic limits, vintage of
certificates.
"""

import numpy as np
import numpy.typing as npt

from energy_models.psychrometrics import Floats


def matched_j(load_j: Floats, clean_j: Floats, block: npt.NDArray[np.integer]) -> float:
    """
    Clean energy that meets load, netted inside each block.

    Parameters
    ----------
    load_j, clean_j : ndarray, shape (n,)
        Energy used and clean energy supplied in each interval, 0 or more. [J]
    block : ndarray of int, shape (n,)
        Number of the hour, month or year each interval belongs to, 0 or more.

    Returns
    -------
    float
        Sum over blocks of the lesser of the two. [J]

    Raises
    ------
    ValueError
        If shapes differ.

    Examples
    --------
    >>> matched_j(np.array([10.0, 10.0]), np.array([0.0, 25.0]), np.array([0, 1]))
    10.0
    >>> matched_j(np.array([10.0, 10.0]), np.array([0.0, 25.0]), np.array([0, 0]))
    20.0
    """
    if not load_j.shape == clean_j.shape == block.shape:
        raise ValueError(f"matching: got shapes {load_j.shape}, {clean_j.shape}, {block.shape}; expected the same")
    load = np.bincount(block, weights=load_j)
    clean = np.bincount(block, weights=clean_j)
    return float(np.minimum(load, clean).sum())


def cfe_score(
    load_j: Floats, clean_j: Floats, block: npt.NDArray[np.integer], grid_clean_share: Floats | None = None
) -> float:
    """
    Carbon-free energy score: matched over used energy.

    Parameters
    ----------
    load_j, clean_j : ndarray, shape (n,)
        As in `matched_j`. [J]
    block : ndarray of int, shape (n,)
        Hour number for the hourly score.
    grid_clean_share : ndarray, shape (blocks,), optional
        Carbon-free share of the grid in each block; the load not matched then counts by it. None leaves the
        grid out. [-]

    Returns
    -------
    float
        From 0 to 1. [-]

    Raises
    ------
    ValueError
        If shapes differ or there is no load.
    """
    if not load_j.shape == clean_j.shape == block.shape:
        raise ValueError(f"matching: got shapes {load_j.shape}, {clean_j.shape}, {block.shape}; expected the same")
    load = np.bincount(block, weights=load_j)
    matched = np.minimum(load, np.bincount(block, weights=clean_j))
    if not load.sum() > 0.0:
        raise ValueError("cfe_score: got no load; expected some")
    from_grid = 0.0 if grid_clean_share is None else float(((load - matched) * grid_clean_share).sum())
    return (float(matched.sum()) + from_grid) / float(load.sum())


def yearly_cover(load_j: Floats, clean_j: Floats) -> float:
    """Clean energy over load of the whole span [-]: may pass 1, and says nothing of the hours."""
    return float(clean_j.sum() / load_j.sum())
