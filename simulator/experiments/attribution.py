"""
What moved a result: the changed inputs put into the first scenario one after the other, and each alone.

In order, the steps add up to the whole change; what a step is worth then depends on what came before it. Alone, a
step does not; the sum of all alone misses what only comes about together. Both are worked out, and the difference is
told as interaction.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError, RunFolderError
from simulator.experiments.inputs import Difference, differences, steps_of
from simulator.experiments.preflight import check
from simulator.scenario import dump, load, show_yaml, undump

if TYPE_CHECKING:
    from simulator.scenario import Loaded

MOST_STEPS = 8  # with more, inputs of one part of the scenario are taken together
METRICS = ("cost.total_cny", "emissions.location_tco2", "energy.facility_gwh")


@dataclass(frozen=True)
class Step:
    """
    Some changed inputs that go together.

    Parameters
    ----------
    name : str
        Their path, or what their paths have in common.
    changes : tuple of Difference
    after : Loaded
        The first scenario with the changes of all steps up to here.
    alone : Loaded or None
        The first scenario with these changes only; None where that is no valid scenario.
    """

    name: str
    changes: tuple[Difference, ...]
    after: Loaded
    alone: Loaded | None


@dataclass
class _Path:
    """Groups put in one by one; a group that is not valid without the next waits for it."""

    old: Loaded
    done: list[Difference] = field(default_factory=list)
    waiting: list[tuple[str, list[Difference]]] = field(default_factory=list)

    def put(self, name: str, changes: list[Difference]) -> Step | None:
        self.waiting.append((name, changes))
        fresh = [change for _, group in self.waiting for change in group]
        after = changed(self.old, [*self.done, *fresh])
        if after is None:
            return None
        joined = " + ".join(name for name, _ in self.waiting)
        alone = changed(self.old, fresh) if self.done else after
        self.done += fresh
        self.waiting = []
        return Step(joined, tuple(fresh), after, alone)


def steps_between(old: Loaded, new: Loaded) -> list[Step]:
    """
    Return the steps from one scenario to another, in the order of the scenario.

    Returns
    -------
    list of Step
        The last one gives the new scenario. Empty if they do not differ, or only all changes together are valid.
    """
    path = _Path(old)
    found = [path.put(name, changes) for name, changes in grouped(differences(old, new))]
    return [] if path.waiting else [step for step in found if step is not None]


def grouped(changes: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """
    Take changes together, no further than needed for at most eight groups.

    Returns
    -------
    list of (str, list of Difference)
    """
    longest = max((len(steps_of(change.path)) for change in changes), default=0)
    groups: dict[str, list[Difference]] = {}
    for depth in range(longest, 0, -1):
        groups = {}
        for change in changes:
            groups.setdefault(".".join(change.path.split(".")[:depth]), []).append(change)
        if len(groups) <= MOST_STEPS:
            break
    return [(group[0].path if len(group) == 1 else name, group) for name, group in groups.items()]


def changed(old: Loaded, changes: Sequence[Difference]) -> Loaded | None:
    """Return a scenario with some inputs changed; None if that breaks a rule of scenarios."""
    data = dump(old)
    tree = old.scenario.model_dump(mode="json")
    for change in changes:
        _put(tree, steps_of(change.path), change.raw_new)
    folder = old.files[0].parent if old.files and old.files[0].is_absolute() else None
    try:
        made = undump({**data, "scenario": tree}, data_dir=old.data_dir, folder=folder)
        check(made)
        with tempfile.TemporaryDirectory(prefix="suandian-") as place:  # the rules across fields speak of files
            file = Path(place) / "step.yaml"
            file.write_text(show_yaml(made), encoding="utf-8")
            # given as an option, as a run may be cut short by one
            load(file, horizon=f"{made.scenario.simulation.horizon!r} s")
    except (InputError, RunFolderError):
        return None
    return made


def _put(tree: Any, steps: tuple[str | int, ...], value: Any) -> None:
    for step in steps[:-1]:
        tree = tree[step]
    if value is None:  # an entry that is gone, or a field whose default is none
        tree.pop(steps[-1], None)
    else:
        tree[steps[-1]] = value
