"""Disk images of QEMU's Power Mac, which starts without a ROM, in the page's settings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from moof.process.arguments import is_argument_of_a_process
from support.mac_page import MacPage, new_mac_page, show_toolbar
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until

pytestmark = pytest.mark.browser

SETTINGS = 'emulator = "qemu-mac99"\nemulator_argument = ["-prom-env", "auto-boot?=false"]  # mine\n'
CD = "a, b=c;d.iso"


@pytest.fixture
def moof(tmp_path: Path) -> Iterator[MoofProcess]:
    if shutil.which("qemu-system-ppc") is None:
        pytest.fail("This test needs QEMU's Power Mac: apt install qemu-system-ppc", pytrace=False)
    (tmp_path / "moof.toml").write_text(SETTINGS)
    data = bytearray(400 << 10)
    data[0x8001:0x8006] = b"CD001"
    (tmp_path / CD).write_bytes(data)
    environment = {
        **{f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("DATA", "CONFIG", "STATE")},
        "XDG_CACHE_HOME": str(platformdirs.user_cache_path()),  # which has the compiled kernels
        "HOME": str(tmp_path),
        "MOOF_CONFIG": str(tmp_path / "moof.toml"),
        "PATH": os.environ["PATH"],
    }
    running = start_moof(tmp_path, environment=environment)
    yield running
    stop_moof(running)


@pytest.fixture
def tab(browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        yield page


def open_images(page: Page) -> Locator:
    """Open the tab "The Mac" of the settings, and return its list of images."""
    show_toolbar(page)
    page.locator("#settings").click()
    page.locator("#mac-tab").click()
    expect(page.locator("#images-new")).to_be_visible()
    return page.locator("#images-list li")


def restart(page: Page) -> None:
    """Start the Mac again, as the tab offers it after a change."""
    page.locator("#mac-restart").click()
    page.locator("#mac-restart").click()
    expect(page.locator("#settings-panel")).to_be_hidden()


def test_images_are_attached_to_a_real_qemu_and_detached(
    tab: MacPage, moof: MoofProcess, tmp_path: Path
) -> None:
    page, disks = tab.page, tmp_path / "data" / "moof" / "disks"
    images = open_images(page)
    page.locator("#images-new").click()
    page.locator("#new-disk input").first.fill("Games")
    page.locator("#new-disk input").last.fill("5")
    page.locator("#new-disk button[type=submit]").click()
    expect(images).to_contain_text(["This is the disk “Games” (HFS)."])
    page.locator("#images input[type=file]").set_input_files(tmp_path / CD)
    expect(images).to_contain_text([CD, "Games.img"])
    lists = images.locator("select")
    expect(lists.last.locator("option")).to_have_text(
        ["Not attached", "Disk", "CD"]
    )  # IDE disks are not locked
    lists.last.select_option("disk")
    expect(images.last.get_by_role("button", name="Remove")).to_be_disabled()
    lists.first.select_option("cd")
    expect(images.first.get_by_role("button", name="Remove")).to_be_disabled()
    restart(page)
    arguments = (
        f"file={disks}/Games.img,format=raw,media=disk",
        f"file={disks}/a,, b=c;d.iso,format=raw,media=cdrom",
    )
    wait_until(lambda: all(map(is_argument_of_a_process, arguments)), "a QEMU with both images")
    wait_until(lambda: moof.status()["emulator"]["width"] == 800, "its picture")
    images = open_images(page)
    for place in (0, 1):
        images.nth(place).locator("select").select_option("")
        expect(images.nth(place).get_by_role("button", name="Remove")).to_be_enabled()
    assert (tmp_path / "moof.toml").read_text() == SETTINGS
    restart(page)
    wait_until(lambda: not any(map(is_argument_of_a_process, arguments)), "a QEMU without images")
    wait_until(lambda: moof.status()["emulator"]["width"] == 800, "its picture")
