"""Scenarios: YAML with units, sources and patches, read into one frozen, checked specification."""

from simulator.scenario.base import UTC8, InputFile, Instant, Name, RowName, Spec, Title
from simulator.scenario.dump import dump, undump
from simulator.scenario.explain import explain
from simulator.scenario.failing import Failures, RandomTime, TraceFailures
from simulator.scenario.fleet import Cluster, Device, Mfu, Precision, Queue, Stack, Target
from simulator.scenario.intertie import Intertie
from simulator.scenario.kinds import Kind, kind_of, other_kind
from simulator.scenario.limits import GreenShare, Limit, Transformers
from simulator.scenario.load import Loaded, load, stream
from simulator.scenario.market import CarbonSeries, Contract, DirectGreenRule, Plant, Province
from simulator.scenario.merge import Change
from simulator.scenario.missing import missing_provenance
from simulator.scenario.plant import ChillerPlant, EconomiserChiller, Facility
from simulator.scenario.problems import Problem, dotted, near, one_of, raise_if_any
from simulator.scenario.provenance import Provenance, Source
from simulator.scenario.quantities import (
    CANONICAL,
    Compute,
    Duration,
    Efficiency,
    Energy,
    Positive,
    Power,
    Share,
    format_quantity,
    parse_quantity,
    registry,
)
from simulator.scenario.reference import field_reference
from simulator.scenario.rules import NOT_MODELLED, Rule
from simulator.scenario.schema import json_schema
from simulator.scenario.shape import Shape, shape_of, step_into
from simulator.scenario.show import show_yaml
from simulator.scenario.site import (
    Battery,
    Connection,
    DirectGreen,
    Edge,
    Hub,
    Location,
    Pv,
    Wind,
)
from simulator.scenario.sky import CapacityFactors, CsvWeather, EpwWeather, SyntheticWeather, Tmy3Weather, Weather
from simulator.scenario.source import Node, at, leaves, plain, read_file, read_text
from simulator.scenario.spec import METER_S, Finance, PolicyChoice, Scenario, Simulation
from simulator.scenario.tariff import Billing, Period, SpotPrices, Tariff, TariffPart, TimeOfUse, Voltage
from simulator.scenario.work import ClassMix, JobClass, Service, SyntheticWork, TraceWork, Work, Workload

__all__ = [
    "CANONICAL",
    "METER_S",
    "NOT_MODELLED",
    "UTC8",
    "Battery",
    "Billing",
    "CapacityFactors",
    "CarbonSeries",
    "Change",
    "ChillerPlant",
    "ClassMix",
    "Cluster",
    "Compute",
    "Connection",
    "Contract",
    "CsvWeather",
    "Device",
    "DirectGreen",
    "DirectGreenRule",
    "Duration",
    "EconomiserChiller",
    "Edge",
    "Efficiency",
    "Energy",
    "EpwWeather",
    "Facility",
    "Failures",
    "Finance",
    "GreenShare",
    "Hub",
    "InputFile",
    "Instant",
    "Intertie",
    "JobClass",
    "Kind",
    "Limit",
    "Loaded",
    "Location",
    "Mfu",
    "Name",
    "Node",
    "Period",
    "Plant",
    "PolicyChoice",
    "Positive",
    "Power",
    "Precision",
    "Problem",
    "Provenance",
    "Province",
    "Pv",
    "Queue",
    "RandomTime",
    "RowName",
    "Rule",
    "Scenario",
    "Service",
    "Shape",
    "Share",
    "Simulation",
    "Source",
    "Spec",
    "SpotPrices",
    "Stack",
    "SyntheticWeather",
    "SyntheticWork",
    "Target",
    "Tariff",
    "TariffPart",
    "TimeOfUse",
    "Title",
    "Tmy3Weather",
    "TraceFailures",
    "TraceWork",
    "Transformers",
    "Voltage",
    "Weather",
    "Wind",
    "Work",
    "Workload",
    "at",
    "dotted",
    "dump",
    "explain",
    "field_reference",
    "format_quantity",
    "json_schema",
    "kind_of",
    "leaves",
    "load",
    "missing_provenance",
    "near",
    "one_of",
    "other_kind",
    "parse_quantity",
    "plain",
    "raise_if_any",
    "read_file",
    "read_text",
    "registry",
    "shape_of",
    "show_yaml",
    "step_into",
    "stream",
    "undump",
]
