"""
The tables of docs/policies.md, from the folder of a sweep: ``python docs/policy_tables.py FOLDER``.

Knows the experiments ``gap_policies``, ``forecast_value`` and ``v_tradeoff`` of scenarios/experiments/. All figures are
read from the runs; means are over the seeds.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

WAIT, WAIT_95 = "service.wait_mean_s", "service.wait_p95_s"
TOLD = re.compile(r"forecast of (\w+) \((\w+)\), mean absolute error over the mean: (.*)")
OPERATING = ("energy_cny", "delivery_cny", "demand_charge_cny", "green_cny", "network_cny", "wheeling_cny")


def main() -> None:
    """Print the tables of the experiment whose folder is named."""
    folder = Path(sys.argv[1])
    experiment = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))["experiment"]
    points = pd.read_parquet(folder / "points.parquet")
    points = points[points["status"] == "done"].copy()
    print("\n".join(TABLES[experiment](points, folder)))


def gap_table(points: pd.DataFrame, _folder: Path) -> Iterable[str]:
    """Tell what each answer to the gap takes under each policy."""
    points["operating"] = sum(points[f"cost.{name}"] for name in OPERATING) - points["cost.export_revenue_cny"]
    yield from head("answer", "policy", "target met", "EFLOPS effective", "GWh", "clean by the hour",
                    "tCO2, location", "kg/kWh", "million yuan", "wait [h]", "p95 [h]", "unstarted")  # fmt: skip
    for row in points.to_dict("records"):
        yield line(
            row["variant"], policy_name(row["policy"]),
            "yes" if row["targets.zhejiang_2025.met"] else "no",
            f"{row['capacity.fp16.effective_eflops']:.2f}",
            f"{row['energy.facility_gwh']:.1f}", f"{row['clean.cfe_score_hourly']:.1%}",
            f"{row['emissions.location_tco2']:,.0f}", f"{row['emissions.cue_kg_per_kwh']:.4f}",
            f"{row['operating'] / 1e6:.1f}",
            f"{row[WAIT] / 3600:.2f}", f"{row[WAIT_95] / 3600:.2f}", f"{row['service.jobs_unstarted']:,.0f}",
        )  # fmt: skip


def forecast_tables(points: pd.DataFrame, folder: Path) -> Iterable[str]:
    """Tell what knowing more is worth, then how wrong each forecast was."""
    by_time = [at_work(run)[1] for run in points_of(points, folder)]
    points["carbon"], points["price"] = [one["carbon"] for one in by_time], [one["price"] for one in by_time]
    points["policy"], points["forecast"] = points["policy"].map(policy_name), points["forecast"].map(forecast_name)
    means = points.groupby(["policy", "forecast"], sort=False)[["carbon", "price", WAIT, WAIT_95]].mean().reset_index()
    yield from head("policy", "forecast", "g CO2/kWh by the hours chosen", "yuan/MWh by the hours chosen",
                    "gain, of perfect", "wait [h]", "p95 [h]")  # fmt: skip
    for policy, rows in means.groupby("policy", sort=False):
        minds = "carbon" if str(policy).endswith("carbon") else "price"
        known = rows.set_index("forecast")[minds]
        none, all_of_it = known["persistence"], known["perfect"]
        for row in rows.to_dict("records"):
            yield line(
                row["policy"], row["forecast"], f"{1000 * row['carbon']:+.2f}",
                f"{1000 * row['price']:+.2f}", f"{(none - row[minds]) / (none - all_of_it):.0%}",
                f"{row[WAIT] / 3600:.2f}", f"{row[WAIT_95] / 3600:.2f}",
            )  # fmt: skip
    yield ""
    yield from head("series", "forecast", "mean absolute error over the mean, by lead")
    yield from mean_errors(errors_told(run) for run in points_of(points, folder))


def v_table(points: pd.DataFrame, folder: Path) -> Iterable[str]:
    """Tell how price paid and wait go with V."""
    v = "policy.options.v"
    points["price"] = [at_work(run)[0]["price"] for run in points_of(points, folder)]
    yield from head("V", "yuan/kWh of job power", "energy [million yuan]", "GWh", "mean wait [h]", "p95 wait [h]")
    for value, rows in points.groupby(v):
        mean = rows[["price", "cost.energy_cny", "energy.facility_gwh", WAIT, WAIT_95]].mean()
        yield line(
            f"{value:g}", f"{mean['price']:.4f}", f"{mean['cost.energy_cny'] / 1e6:.2f}",
            f"{mean['energy.facility_gwh']:.2f}", f"{mean[WAIT] / 3600:.2f}", f"{mean[WAIT_95] / 3600:.2f}",
        )  # fmt: skip


TABLES: dict[str, Callable[[pd.DataFrame, Path], Iterable[str]]] = {
    "gap_policies": gap_table,
    "forecast_value": forecast_tables,
    "v_tradeoff": v_table,
}


def points_of(points: pd.DataFrame, folder: Path) -> list[Path]:
    """Return the run folder of each row."""
    return [folder / f"point={p}" / f"seed={s}" for p, s in zip(points["point"], points["seed"], strict=True)]


def at_work(run: Path) -> tuple[dict[str, float], dict[str, float]]:
    """
    Return carbon [kg/kWh] and price [CNY/kWh] of a kilowatt-hour of the jobs' IT power, and what its hours did.

    The second is what is left when each hub's plain mean over time is taken off: below zero, work was in good hours.
    """
    columns = ["it_jobs_w", "ci_location_kg_per_kwh", "energy_price_cny_per_kwh", "delivery_price_cny_per_kwh"]
    steps = pd.read_parquet(run / "steps.parquet", columns=["hub", *columns])
    power = steps["it_jobs_w"] / steps["it_jobs_w"].sum()
    signals = {
        "carbon": steps["ci_location_kg_per_kwh"],
        "price": steps["energy_price_cny_per_kwh"] + steps["delivery_price_cny_per_kwh"],
    }
    hub = steps["hub"].astype(str)
    usual = {name: signal.groupby(hub).transform("mean") for name, signal in signals.items()}
    paid = {name: float((power * signal).sum()) for name, signal in signals.items()}
    return paid, {name: paid[name] - float((power * usual[name]).sum()) for name in signals}


def errors_told(run: Path) -> Iterable[tuple[str, str, str]]:
    """Return series, forecast and errors that the run tells; declared errors of perfect forecasts are left out."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    for warning in manifest["warnings"]:
        found = TOLD.search(warning)
        if found and found[2] != "perfect":
            yield found[1], found[2], found[3]


def mean_errors(told: Iterable[Iterable[tuple[str, str, str]]]) -> Iterable[str]:
    """Return a line for each series and forecast: its errors by lead, mean over the runs."""
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for run in told:
        for series, forecast, errors in run:
            by_lead = {lead: float(share) for lead, share in re.findall(r"(\d+ h) ([\d.]+)%", errors)}
            found.setdefault((series, forecast), []).append(by_lead)
    for (series, forecast), rows in sorted(found.items()):
        means = pd.DataFrame(rows).mean()
        yield line(series, forecast, ", ".join(f"{lead} {share:.1f} %" for lead, share in means.items()))


def policy_name(text: str) -> str:
    """Return a policy as the tables call it, from the value of its axis."""
    policy = ast.literal_eval(text)
    return " ".join([f"`{policy['name']}`", *(str(value) for value in policy.get("options", {}).values())])


def forecast_name(text: str) -> str:
    """Return a forecast as the tables call it, from the value of its axis."""
    forecast = ast.literal_eval(text)
    return forecast["model"] + (f", error {forecast['error']:.0%}" if forecast.get("error") else "")


def head(*columns: str) -> Iterable[str]:
    """Return the first two lines of a Markdown table."""
    return line(*columns), "|" + "---|" * len(columns)


def line(*cells: str) -> str:
    """Return one line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
