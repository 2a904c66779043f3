"""Tests import nothing of bench: what both need is in tests/support."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

TESTS = Path(__file__).parent
BENCH = TESTS.parent / "bench"
BENCH_MODULES = {"bench", *(file.stem for file in BENCH.iterdir() if file.suffix == ".py" or file.is_dir())}


def imported_modules(file: Path) -> set[str]:
    """Return the names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(), str(file))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def is_in_bench(part: object) -> bool:
    """Whether a part of a path expression (`root / "bench"`) leads into bench."""
    return isinstance(part, str) and part.split("/")[0] == "bench"


def test_no_test_imports_bench() -> None:
    importing = {
        str(file.relative_to(TESTS)): found
        for file in TESTS.rglob("*.py")
        if (found := {name for name in imported_modules(file) if name.split(".")[0] in BENCH_MODULES})
    }
    assert importing == {}


def test_bench_is_not_on_the_module_path_of_tests() -> None:
    assert str(BENCH) not in sys.path


def test_no_test_reads_files_of_bench() -> None:
    readers = [
        file.name
        for file in TESTS.rglob("*.py")
        if file != Path(__file__)
        and any(
            isinstance(node, ast.BinOp)
            and isinstance(node.right, ast.Constant)
            and is_in_bench(node.right.value)
            for node in ast.walk(ast.parse(file.read_text()))
        )
    ]
    assert readers == []
