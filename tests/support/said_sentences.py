"""Finds in the source what errors say to people, so that a test can ask for its translations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PASSED_ON = ("said_by", "str")
"""What another error says, which is found where that one is made."""


def said_sentences(source: Path, errors: frozenset[str]) -> Iterator[str]:
    """Yield the sentences that a module gives to these errors: the last argument of each.

    What is neither a constant, nor a call whose first argument is one, nor passed on, is yielded as it stands
    in the source.
    """
    tree = ast.parse(source.read_text())
    constants = {name: value for node in tree.body for name, value in _constant(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors:
            for argument in node.args[-1:]:
                yield from _sentences(argument, constants)


def _constant(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.target.id, node.value


def _sentences(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from _sentences(node.body, constants)
            yield from _sentences(node.orelse, constants)
        case ast.Name() if node.id in constants:
            yield from _sentences(constants[node.id], constants)
        case ast.Name():  # a variable, or a constant of another module, where it is found
            pass
        case ast.Call(func=ast.Name(id=name)) if name in PASSED_ON:
            pass
        case ast.Call(args=[first, *_]):
            yield from _sentences(first, constants)
        case _:
            yield ast.unparse(node)
