"""Bundles: compiled code must see the very arrays that Python sees, whatever their kind and shape."""

from dataclasses import dataclass, replace

import numba
import numpy as np
import pytest

from energy_models.bundle import Bundle, BundleType

RECORD = np.dtype([("value", np.float64), ("flag", np.bool_), ("count", np.int64)], align=True)


@dataclass(frozen=True)
class Three(Bundle):
    """A vector, a cube and a table of records, in an order that makes their words stand apart."""

    cube: np.ndarray
    table: np.ndarray
    vector: np.ndarray


@numba.njit(_nrt=False)
def stir(three, weight):
    """Read and write each array, rows and lengths included."""
    total = 0.0
    for i in range(three.cube.shape[0]):
        for j in range(three.cube.shape[1]):
            row = three.cube[i, j]
            for k in range(three.cube.shape[2]):
                total += row[k] * weight
                row[k] += 1.0
    for i in range(len(three.table)):
        row = three.table[i]
        row.count += len(three.vector)
        three.table[i].flag = not row.flag
        total += row.value
    three.vector[-1] = total
    return total


def three(cube_shape: tuple[int, int, int], rows: int, length: int) -> Three:
    rng = np.random.default_rng(3)
    table = np.zeros(rows, RECORD).view(np.recarray)
    table["value"] = rng.random(rows)
    return Three(rng.random(cube_shape), table, np.zeros(length))


@pytest.mark.parametrize(("shape", "rows", "length"), [((2, 3, 4), 5, 6), ((1, 1, 1), 1, 1), ((3, 0, 2), 0, 2)])
def test_compiled_code_reads_and_writes_what_python_does(shape: tuple[int, int, int], rows: int, length: int) -> None:
    compiled, plain = three(shape, rows, length), three(shape, rows, length)
    assert stir(compiled, 2.0) == stir.py_func(plain, 2.0)
    for name in ("cube", "table", "vector"):
        np.testing.assert_array_equal(getattr(compiled, name), getattr(plain, name))


def test_another_shape_is_the_same_type_and_another_array_is_seen() -> None:
    one = three((2, 3, 4), 5, 6)
    longer = replace(one, vector=np.zeros(9))
    stir(longer, 1.0)
    assert longer.vector[-1] != 0.0
    assert one.vector[-1] == 0.0
    assert numba.typeof(one) == numba.typeof(longer) != BundleType((("cube", numba.typeof(one.cube)),))


@pytest.mark.parametrize("cube", [np.zeros((4, 4, 4))[:, ::2], np.broadcast_to(np.zeros(1), (2, 2, 2))])
def test_an_array_that_cannot_be_walked_or_written_is_refused(cube: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"Three\.cube must be contiguous and writeable"):
        replace(three((1, 1, 1), 1, 1), cube=cube)
