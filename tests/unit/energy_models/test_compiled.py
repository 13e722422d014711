"""The compile decorator: its cache must notice a change in a callee of another file."""

import os
import subprocess
import sys
from pathlib import Path

import numba

from energy_models.compiled import cache_folder, compiler, source_hash

CALLER = """
from pathlib import Path
from energy_models.compiled import compiler
from callee import inner

@compiler(Path(__file__).parent)
def outer(x):
    return inner(x) + 1.0

print(outer(1.0))
"""
CALLEE = """
from pathlib import Path
from energy_models.compiled import compiler

@compiler(Path(__file__).parent)
def inner(x):
    return x * {factor}
"""
SETTLE = """
import hashlib
import numpy as np
from energy_models.dispatch import FLOW_DTYPE, OFFER_DTYPE, SITE_DTYPE, settle

rng = np.random.default_rng(7)
sites = np.zeros(3, SITE_DTYPE)
sites["import_limit_w"], sites["export_limit_w"] = 8e6, 1e6
sites["charge_power_w"], sites["discharge_power_w"], sites["battery_capacity_j"] = 5e6, 5e6, 3.6e10
sites["efficiency_charge"], sites["efficiency_discharge"] = 0.97, 0.96
sites["standing_loss_per_h"], sites["battery_policy"] = 1e-4, (2, 3, 4)
offers, flows = np.zeros(3, OFFER_DTYPE), np.zeros(3, FLOW_DTYPE)
digest = hashlib.sha256()
for _ in range(300):
    offers["pv_w"], offers["contract_w"] = rng.uniform(0, 2e7, 3), rng.uniform(0, 5e6, 3)
    offers["tariff_rank"] = rng.integers(-2, 3, 3)
    settle(sites, offers, rng.uniform(0, 1e7, 3), 900.0, flows)
    digest.update(flows.tobytes())
print(digest.hexdigest())
"""


def run(code: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code] if "\n" in code else [sys.executable, code],
        cwd=folder,
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_changed_callee_in_another_file_is_compiled_again(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text(CALLER)
    (tmp_path / "callee.py").write_text(CALLEE.format(factor=2.0))
    assert run("caller.py", tmp_path) == "3.0"
    (tmp_path / "callee.py").write_text(CALLEE.format(factor=5.0))
    # numba's own cache answers 3.0 here: the caller's file has not changed
    assert run("caller.py", tmp_path) == "6.0"


def test_settlement_is_bit_identical_without_compiling(tmp_path: Path) -> None:
    assert run(SETTLE, tmp_path) == run(SETTLE, tmp_path, NUMBA_DISABLE_JIT="1")


def test_hash_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    first = source_hash(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    second = source_hash(tmp_path)
    (tmp_path / "b.py").write_text("x = 2")
    assert len({first, second, source_hash(tmp_path)}) == 3


def test_decorating_leaves_numba_as_it_was(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    before = numba.config.CACHE_DIR
    function = compiler(Path(__file__).parent)(lambda x: x + 1)
    assert before == numba.config.CACHE_DIR
    assert function(1) == 2


def test_a_base_that_cannot_be_written_gives_way(tmp_path: Path, monkeypatch) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(in_the_way))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "other"))
    assert cache_folder(Path(__file__).parent).parent == tmp_path / "other"
