"""The shape of the source: no cycles between files, one meaning for each name, files read in one sitting."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from statistics import median

import pytest

from moof.web.bundle import bundle

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PAGE = SOURCE / "moof/web/page"

MAX_LINES = 350
MAX_MEDIAN_LINES = 120
MAX_FUNCTION_LINES = 30
MIN_SHORT_FUNCTIONS = 0.95

SHARED_STEMS = {
    "av1": "a codec, and its RTP payload format",
    "h264": "a codec, and its RTP payload format",
    "vp9": "a codec, and its RTP payload format",
    "bridge": "a process, and the command that starts it",
    "emulator": "an end of the contract and of the extension socket, and the command that starts one",
    "errors": "the exceptions of a package",
    "messages": "the messages of a protocol: the contract's, the extension socket's, the page's",
    "pipeline": "a media thread: video's, audio's",
    "server": "an end of the contract and of the extension socket, and the process around it",
}
"""File names that stand in two packages, and what they have in common."""


def modules() -> dict[str, Path]:
    """All modules of the package by dotted name."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(name: str, path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules that a file imports, those for type checking and inside functions included."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            parents = parents[: len(parents) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            # A submodule imported by name is that file; anything else comes from the module itself.
            targets = [each if (each := f"{base}.{alias.name}") in known else base for alias in node.names]
        else:
            continue
        yield from (target for target in targets if target in known and target != name)


def fail_on_cycle(graph: Mapping[str, set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_no_cycle_among_python_files() -> None:
    known = modules()
    fail_on_cycle({name: set(imports(name, path, known)) for name, path in known.items()})


def test_no_cycle_among_the_pages_scripts() -> None:
    pattern = re.compile(r"""^\s*(?:import|export)\b[^;]*?["'](\.[^"']+)["']""", re.MULTILINE)
    graph = {}
    for path in PAGE.rglob("*.js"):
        folder = PurePosixPath(path.relative_to(PAGE).parent.as_posix())
        targets = [(PAGE / folder / found).resolve() for found in pattern.findall(path.read_text("utf-8"))]
        assert all(target.is_file() for target in targets), path
        graph[str(path.relative_to(PAGE))] = {str(target.relative_to(PAGE)) for target in targets}
    assert any(graph.values())
    fail_on_cycle(graph)


@pytest.mark.parametrize("name", ["main.js", "ui/panels.js"])
def test_the_pages_scripts_are_written_so_that_they_can_be_one(name: str) -> None:
    """An import is one line with names in braces, an export stands before a declaration (moof.web.bundle)."""
    assert len(bundle(PAGE, name).files) > 1


def test_a_cycle_is_found() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"a → b → a|b → a → b"):
        fail_on_cycle({"a": {"b"}, "b": {"a"}})


def test_a_file_name_has_one_meaning() -> None:
    places = defaultdict(list)
    for name, path in modules().items():
        if path.stem not in ("__init__", "__main__"):
            places[path.stem].append(name)
    repeated = {stem: names for stem, names in places.items() if len(names) > 1}
    assert {stem: names for stem, names in repeated.items() if stem not in SHARED_STEMS} == {}
    assert set(SHARED_STEMS) <= set(repeated), "SHARED_STEMS names only what is shared"


def test_a_class_name_has_one_meaning() -> None:
    places = defaultdict(list)
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(name)
    assert {found: names for found, names in places.items() if len(names) > 1} == {}


def test_files_are_read_in_one_sitting() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules().values()}
    assert {str(path): length for path, length in lengths.items() if length > MAX_LINES} == {}
    assert (
        median(length for path, length in lengths.items() if path.name != "__init__.py") <= MAX_MEDIAN_LINES
    )


def test_functions_fit_a_screen() -> None:
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules().values()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert sum(length <= MAX_FUNCTION_LINES for length in functions) / len(functions) >= MIN_SHORT_FUNCTIONS


UNTESTED = {
    "bridge/errors.py": "exception classes alone",
    "bridge/program_states.py": "a protocol; the implementation for each program has tests",
    "extension/errors.py": "an exception class alone",
    "bridge/pulse/codes.py": "constants of PulseAudio's protocol; test_descriptions.py uses libpulse",
    "bridge/pulse/errors.py": "an exception class alone",
    "ipc/errors.py": "exception classes alone",
    "mac/errors.py": "exception classes alone",
    "process/exit_status.py": "a constant alone",
    "states/errors.py": "an exception class alone",
    "web/page/connection/idle-messages.js": "types alone; test_signaling_messages.py compares them",
    "web/page/connection/kiosk-messages.js": "types alone; test_signaling_messages.py compares them",
    "web/page/connection/quality-messages.js": "types alone; test_signaling_messages.py compares them",
    "server/config/fork_options.py": "a dataclass alone",
    "server/forks/errors.py": "exception classes alone",
    "server/http/external_sign_in.py": "a protocol; the Hub's implementation has tests",
    "server/publish/sfu.py": "protocols; the sessions of both kinds of SFU have tests",
    "server/transport/peer.py": "a protocol; its two implementations have tests",
    "server/transport/peer_listener.py": "protocols",
    "web/page/connection/screen-messages.js": "types; test_signaling_messages.py compares them",
}
"""Source files without a test file of their own."""

WIDER_TESTS = {
    "bridge/test_dosbox.py": "DOSBox behind the bridge",
    "bridge/test_fs_uae.py": "an Amiga behind the bridge",
    "bridge/test_escape.py": "a hostile program behind the bridge",
    "bridge/test_many_bridges.py": "ten bridges at once",
    "bridge/test_qemu.py": "a PC behind the bridge",
    "bridge/test_qemu_macs.py": "a Power Mac and a Quadra behind the bridge",
    "bridge/test_emulator_doors.py": "QEMU and Hatari, and their hot keys",
    "bridge/test_real_clipboard.py": "GTK and xterm behind the bridge: clipboard",
    "bridge/test_real_keys.py": "SDL and xterm behind the bridge: keys",
    "bridge/test_sound_programs.py": "mpv, GStreamer, PulseAudio's and ALSA's players at the sound server",
    "bridge/test_real_windows.py": "xterm, GTK, SDL, mpv and Hatari behind the bridge: windows",
    "extension/test_interop.py": "the extension socket against C programs",
    "ipc/test_interop.py": "the contract against C programs",
    "ipc/test_server_variants.py": "the built-in Mac against correct and faulty servers written in C",
    "mac/test_probe.py": "the ROM of the Mac's tests is the one of its source",
    "web/input/test_typed_characters.py": "a keyboard's characters and a Mac's layout, from event to message",
    "web/test_package.py": "the page's files are in the package",
    "web/language/test_tables.py": "the tables of texts are JSON",
}
"""Test files in the mirrored folders that are not about one source file."""

OTHER_TESTS = {
    "e2e": "the whole program, with a browser",
    "examples": "the programs in examples",
    "guest": "the 68k programs in guest",
    "support": "what several tests use",
}
"""Folders of tests that mirror no package."""


def mirrored(source: Path) -> str:
    """Return the path of a source file's test file below tests; page/ui/x-y.js has web/ui/test_x_y.py."""
    folder = source.relative_to(SOURCE / "moof").parent
    if source.is_relative_to(PAGE):
        folder = Path("web") / source.relative_to(PAGE).parent
    return str(folder / f"test_{source.stem.replace('-', '_')}.py")


def test_tests_mirror_the_source() -> None:
    tests = ROOT / "tests"
    python = [path for path in modules().values() if path.name not in ("__init__.py", "__main__.py")]
    wanted = {
        mirrored(path): str(path.relative_to(SOURCE / "moof")) for path in [*python, *PAGE.rglob("*.js")]
    }
    found = {str(path.relative_to(tests)) for path in tests.rglob("test_*.py")}
    missing = {source for test, source in wanted.items() if test not in found}
    unknown = {test for test in found - set(wanted) if "/" in test and test.split("/")[0] not in OTHER_TESTS}
    assert missing - set(UNTESTED) == set(), "source files without a test file"
    assert unknown - set(WIDER_TESTS) == set(), "test files without a source file"
    assert set(UNTESTED) <= missing, "UNTESTED names only what is untested"
    assert set(WIDER_TESTS) <= unknown, "WIDER_TESTS names only what is there"
