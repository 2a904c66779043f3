"""A text that is written in Notes, in a browser, is on the host's disk and there after a reset."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from support.guest_memory import Program
from support.mac_page import MacPage, new_mac_page, show_toolbar
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.tcp_relay import tcp_relay
from support.waiting import wait_for_value, wait_until

DIALOG = 0xB2C
SAVE, OPEN = 3, 2


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "documents"


@pytest.fixture(scope="module")
def moof(tmp_path_factory: pytest.TempPathFactory, documents: Path) -> Iterator[MoofProcess]:
    """Run one Moof with a disk, 640x480."""
    folder = tmp_path_factory.mktemp("moof")
    running = start_moof(folder, "--size", "640x480", "--documents", str(documents))
    yield running
    stop_moof(running)


@pytest.fixture
def mac_page(browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        yield page


def test_a_saved_text_survives_a_reset(mac_page: MacPage, moof: MoofProcess, documents: Path) -> None:
    memory = moof.memory()
    keyboard = mac_page.page.keyboard
    wait_until(lambda: memory.notes.startswith("Welcome to Moof"), "the Read Me in Notes")
    keyboard.press("Alt+KeyN")
    wait_for_value(lambda: memory.notes, "", "an empty document")
    keyboard.type("hello")
    wait_for_value(lambda: memory.notes, "hello", "the text in Notes")
    keyboard.press("Alt+KeyS")
    wait_for_value(lambda: memory.u32(DIALOG), SAVE, "the dialog")
    keyboard.type("a letter")
    keyboard.press("Enter")
    wait_until(lambda: (documents / "a letter").exists(), "the file")
    assert (documents / "a letter").read_text() == "hello"
    wait_for_value(lambda: memory.u32(DIALOG), 0, "the dialog's end")
    keyboard.type(" lost")
    wait_for_value(lambda: memory.notes, "hello lost", "a change")
    moof.post("/api/reset")
    wait_until(lambda: memory.u32(memory.WINDOWS) == 0 and memory.u32(memory.MOOF_UP), "the Mac's next start")
    memory.stop_key_repeat()
    assert sorted(path.name for path in documents.iterdir()) == ["Read Me", "a letter"]
    mac_page.open_program(memory, Program.NOTES)
    keyboard.press("Alt+KeyO")
    wait_for_value(lambda: memory.u32(DIALOG), OPEN, "the dialog")
    keyboard.type("a")
    keyboard.press("Enter")
    wait_for_value(lambda: memory.notes, "hello", "the text as it was saved")


def test_files_go_to_the_mac_and_back_by_the_page(
    mac_page: MacPage, moof: MoofProcess, documents: Path
) -> None:
    page, memory = mac_page.page, moof.memory()
    show_toolbar(page)
    page.locator("#settings").click()
    page.locator("#documents-tab").click()
    page.locator("#documents-files").set_input_files(
        {"name": "zebra.txt", "mimeType": "text/plain", "buffer": "Größe\n".encode()}
    )
    link = page.locator("#documents-list a", has_text="zebra.txt")
    link.wait_for()
    assert (documents / "zebra.txt").read_text("utf-8") == "Größe\n"
    (documents / "From the host").write_text("plain")
    page.locator("#picture-tab").click()
    page.locator("#documents-tab").click()
    with page.expect_download() as download:
        page.locator("#documents-list a", has_text="From the host").click()
    assert download.value.suggested_filename == "From the host.txt"
    with page.expect_download() as download:
        page.locator("#documents-list li", has_text="From the host").get_by_text("MacBinary").click()
    assert download.value.suggested_filename == "From the host.bin"
    assert download.value.path().read_bytes()[128:133] == b"plain"
    page.keyboard.press("Escape")
    mac_page.open_program(memory, Program.NOTES)
    page.keyboard.press("Alt+KeyO")
    wait_for_value(lambda: memory.u32(DIALOG), OPEN, "the dialog")
    page.keyboard.type("z")
    page.keyboard.press("Enter")
    wait_for_value(lambda: memory.notes.encode("latin-1"), "Größe\r".encode("mac_roman"), "the text in Notes")


def test_a_file_goes_on_where_the_line_was_cut(browser: Browser, moof: MoofProcess, documents: Path) -> None:
    content = random.Random(1).randbytes(9_000_000)
    host, _, port = moof.url.removeprefix("http://").partition(":")
    with tcp_relay(host, int(port)) as relay, new_mac_page(browser) as page:
        page.connect(f"http://{host}:{relay.port}")
        show_toolbar(page.page)
        page.page.locator("#settings").click()
        page.page.locator("#documents-tab").click()
        sent: list[int] = []
        page.page.on(
            "request",
            lambda request: (
                sent.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None
            ),
        )
        relay.cut_after = 5_500_000
        page.page.locator("#documents-files").set_input_files(
            {"name": "large.bin", "mimeType": "application/octet-stream", "buffer": content}
        )
        page.page.locator("#documents-list a", has_text="large.bin").wait_for()
        assert relay.cuts == 1
    assert (documents / "large.bin").read_bytes() == content
    assert sent[:2] == [0, 4 << 20]
    assert 4 << 20 < sent[2] < len(content)  # not from the piece's begin, let alone the file's
