"""What is compared: scenario files, variants of them, and finished run folders, each with its runs over the seeds."""

from __future__ import annotations

import dataclasses
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError
from simulator.experiments.batch import Batch, Run
from simulator.experiments.job import Job, Outcome
from simulator.experiments.preflight import check
from simulator.experiments.single import code_version, run_id
from simulator.records import read_manifest, read_summary
from simulator.scenario import Title, load, undump

if TYPE_CHECKING:
    from simulator.scenario import Loaded


@dataclass(frozen=True)
class Options:
    """What the command line changes in every scenario it names."""

    sets: tuple[str, ...] = ()
    horizon: str | None = None
    data_dir: Path | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Side:
    """
    One of the things compared.

    Parameters
    ----------
    name : str
        As typed; unique.
    title : Title
    loaded : Loaded
        With the first seed.
    words : tuple of str
        What follows ``run.py run`` to make it; empty for a run folder.
    folder : Path or None
        Of a finished run; it stands for its own seed.
    other_code : str
        Version of the code that made the folder, where it is not this; else "".
    """

    name: str
    title: Title
    loaded: Loaded
    words: tuple[str, ...] = ()
    folder: Path | None = None
    other_code: str = ""

    @property
    def seed(self) -> int:
        """The first seed."""
        return self.loaded.scenario.simulation.seed

    def with_seed(self, seed: int) -> Loaded:
        """Return its scenario with another seed."""
        return with_seed(self.loaded, seed)


def with_seed(loaded: Loaded, seed: int) -> Loaded:
    """Return a scenario with another seed."""
    simulation = loaded.scenario.simulation.model_copy(update={"seed": seed})
    return dataclasses.replace(loaded, scenario=loaded.scenario.model_copy(update={"simulation": simulation}))


def sides_of(names: Sequence[str], options: Options) -> list[Side]:
    """
    Read what is to be compared.

    Parameters
    ----------
    names : sequence of str
        ``FILE``, ``FILE@VARIANT`` or a run folder.
    options : Options

    Returns
    -------
    list of Side

    Raises
    ------
    InputError
        If one cannot be read, or is named twice.
    """
    if len(set(names)) < len(names) or len(names) < 2:
        raise InputError(
            f"got {' '.join(names)}; expected two or more different scenarios, FILE@VARIANT or run folders"
        )
    return [_side(name, options) for name in names]


def _side(name: str, options: Options) -> Side:
    folder = Path(name)
    if folder.is_dir():
        return _folder_side(name, folder, options)
    file, _, variant = name.partition("@")
    if "@" in name and not variant:
        raise InputError(f"{name}: got no variant behind @; expected FILE@VARIANT")
    loaded = load(
        file,
        variant=variant or None,
        overrides=options.sets,
        horizon=options.horizon,
        seed=options.seed,
        data_dir=options.data_dir,
    )
    check(loaded)
    words = [os.path.relpath(file), *(("--variant", variant) if variant else ())]
    for text in options.sets:
        words += ["--set", text]
    words += ["--horizon", options.horizon] if options.horizon else []
    words += ["--data-dir", str(options.data_dir)] if options.data_dir else []
    return Side(name, _title(loaded), loaded, tuple(words))


def _title(loaded: Loaded) -> Title:
    """Return the title of a scenario with that of its variant."""
    title = loaded.scenario.title
    if not loaded.variant:
        return title
    chosen = loaded.variants[loaded.variant]
    return Title(zh=f"{title.zh}：{chosen.zh}", en=f"{title.en}: {chosen.en}")


def _folder_side(name: str, folder: Path, options: Options) -> Side:
    if options.sets or options.horizon:
        raise InputError(f"{name}: a finished run cannot be changed with --set or --horizon; name its scenario instead")
    manifest = read_manifest(folder)
    if manifest.get("kind"):
        raise InputError(f"{name}: got a {manifest['kind']}; expected the run folder of a scenario")
    loaded = undump(manifest["scenario"], data_dir=options.data_dir)
    made_by = manifest["hashes"]["code"]
    return Side(name, _title(loaded), loaded, folder=folder, other_code="" if made_by == code_version() else made_by)


@dataclass
class Need(Run):
    """One run that is needed: of which scenario, with which seed, and where it is."""

    loaded: Loaded | None = None
    seed: int = 0
    folder: Path = Path()
    command: str = ""
    there: bool = False


@dataclass
class Needs(Batch):
    """All runs that a comparison needs; the same run is needed once, whoever asks for it."""

    runs: list[Need] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, loaded: Loaded, base: Path, command: str) -> int:
        """Ask for a run below a folder; return its number."""
        identity = run_id(loaded)
        if identity not in self.places:
            self.places[identity] = len(self.runs)
            seed = loaded.scenario.simulation.seed
            full = shlex.join(["run.py", *command.split("\0"), "--seed", str(seed)]) if command else ""
            self.runs.append(Need(name, None, loaded, seed, base / identity, full))
        return self.places[identity]

    def add_folder(self, name: str, folder: Path, seed: int) -> int:
        """Name a run that is there."""
        summary = read_summary(folder)
        outcome = Outcome("kept", read_manifest(folder)["run_id"], summary)
        self.runs.append(Need(name, outcome, None, seed, folder, there=True))
        return len(self.runs) - 1

    def jobs(self) -> Iterator[tuple[int, Job | Outcome]]:
        """Yield what is to be made, and what is there."""
        for index, need in enumerate(self.runs):
            if need.outcome is not None:
                if need.there:
                    yield index, need.outcome
            elif need.loaded is not None:
                yield index, Job(need.loaded, str(need.folder.resolve()), need.command, need.name)

    def summary(self, index: int) -> dict[str, Any]:
        """Return the summary of a run; empty if it failed."""
        outcome = self.runs[index].outcome
        return outcome.summary if outcome is not None else {}


def seeds_of(sides: Iterable[Side], replications: int) -> list[int]:
    """Return the seeds of all sides, from the first side's on."""
    first = next(iter(sides)).seed
    return list(range(first, first + replications))


def runs_of(side: Side, seeds: Sequence[int], needs: Needs, results: Path) -> dict[int, int]:
    """
    Ask for the runs of a side.

    Returns
    -------
    dict
        Seed to the number of the run. A finished run counts under its own seed, or under the only one asked for.
    """
    if side.folder is not None and len(seeds) == 1:
        return {seeds[0]: needs.add_folder(side.name, side.folder, side.seed)}
    found = {}
    for seed in seeds:
        if side.folder is not None and seed == side.seed:
            found[seed] = needs.add_folder(f"{side.name} seed {seed}", side.folder, seed)
            continue
        loaded = side.with_seed(seed)
        base = results / loaded.scenario.name
        found[seed] = needs.add(
            f"{side.name} seed {seed}", loaded, base, "\0".join(("run", *side.words)) if side.words else ""
        )
    return found
