"""Errors survive a SimPy process and another interpreter: both build them again from their `args`."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Generator

import pytest
import simpy

from simulator import errors

ALL = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__ == errors.__name__]


def made(cls: type[Exception]) -> Exception:
    own = "__init__" in cls.__dict__
    count = len(inspect.signature(cls).parameters) if own else 1
    return cls(*(f"text {i}" for i in range(count)))


def test_the_list_is_not_empty() -> None:
    assert {errors.InvariantError, errors.ScenarioError, errors.Fault} <= set(ALL)


@pytest.mark.parametrize("cls", ALL)
def test_rebuilt_from_args(cls: type[Exception]) -> None:
    error = made(cls)
    for again in (type(error)(*error.args), pickle.loads(pickle.dumps(error))):
        assert (type(again), again.args, str(again)) == (cls, error.args, str(error))
        assert vars(again) == vars(error)


@pytest.mark.parametrize("cls", ALL)
def test_passes_through_a_simpy_process(cls: type[Exception]) -> None:
    error, environment = made(cls), simpy.Environment()

    def failing() -> Generator[simpy.Event, None, None]:
        yield environment.timeout(1)
        raise error

    environment.process(failing())
    with pytest.raises(cls) as caught:
        environment.run()
    assert str(caught.value) == str(error)


@pytest.mark.parametrize("cls", [cls for cls in ALL if cls is not errors.Fault])
def test_one_base_for_the_command_line_to_catch(cls: type[Exception]) -> None:
    assert issubclass(cls, errors.SuandianError)
