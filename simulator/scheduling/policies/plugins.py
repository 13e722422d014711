"""A user's own policy: a class named ``module:Class``, loaded where the user allows it."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import Any

from simulator.scheduling.policies.base import REGISTRY, Policy

PLUGIN = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def is_plugin(name: str) -> bool:
    """Tell whether a policy's name is that of a user's class."""
    return PLUGIN.fullmatch(name) is not None


def make_policy(name: str, options: dict[str, Any], *, allow_plugin: bool = False) -> Policy:
    """
    Return a new policy.

    Parameters
    ----------
    name : str
        Of the registry, or ``module:Class``; modules are looked for in the working directory first.
    options : dict
        For its constructor.
    allow_plugin : bool
        Code of the user may be run.

    Raises
    ------
    ValueError
        If there is no such policy, it may not be loaded, or it takes no such options.
    """
    if name in REGISTRY:
        return REGISTRY[name](**options)
    if not is_plugin(name):
        raise ValueError(f"there is no policy {name!r}")
    if not allow_plugin:
        raise ValueError(f"policy {name!r} is code of your own: it runs with --allow-plugin only")
    return _loaded(name)(**options)


def plugin_source(name: str) -> bytes:
    """Return the source of a user's policy without running it; nothing for built-in ones and what cannot be found."""
    if not is_plugin(name):
        return b""
    file = Path(*name.partition(":")[0].split(".")).with_suffix(".py")
    found = (Path(folder) / file for folder in (str(Path.cwd()), *sys.path))
    return next((path.read_bytes() for path in found if path.is_file()), b"")


def _loaded(name: str) -> type[Policy]:
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError as error:
        raise ValueError(f"policy {name!r}: module {module!r} cannot be imported: {error}") from error
    finally:
        sys.path.remove(here)
    if not (isinstance(found, type) and issubclass(found, Policy)):
        raise ValueError(f"policy {name!r}: {attribute} is not a subclass of simulator.scheduling.Policy")
    return found
