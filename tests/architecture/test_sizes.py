"""Sizes that stay readable: above these a file or a function is split."""

from __future__ import annotations

import ast

from tests.architecture.house import Definition, Source, sources

FILE_LINES, FUNCTION_LINES = 400, 50


def code_lines(function: Definition) -> int:
    """Lines of a function from `def` to its end, docstring not counted."""
    first = function.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return function.end_lineno - function.lineno + 1 - docstring


def test_no_file_is_too_long() -> None:
    long = {source.path: lines for source in sources() if (lines := source.text.count("\n")) > FILE_LINES}
    assert not long, f"over {FILE_LINES} lines: {long}"


def test_no_function_is_too_long() -> None:
    long = [
        f"{source.path}: {function.name} {lines}"
        for source in sources()
        for function in source.functions()
        if (lines := code_lines(function)) > FUNCTION_LINES
    ]
    assert not long, f"over {FUNCTION_LINES} lines of code:\n" + "\n".join(long)


def test_docstrings_are_not_counted() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    return (\n        1\n    )\n'
    assert [code_lines(function) for function in Source("energy_models/x.py", text).functions()] == [4]
