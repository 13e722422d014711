"""Bundles of arrays that compiled functions take by one address.

numba hands a tuple of arrays from function to function by value: eight numbers an array, some three hundred for forty
arrays, pushed on the stack at every call. That took half of the time of short functions and minutes of compiling. A
`Bundle` lays addresses and shapes of its arrays down in one small table when it is made, and compiled code gets the
address of that table. Plain Python (``NUMBA_DISABLE_JIT=1``) reads the same attributes from the same object.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.core.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.core.typing.templates import AttributeTemplate
from numba.np.arrayobj import populate_array


class Bundle:
    """Base of frozen dataclasses whose fields are arrays, C-contiguous, changed in place and never replaced.

    Raises
    ------
    ValueError
        If an array is not contiguous or not writeable.
    """

    def __post_init__(self) -> None:
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        for name, array in arrays.items():
            if not (array.flags.c_contiguous and array.flags.writeable):
                raise ValueError(f"{type(self).__name__}.{name} must be contiguous and writeable")
        words = [number for array in arrays.values() for number in (array.ctypes.data, *array.shape)]
        table = np.array(words, dtype=np.int64)
        types = tuple((name, numba.typeof(array)) for name, array in arrays.items())
        for name, value in (("_table", table), ("_address", table.ctypes.data), ("_type", BundleType(types))):
            object.__setattr__(self, name, value)


class BundleType(numba.types.Type):
    """numba's type of a bundle: the names and types of its arrays."""

    def __init__(self, arrays: tuple[tuple[str, Any], ...]) -> None:
        self.arrays = arrays
        # the name becomes part of the name of every compiled function: keep it short
        super().__init__(name=f"Bundle{hashlib.sha256(repr(arrays).encode()).hexdigest()[:16]}")

    def word(self, name: str) -> int:
        """Return where the address of an array stands in the table; its shape follows."""
        at = 0
        for other, array in self.arrays:
            if other == name:
                return at
            at += 1 + array.ndim
        raise KeyError(name)


@register_model(BundleType)
class _BundleModel(models.PrimitiveModel):
    def __init__(self, manager: Any, front: BundleType) -> None:
        super().__init__(manager, front, ir.IntType(64).as_pointer())


@typeof_impl.register(Bundle)
def _typeof(value: Any, _context: Any) -> BundleType:
    return value._type


@unbox(BundleType)
def _unbox(_type: BundleType, value: Any, context: Any) -> NativeValue:
    number = context.pyapi.object_getattr_string(value, "_address")
    address = context.pyapi.long_as_voidptr(number)
    context.pyapi.decref(number)
    return NativeValue(context.builder.bitcast(address, ir.IntType(64).as_pointer()))


@infer_getattr
class _BundleAttribute(AttributeTemplate):
    key = BundleType

    def generic_resolve(self, bundle: BundleType, name: str) -> Any:  # type: ignore[override]
        return dict(bundle.arrays).get(name)


@lower_getattr_generic(BundleType)
def _array(context: Any, builder: Any, bundle: BundleType, table: Any, name: str) -> Any:
    """Read address and shape of an array; the table never changes, so that need not be done again."""
    kind, at = dict(bundle.arrays)[name], bundle.word(name)
    made = context.make_array(kind)(context, builder)
    item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    data = builder.inttoptr(_word(builder, table, at), made.data.type)
    shape = [_word(builder, table, at + 1 + axis) for axis in range(kind.ndim)]
    strides: list[Any] = []
    count = context.get_constant(numba.types.intp, item)
    for length in reversed(shape):
        strides.insert(0, count)
        count = builder.mul(count, length)
    populate_array(
        made,
        data=data,
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=context.get_constant(numba.types.intp, item),
        meminfo=None,
    )
    return made._getvalue()


def _word(builder: Any, table: Any, at: int) -> Any:
    word = builder.load(builder.gep(table, [ir.Constant(ir.IntType(64), at)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word
