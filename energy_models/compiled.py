"""The one way this project compiles a function.

numba keeps compiled code on disk, but it looks only at the file a function stands in: a change in a callee
of another file goes unnoticed and the old machine code answers. So the cache folder is named by a hash of
every source file that may take part. ``NUMBA_DISABLE_JIT=1`` turns the decorator off and the same code runs
as plain Python.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])

_OWN_FOLDER = Path(__file__).parent


def source_hash(*folders: Path) -> str:
    """Hash of all Python files below some folders.

    Parameters
    ----------
    folders : Path
        Folders to read, each to its full depth. Names and contents count, the place of the folder does not.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            digest.update(file.relative_to(folder).as_posix().encode())
            digest.update(b"\0")
            digest.update(file.read_bytes())
            digest.update(b"\0")
    return digest.hexdigest()[:16]


def cache_folder(package_folder: Path) -> Path:
    """Folder for the compiled code of one package, made if it can be.

    Parameters
    ----------
    package_folder : Path
        Folder of the package whose functions are compiled. `energy_models` itself always counts as used by
        it.

    Returns
    -------
    Path
        ``<cache>/suandian-<hash>`` under ``NUMBA_CACHE_DIR``, else under the user's cache folder, else
        (where that cannot be written) under the system's temporary folder.
    """
    folders = [_OWN_FOLDER] if package_folder == _OWN_FOLDER else [_OWN_FOLDER, package_folder]
    name = f"suandian-{source_hash(*folders)}"
    for base in (_preferred_base(), Path(tempfile.gettempdir())):
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise OSError(f"no writable cache folder for compiled code: set NUMBA_CACHE_DIR (tried {name})")


def compiler(package_folder: Path, *, allocates: bool = True) -> Callable[[Function], Function]:
    """Decorator that compiles functions of one package, without fastmath, cached under a hash of its sources.

    Parameters
    ----------
    package_folder : Path
        Folder of the package, usually ``Path(__file__).parent``.
    allocates : bool
        False promises that no function makes or returns an array. numba then keeps no reference counts, which are
        atomic and took nine tenths of the time of code that only reads and writes fields of its arguments.

    Returns
    -------
    Callable
        A decorator; with ``NUMBA_DISABLE_JIT=1`` it returns the function as it is.

    Notes
    -----
    Use: ``compiled = compiler(Path(__file__).parent)`` once in a package, then ``@compiled``.
    """
    config: Any = numba.config  # its names are made at import, type checkers cannot see them
    if config.DISABLE_JIT:
        return _unchanged
    folder = str(cache_folder(package_folder))

    def decorate(function: Function) -> Function:
        # numba asks for the cache place once, when the function is decorated
        before = config.CACHE_DIR
        config.CACHE_DIR = folder
        try:
            options: dict[str, Any] = {"cache": True, "fastmath": False, "_nrt": allocates}
            return cast(Function, numba.njit(**options)(function))
        finally:
            config.CACHE_DIR = before

    return decorate


def is_compiled(package_folder: Path) -> bool:
    """Tell whether machine code of a package is on disk already, or none is to be made."""
    config: Any = numba.config
    return bool(config.DISABLE_JIT) or any(cache_folder(package_folder).rglob("*.nbi"))


def _unchanged(function: Function) -> Function:
    return function


def _preferred_base() -> Path:
    for variable in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            return Path(os.environ[variable])
    return Path.home() / ".cache"


compiled = compiler(_OWN_FOLDER)
