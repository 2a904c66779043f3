"""Crashes, restarts and endings, as a user meets them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from support.mac_page import MacPage
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.processes import descendants
from support.waiting import wait_until

pytestmark = pytest.mark.browser


def contract_files(pid: int) -> list[Path]:
    """What an emulator with this pid has in shared memory and /tmp."""
    places = [Path(f"/dev/shm/macemu-video-{pid}"), Path(f"/tmp/macemu-{pid}.sock")]
    return [place for place in places if place.exists()]


def test_the_emulator_is_killed_and_its_picture_is_back_on_the_same_page(
    mac_page: MacPage, moof: MoofProcess
) -> None:
    mac_page.page.evaluate("() => { window.samePage = true; }")
    killed = moof.emulator_pid
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: moof.emulator_pid not in (0, killed), "another Mac")
    frames = mac_page.stats()["frames"]
    wait_until(lambda: mac_page.stats()["frames"] > frames, "its picture")
    assert mac_page.page.evaluate("() => window.samePage") is True
    assert contract_files(killed) == []


def test_restart_by_the_api_gives_a_new_mac(mac_page: MacPage, moof: MoofProcess) -> None:
    before = moof.emulator_pid
    assert moof.post("/api/restart") in (200, 202, 204)
    wait_until(lambda: moof.emulator_pid not in (0, before), "another Mac")
    mac_page.wait_for_picture()


def test_a_mac_that_was_switched_off_is_started_from_the_page(mac_page: MacPage, moof: MoofProcess) -> None:
    page = mac_page.page
    assert moof.post("/api/stop") == 200
    expect(page.locator("#notice-title")).to_contain_text("switched off")
    page.get_by_text("Emulator log").click()
    expect(page.locator("#notice-lines")).to_contain_text("ready pid=")
    page.get_by_role("button", name="Start it again").click()
    expect(page.locator("#notice")).to_be_hidden(timeout=20_000)
    mac_page.wait_for_picture()


def test_ctrl_c_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    running = start_moof(tmp_path, "--size", "512x342", "--depth", "1")
    context = browser.new_context()
    page = MacPage(context.new_page())
    page.connect(running.url)
    emulator, family = running.emulator_pid, descendants(running.pid)
    assert emulator in family
    assert stop_moof(running) == 0
    assert contract_files(emulator) == []
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), "every process to end", 5)
    wait_until(lambda: page.page.locator("#notice").is_visible(), "the page to say that the server has gone")
    context.close()


def test_run_attaches_to_a_given_emulator_and_leaves_it_alive(browser: Browser, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "moof", "emulator", "--xpram", "none", "--size", "512x342"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        assert emulator.stdout is not None
        assert emulator.stdout.readline().startswith(f"ready pid={emulator.pid} ")
        running = start_moof(tmp_path, "--target-pid", str(emulator.pid))
        context = browser.new_context()
        page = MacPage(context.new_page())
        page.connect(running.url)
        assert running.emulator_pid == emulator.pid
        assert page.mac_size() == (512, 342)
        context.close()
        stop_moof(running)
        assert emulator.poll() is None
        emulator.terminate()
        assert emulator.wait(10) == 0
