"""The files of guest/src depend on each other without a cycle.

A module is the header and the source file of one name. It depends on another module when it includes
the other module's header or uses a function or variable that the other module defines and a header declares.
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "guest" / "src"

INCLUDE = re.compile(r'^#include "(?:\w+/)*(\w+)\.h"', re.MULTILINE)
COMMENTS_AND_STRINGS = {
    ".c": re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', re.DOTALL),
    ".s": re.compile(r"\|.*"),
}
COMMENTS_AND_STRINGS[".h"] = COMMENTS_AND_STRINGS[".c"]
DEFINITIONS = {
    ".c": re.compile(
        r"^(?!static|extern|typedef)[A-Za-z][\w *]*?(\w+)(?:\[\w*\])*(?:\([^;{]*\)\s*\{| *[=;,])",
        re.MULTILINE,
    ),
    ".s": re.compile(r"^\s*\.globl\s+(\w+)", re.MULTILINE),
}
DECLARATION = re.compile(r"^extern[^;]+;|\w+\(", re.MULTILINE)
USE = re.compile(r"(?<!\.)(?<!->)\b[A-Za-z_]\w*")


def read_sources(folder: Path) -> dict[str, str]:
    """Return the text of each source file and header, by its path below `folder`."""
    paths = (path for path in folder.rglob("*") if path.suffix in {".c", ".h", ".s"})
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def build_graph(files: dict[str, str]) -> dict[str, set[str]]:
    """Return the modules that each module depends on, for the texts of files by path."""
    graph: dict[str, set[str]] = {Path(path).stem: set() for path in files}
    declared: set[str] = set()
    owners: dict[str, str] = {}
    uses: list[tuple[Path, set[str]]] = []
    for name, text in files.items():
        path = Path(name)
        code = COMMENTS_AND_STRINGS[path.suffix].sub(" ", text)
        graph[path.stem].update(graph.keys() & set(INCLUDE.findall(text)))
        if path.suffix == ".h":
            declared.update(USE.findall(" ".join(DECLARATION.findall(code))))
        else:
            owners |= dict.fromkeys(DEFINITIONS[path.suffix].findall(code), path.stem)
            uses.append((path, set(USE.findall(code))))
    for path, names in uses:
        known = owners.keys() & names & (declared if path.suffix == ".c" else names)
        graph[path.stem].update(owners[name] for name in known)
    return {module: others - {module} for module, others in graph.items()}


def find_cycle(graph: dict[str, set[str]]) -> str:
    """Return one cycle as text, "a -> b -> a", or "" if the graph has none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " -> ".join(reversed(error.args[1]))
    return ""


def test_guest_sources_have_no_dependency_cycle() -> None:
    graph = build_graph(read_sources(SOURCES))
    assert graph["main"] >= {"events", "windows", "windowopen"}  # includes, and a call across files
    assert "interrupts" in graph["boot"]
    assert find_cycle(graph) == ""


@pytest.mark.parametrize(
    ("files", "cycle"),
    [
        ({"a.h": '#include "b.h"\n', "b.c": '#include "b.h"\n\n#include "a.h"\n', "b.h": ""}, {"a", "b"}),
        (
            {
                "a.c": "void f(void)\n{\n    g();\n}\n",
                "a.h": "void f(void);",
                "b.h": "int g(void);",
                "apps/b.c": "int g(void)\n{\n    f();\n}\n",
            },
            {"a", "b"},
        ),
        (
            {
                "a.c": "u8 x[2] = {1};\nvoid f(void)\n{\n    g();\n}\n",
                "a.h": "extern u8 x[2];",
                "b.h": "void g(void);",
                "b.s": ".globl g\ng: lea x, %a0\n",
            },
            {"a", "b"},
        ),
        (
            {
                "a.c": "u8 x;\n/* f */\n",
                "a.h": "extern u8 x;",
                "b.h": "void f(void);",
                "b.c": "void f(void)\n{\n    x = 1;\n}\n",
            },
            set(),
        ),
        (
            {
                "a.c": "u8 x;\nvoid h(void)\n{\n    p->f = f.f;\n}\n",
                "h.h": "u8 f(void);\nu8 g(void);\nvoid h(void);\nextern u8 x;",
                "b.c": "static u8 f;\nu8 g(void)\n{\n    x;\n}\n",
            },
            set(),
        ),
    ],
    ids=["includes", "calls", "assembly", "comment", "field and static"],
)
def test_cycle_is_found_and_named(files: dict[str, str], cycle: set[str]) -> None:
    assert set(find_cycle(build_graph(files)).replace(" -> ", " ").split()) == cycle
