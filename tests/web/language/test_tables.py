"""The tables of texts: complete, without unused keys, with the same values in each sentence."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from moof.web import page_root
from support.said_sentences import said_sentences

PAGE = Path(str(page_root()))
SERVER = PAGE.parents[1]
TABLES = sorted((PAGE / "language").glob("*.json"))
CALL = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
VALUE = re.compile(r"\{\w+\}")
ATTRIBUTES = ("aria-label", "title", "placeholder", "data-entry", "data-empty")
WORDLESS = re.compile(r"[^A-Za-z]*|\d+ × \d+|Moof|CRT|\d+ MB")
"""Texts that are the same in every language."""


REFUSING = (
    "bridge",
    "mac",
    "setup",
    "states",
    "server/emulator/emulator_states.py",
    "server/forks",
    "server/storage/disk_check.py",
    "server/storage/documents_target.py",
    "server/storage/folder.py",
    "server/storage/images_in_arguments.py",
    "server/storage/resumable_uploads.py",
    "server/storage/state_transfers.py",
)
"""Packages and modules whose errors the page shows."""
ERRORS = frozenset(
    {
        "AnswerError",
        "ContentError",
        "DiskInUseError",
        "EmulatorStateError",
        "FolderError",
        "FolderExchangedError",
        "ForkError",
        "ImageRefusedError",
        "MacRunsError",
        "NameTakenError",
        "NoSuchFileError",
        "NoSuchForkError",
        "NoSuchMacError",
        "OwnArgumentError",
        "OwnMacError",
        "ProgramStateError",
        "RomFileError",
        "SetupError",
        "StateError",
        "StorageFullError",
        "TooLargeError",
        "TooManyForksError",
        "TooManyUploadsError",
        "UploadInUseError",
    }
)
OWN_WORDS = {"f'{reason}.'", "f'{error}.'"}
"""QEMU's."""


class PageTexts(HTMLParser):
    """Collects what people read and hear in `index.html` (language/page-texts.js translates the same)."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self._in_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_body = self._in_body or tag == "body"
        self.texts |= {value for name, value in attrs if name in ATTRIBUTES and value and self._in_body}

    def handle_data(self, data: str) -> None:
        if self._in_body:
            self.texts.add(data.strip())


def keys_of_page() -> set[str]:
    parser = PageTexts()
    parser.feed((PAGE / "index.html").read_text())
    return {text for text in parser.texts if not WORDLESS.fullmatch(text)}


def keys_of_scripts() -> set[str]:
    return {key for script in PAGE.rglob("*.js") for key in CALL.findall(script.read_text())}


def table(path: Path) -> dict[str, str]:
    texts: dict[str, str] = json.loads(path.read_text())
    return texts


def test_there_is_a_table_for_each_language() -> None:
    names = re.search(r"LANGUAGES = \{(.*?)\}", (PAGE / "language/language.js").read_text())
    assert names is not None
    assert [path.stem for path in TABLES] == sorted(set(re.findall(r"(\w\w):", names[1])) - {"en"})


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_has_every_text_of_the_page(path: Path) -> None:
    assert sorted((keys_of_page() | keys_of_scripts()) - set(table(path))) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_has_nothing_that_neither_page_nor_server_says(path: Path) -> None:
    source = "".join(
        file.read_text()
        for folder in ("server", "media", "mac", "bridge", "states", "setup")
        for file in (SERVER / folder).rglob("*.py")
    )
    source = re.sub(r'"\s*\n\s*f?"', "", source)  # sentences in several lines
    for page in ("sign-in.html", "error.html", "fork.html"):
        source += (PAGE / page).read_text()
    rest = set(table(path)) - keys_of_page() - keys_of_scripts()
    assert sorted(key for key in rest if key not in source) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_has_what_the_server_refuses_in_words(path: Path) -> None:
    said = {
        sentence
        for place in REFUSING
        for file in ([SERVER / place] if place.endswith(".py") else (SERVER / place).rglob("*.py"))
        for sentence in said_sentences(file, ERRORS)
    }
    assert len(said) > 80
    assert sorted(said - set(table(path)) - OWN_WORDS) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_translations_have_the_values_of_their_keys(path: Path) -> None:
    for key, text in table(path).items():
        assert sorted(VALUE.findall(key)) == sorted(VALUE.findall(text)), key
        assert text == text.strip() != "", key


def test_tables_have_the_same_keys_in_the_same_order() -> None:
    first, *others = (list(table(path)) for path in TABLES)
    assert all(keys == first for keys in others)
