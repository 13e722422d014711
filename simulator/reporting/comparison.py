"""The page of a comparison: inputs that differ, outcomes side by side, what moved them, overlaid figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.records import figures_folder, read_manifest, read_summary
from simulator.reporting import style
from simulator.reporting.comparison_figures import draw_comparison
from simulator.reporting.comparison_plots import comparison_plots
from simulator.reporting.document import FORMATS, LANGUAGES, Block, Bullets, Document, Heading, Image, Paragraph, Table
from simulator.reporting.figures import save
from simulator.reporting.files import check_asked, write_report
from simulator.reporting.formats import NONE, Number
from simulator.reporting.keys import shown
from simulator.reporting.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.reporting.plots import Plot

# what people ask for first; all the rest stands in report.outcomes.csv
OUTCOMES = (
    "energy.facility_gwh", "energy.pue", "energy.peak_facility_mw", "energy.grid_import_gwh", "clean.cfe_score_hourly",
    "clean.match_annual", "emissions.location_tco2", "emissions.market_tco2", "cost.total_cny", "service.utilization",
    "service.wait_mean_s", "service.wait_p95_s", "service.services_unserved_share",
)  # fmt: skip
LEAD = ("energy.facility_gwh", "emissions.location_tco2", "cost.total_cny")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def render_comparison(
    folder: Path, *, languages: Sequence[str] = LANGUAGES, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """
    Write the figures and the page of a comparison into its folder.

    Parameters
    ----------
    folder : Path
        Of the comparison; its ``summary.json`` and the run folders it names are read.
    languages : sequence of {"zh", "en"}
    formats : sequence of {"md", "html", "docx"}

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    RunFolderError
        If a folder is not that of a finished run.
    InputError
        As `files.check_asked` does.
    """
    check_asked(languages, formats)
    told, ended = read_summary(folder), read_manifest(folder)["ended"]
    plots = comparison_plots(folder, told)
    figures = figures_folder(folder)
    written = [plot.write_csv(figures) for plot in plots]
    for lang in languages:
        page = ComparisonPage(told, Texts(lang, {}), plots)
        with style.style():
            for plot in plots:
                paths = save(draw_comparison(plot, page.names, page.t), figures, f"{plot.name}.{lang}", page.alt(plot))
                written += paths
        document, names = page.document(), [plot.name for plot in plots]
        written += [write_report(folder, document, page.t, names, kind, ended=ended) for kind in formats]
    return written


class ComparisonPage:
    """
    The page in one language.

    Parameters
    ----------
    told : dict
        ``summary.json``.
    texts : Texts
    plots : list of Plot
    """

    def __init__(self, told: dict[str, Any], texts: Texts, plots: list[Plot]) -> None:
        self.told, self.t, self.plots = told, texts, plots
        self.sides = told["sides"]
        self.letters = [LETTERS[k % len(LETTERS)] for k in range(len(self.sides))]
        self.names = [f"{letter} {self.title(side)}" for letter, side in zip(self.letters, self.sides, strict=True)]

    def title(self, side: dict[str, Any]) -> str:
        """Return the title of a side; two sides of one title go by what was typed."""
        titles = [other["title"][self.t.lang] for other in self.sides]
        own = str(side["title"][self.t.lang])
        return own if titles.count(own) == 1 else str(side["name"])

    def alt(self, plot: Plot) -> str:
        """Say in words what a figure shows."""
        return self.t(f"compare.alt_{plot.kind}")

    def document(self) -> Document:
        """Put the sections in order."""
        blocks = [
            *self.what(), *self.targets(), *self.outcomes(), *self.inputs(), *self.moved(), *self.overlaid(),
            *self.method(),
        ]  # fmt: skip
        title = self.t("compare.title", letters=self._joined(self.letters))
        return Document(self.t.lang, title, self.t("compare.subtitle", seeds=len(self.told["seeds"])), blocks)

    def _joined(self, words: list[str]) -> str:
        """Join words as a sentence does: A, B and C."""
        return self.t("gap.last").join(filter(None, (self.t("gap.and").join(words[:-1]), words[-1])))

    def what(self) -> list[Block]:
        """Name the sides, and say in one sentence each how they differ from the first."""
        blocks: list[Block] = [Heading(self.t("compare.answer"), "answer"), Bullets(tuple(self.names))]
        for k in range(1, len(self.sides)):
            parts = [
                self._sentence(key, k) for key in ("energy.facility_gwh", "emissions.location_tco2", "cost.total_cny")
            ]
            text = self.t(
                "compare.lead", name=self.letters[k], first=self.letters[0], parts=self.t("gap.list").join(parts)
            )
            blocks.append(Paragraph(text, "lead"))
        others = [side["name"] for side in self.sides if side["other_code"]]
        if others:
            blocks.append(Paragraph(self.t("compare.other_code", names=self._joined(others)), "warning"))
        return blocks

    def _sentence(self, key: str, k: int) -> str:
        row = self._row(key)
        base, gap = row["sides"][0]["mean"], row["differences"][k]
        how = shown(key, [gap["mean"]], self.t)
        share = self._share(gap["mean"], base)
        if not gap["mean"] and not gap["high"] and not gap["low"]:
            return self.t("compare.part_same", what=how.name)
        unit = self.t.gap(how.unit) + how.unit
        return self.t("compare.part", what=how.name, change=self._change(gap, how), unit=unit, share=share)

    def _share(self, change: float, base: float) -> str:
        return (
            NONE if not base else f"{'+' if change > 0 else ''}{self.t.write(Number(change / abs(base), 'share', ()))}"
        )

    def _row(self, key: str) -> dict[str, Any]:
        return next(row for row in self.told["outcomes"] if row["key"] == key)

    def _change(self, gap: dict[str, Any], how: Any) -> str:
        """Write a difference with its sign, its interval, and a mark where chance may be all of it."""
        cells = how.cells([abs(gap["mean"]), None if gap["low"] is None else (gap["high"] - gap["low"]) / 2.0])
        sign = "+" if gap["mean"] > 0 else "−" if gap["mean"] < 0 else "±"
        if gap["low"] is None:
            return f"{sign}{cells[0]}"
        unsure = "" if gap["low"] > 0 or gap["high"] < 0 or gap["low"] == gap["high"] else " ?"
        return f"{sign}{cells[0]} ± {cells[1]}{unsure}"

    def targets(self) -> list[Block]:
        """Whether each side meets each target, and how much of it."""
        if not self.told["targets"]:
            return []
        head = (self.t("compare.target"), *self.letters)
        rows = tuple(
            (row["title"][self.t.lang], *(self._target(side) for side in row["sides"])) for row in self.told["targets"]
        )
        return [
            Heading(self.t("compare.targets"), "targets"),
            Table(self.t("compare.targets"), head, rows, look="text"),
        ]

    def _target(self, side: dict[str, Any] | None) -> str:
        if side is None:
            return NONE
        if side["met"] is None:
            verdict = "unknown"
        elif 0 < side["met"] < 1:
            verdict = "some"
        else:
            verdict = "met" if side["met"] else "not_met"
        if verdict == "met" and side["on_paper_only"]:
            verdict = "paper"
        told = self.t(f"compare.verdict_{verdict}", share=self.t.write(Number(side["met"], "share", ())))
        counted, required = (
            self.t.write(Number(side[f"{what}_eflops"], "EFLOPS", ())) for what in ("counted", "required")
        )
        return self.t(
            "compare.counted", told=told, counted=counted, required=required, rung=self.t(f"rung.{side['rung']}")
        )

    def outcomes(self) -> list[Block]:
        """Means side by side, each with its difference to the first."""
        known = [row["key"] for row in self.told["outcomes"]]
        delivered = [key for key in known if key.startswith("capacity.fp16.") and key.endswith(".effective_eflops")]
        keys = [*delivered, *(key for key in OUTCOMES if key in known)]
        head = [self.t("compare.outcome"), self.letters[0]]
        for letter in self.letters[1:]:
            head += [letter, f"{letter} − {self.letters[0]}"]
        rows = tuple(self._outcome(key) for key in keys)
        caption = self.t("compare.outcomes_caption")
        return [
            Heading(self.t("compare.outcomes"), "outcomes"),
            Table(caption, tuple(head), rows),
            Paragraph(self.t("compare.unsure"), "note"),
        ]

    def _outcome(self, key: str) -> tuple[str, ...]:
        row = self._row(key)
        means = [None if side is None else side["mean"] for side in row["sides"]]
        how = shown(key, means, self.t)
        cells = how.cells(means)
        line = [how.axis, cells[0]]
        for k in range(1, len(cells)):
            gap = row["differences"][k]
            line += [cells[k], NONE if gap is None else "0" if gap["mean"] == 0 else self._change(gap, how)]
        return tuple(line)

    def inputs(self) -> list[Block]:
        """What differs in the inputs, old to new."""
        blocks: list[Block] = [Heading(self.t("compare.inputs"), "inputs")]
        for k in range(1, len(self.sides)):
            found = [item for item in self.told["inputs"] if item["side"] == k]
            if not found:
                blocks.append(Paragraph(self.t("compare.no_inputs", name=self.letters[k], first=self.letters[0])))
                continue
            rows = tuple(
                (item["path"], item["old"] or NONE, item["new"] or NONE, self.t.side(item["origin"]) or NONE)
                for item in found
            )
            head = tuple(self.t(f"compare.{word}") for word in ("input", "old", "new", "origin"))
            caption = self.t("compare.inputs_caption", name=self.letters[k], first=self.letters[0])
            blocks.append(Table(caption, head, rows, look="text"))
        return blocks

    def moved(self) -> list[Block]:
        """Which input moved what: the waterfall, its table, and what it cannot say."""
        if not self.told["attribution"]:
            return []
        blocks: list[Block] = [Heading(self.t("compare.moved"), "moved")]
        for chain in self.told["attribution"]:
            letter = self.letters[chain["side"]]
            if not chain["steps"]:
                blocks.append(Paragraph(self.t("compare.no_steps", name=letter)))
                continue
            name = f"effects_{chain['side']}"
            plot = next(plot for plot in self.plots if plot.name == name)
            blocks.append(
                Image(name, self.t("compare.caption_effects", name=letter, first=self.letters[0]), self.alt(plot))
            )
            blocks.append(self._effects(chain))
        blocks.append(Paragraph(self.t("compare.order")))
        return blocks

    def _effects(self, chain: dict[str, Any]) -> Table:
        head, columns = [self.t("compare.step")], []
        for item in chain["keys"]:
            values = [*item["in_order"], item["total"]]
            how = shown(item["key"], [v["mean"] for v in values if v is not None], self.t)
            order = [NONE if v is None else self._change(v, how) if v["mean"] else "0" for v in item["in_order"]]
            alone = how.cells([None if v is None else v["mean"] for v in item["alone"]])
            rest = how.cells([item["interaction"]])[0] if item["interaction"] is not None else NONE
            columns += [[*order, "0", self._change(item["total"], how)], [*alone, rest, NONE]]
            head += [self.t("compare.in_order", what=how.axis), self.t("compare.by_itself", what=how.axis)]
        names = [*(step["name"] for step in chain["steps"]), self.t("compare.interaction"), self.t("compare.total")]
        rows = tuple((name, *(column[i] for column in columns)) for i, name in enumerate(names))
        return Table(
            self.t("compare.effects_caption", name=self.letters[chain["side"]], first=self.letters[0]),
            tuple(head),
            rows,
        )

    def overlaid(self) -> list[Block]:
        """Figures with all sides in them."""
        plots = [plot for plot in self.plots if plot.kind != "effects"]
        images = [Image(plot.name, self.t(f"compare.caption_{plot.kind}"), self.alt(plot)) for plot in plots]
        return [Heading(self.t("compare.figures"), "figures"), *images]

    def method(self) -> list[Block]:
        """How it was done, and which runs are behind it."""
        rows = tuple(
            (
                f"{letter} {side['name']}",
                self.t("gap.list").join(
                    self.t("compare.seeded", seed=run["seed"], run=run["run_id"]) for run in side["runs"]
                ),
            )
            for letter, side in zip(self.letters, self.sides, strict=True)
        )
        head = (self.t("compare.scenario"), self.t("compare.runs"))
        return [
            Heading(self.t("compare.method"), "method"),
            Paragraph(self.t("compare.how", seeds=len(self.told["seeds"]))),
            Table(self.t("compare.runs"), head, rows, look="text"),
        ]
