"""What the documents name exists: files of the project, relative links, headings, signaling messages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.md")])
FOLDERS = ("src", "tests", "docs", "bench", "scripts", "guest", "examples", "packaging", "requirements")

_PATH = re.compile(rf"(?<![\w/.~-])((?:{'|'.join(FOLDERS)})/[\w./*-]*[\w*/])")
_SOURCE_FILE = re.compile(r"`(\w[\w/-]*\.(?:py|js|c|h|s|md|toml|json))`")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
_OTHERS = {"moof.toml", "tokens.json", "sessions.json", "rtcrtpsender.py", "rtcdtlstransport.py"}
"""Files that a user or Moof writes, and those of libraries."""
_GENERATED = {"guest/build/moof.rom"}


def existing_names() -> set[str]:
    """All files of the project, each by its name and by every tail of its path."""
    names = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.*"):
            parts = path.relative_to(ROOT).parts
            names |= {"/".join(parts[start:]) for start in range(len(parts))}
    return names


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub makes for a document's headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing_paths(text: str) -> Iterator[str]:
    """Yield the paths from the project's root that a text names and that do not exist."""
    for path in _PATH.findall(text):
        if "NAME" not in path and path not in _GENERATED and not any(ROOT.glob(path)):
            yield path


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_and_links_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    missing = list(missing_paths(text))
    for link, anchor in _LINK.findall(text):
        target = (document.parent / link).resolve() if link else document
        if not target.exists():
            missing.append(link)
        elif anchor and anchor not in anchors(target):
            missing.append(f"{link}#{anchor}")
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_files_exist(document: Path) -> None:
    names = existing_names() | _OTHERS | {path.name for path in ROOT.glob("*.*")}
    found = _SOURCE_FILE.findall(document.read_text("utf-8"))
    assert [name for name in found if "NAME" not in name and name not in names] == []


def test_a_missing_path_is_found() -> None:
    assert list(missing_paths("see `docs/testing.md`, tests/ipc and bench/nothing.py.")) == [
        "bench/nothing.py"
    ]


def test_the_protocols_table_has_the_messages_of_the_schema() -> None:
    schema = json.loads((ROOT / "docs/signaling.schema.json").read_text("utf-8"))
    messages = {
        (direction, type_, reference.rpartition("/")[2])
        for direction, part in schema.items()
        for type_, reference in part["discriminator"]["mapping"].items()
    }
    rows = re.findall(
        r"^\| (client|server) \| `([\w-]+)` \| (\w+) \|",
        (ROOT / "docs/protocol.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert set(rows) == messages
