"""What the sections of a report share: places, rows of numbers, images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.reporting.document import Block, Image, Table

if TYPE_CHECKING:
    from simulator.reporting.plots import Plot
    from simulator.reporting.study import Study
    from simulator.reporting.texts import Texts

ALL = ""  # prefix of the region's numbers; a hub's is "hubs.<id>."


def run_title(study: Study, texts: Texts) -> str:
    """Return the title of the scenario, with that of its variant where one was run."""
    title = texts.title(study.scenario.title)
    return texts("report.variant", title=title, variant=texts.title(study.variant)) if study.variant else title


class Builder:
    """
    Base of the parts of one report.

    Parameters
    ----------
    study : Study
        The run.
    texts : Texts
        Language, with the numbers.
    plots : list of Plot
        Data of the figures; empty when figures are switched off.
    """

    def __init__(self, study: Study, texts: Texts, plots: list[Plot]) -> None:
        self.study, self.t, self.plots = study, texts, {plot.name: plot for plot in plots}
        self.places = [ALL, *(f"hubs.{hub}." for hub in study.scenario.hubs)]
        if len(self.places) == 2:
            self.places = [ALL]  # one hub: the region is the hub

    def table(self, caption: str, group: str, fields: tuple[str, ...]) -> Table:
        """One row a number with its unit, one column a place."""
        keys = [[f"{place}{group}.{field}" for place in self.places] for field in fields]
        rows = [
            (self.named(self.t(f"item.{field}"), unit), *cells)
            for field, (unit, cells) in zip(fields, self.t.rows(keys), strict=True)
        ]
        return Table(self.t(caption), (self.t("column.item"), *map(self.place, self.places)), tuple(rows))

    def named(self, name: str, unit: str) -> str:
        """Put a unit beside a name, if there is one."""
        return self.t("report.with_unit", name=name, unit=unit) if unit else name

    def some(self, key: str) -> bool:
        """Whether a number is other than zero somewhere."""
        found = (self.t.numbers.get(f"{place}{key}") for place in self.places)
        return any(number is not None and number.value for number in found)

    def place(self, place: str) -> str:
        """Name a place: the region, or a hub by its title."""
        hubs = self.study.scenario.hubs
        if place == ALL and len(hubs) > 1:
            return self.t("place.all")
        return self.t.title(hubs[place.split(".")[1] if place else next(iter(hubs))].title)

    @property
    def on_site(self) -> bool:
        """Whether something behind a meter can give power: generation, a direct line or a battery."""
        parts = ("pv", "wind", "battery", "direct_green")
        return any(getattr(hub, part) is not None for hub in self.study.scenario.hubs.values() for part in parts)

    def image(self, name: str, text: str) -> list[Block]:
        """Return the figure, or nothing where figures are switched off."""
        if name not in self.plots:
            return []
        plot = self.plots[name]
        if plot.kind == "capacity":
            text = "capacity"
        if plot.kind == "ladder" and plot.columns["increment_eflops"][-1] is None:
            text = "ladder_plan"
        if plot.kind == "power" and "run" not in plot.columns["panel"]:
            text = "power_week"
        if plot.kind == "power" and not self.on_site:
            text = "power_plain"
        return [Image(name, self.t(f"caption.{text}"), self.alt(name))]

    def alt(self, name: str) -> str:
        """Say in words what a figure shows."""
        t, plot = self.t, self.plots[name]
        if plot.kind == "ladder":
            key = f"targets.{plot.notes['target']}"
            values = {rung: t.show(f"{key}.increment.{rung}") for rung in ("nameplate", "effective")}
            text = "alt.ladder" if values["effective"].known else "alt.ladder_plan"
            return t(text, gap=t.show(f"{key}.gap_before_eflops"), **values)
        if plot.kind == "capacity":
            key = f"capacity.{plot.notes['precision']}"
            return t(
                "alt.capacity",
                **{rung: t.show(f"{key}.{rung}_eflops") for rung in ("nameplate", "effective")},
            )
        return t(f"alt.{plot.kind}")
