"""Crashes, restarts and shutdown, as a user sees them."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess, emulator_command, start_moof, stop_moof
from support.processes import descendants
from support.waiting import wait_until

pytestmark = pytest.mark.browser


def contract_files(pid: int) -> list[Path]:
    """Return the files of an emulator with this pid in shared memory and /tmp."""
    places = [
        Path(f"/dev/shm/macemu-video-{pid}"),
        Path(f"/tmp/macemu-{pid}.sock"),
        Path(f"/tmp/moof-{pid}.sock"),
    ]
    return [place for place in places if place.exists()]


def test_a_killed_emulator_is_replaced_and_displayed_on_the_same_page(
    mac_page: MacPage, moof: MoofProcess
) -> None:
    mac_page.page.evaluate("() => { window.samePage = true; }")
    killed, frames = moof.emulator_pid, mac_page.frames
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: moof.emulator_pid not in (0, killed), "another Mac")
    mac_page.wait_for_picture(frames + 1)
    assert mac_page.page.evaluate("() => window.samePage") is True
    assert contract_files(killed) == []


def test_restart_through_the_api_starts_a_new_mac(mac_page: MacPage, moof: MoofProcess) -> None:
    before = moof.emulator_pid
    assert moof.post("/api/restart") in (200, 202, 204)
    wait_until(lambda: moof.emulator_pid not in (0, before), "another Mac")
    mac_page.wait_for_picture()


def test_a_stopped_mac_is_started_from_the_page(mac_page: MacPage, moof: MoofProcess) -> None:
    page = mac_page.page
    assert moof.post("/api/stop") == 200
    expect(page.locator("#notice-title")).to_contain_text("switched off")
    page.locator("#notice-log").get_by_text("Emulator log").click()
    expect(page.locator("#notice-log-lines")).to_contain_text("ready pid=")
    page.get_by_role("button", name="Start it again").click()
    expect(page.locator("#notice")).to_be_hidden()
    mac_page.wait_for_picture()


def test_ctrl_c_ends_every_process_and_removes_every_file(browser: Browser, tmp_path: Path) -> None:
    running = start_moof(tmp_path, "--size", "512x342", "--depth", "1")
    with new_mac_page(browser) as page:
        page.connect(running.url)
        emulator, started = running.emulator_pid, descendants(running.pid)
        assert emulator in started
        assert stop_moof(running) == 0
        assert contract_files(emulator) == []
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), "every process to end")
        wait_until(
            lambda: page.page.locator("#notice").is_visible(), "the page's notice that the server stopped"
        )


def test_run_attaches_to_a_given_emulator_and_leaves_it_running(browser: Browser, tmp_path: Path) -> None:
    command = emulator_command("--size", "512x342")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        assert emulator.stdout is not None
        assert emulator.stdout.readline().startswith(f"ready pid={emulator.pid} ")
        running = start_moof(tmp_path, "--target-pid", str(emulator.pid))
        with new_mac_page(browser) as page:
            page.connect(running.url)
            assert running.emulator_pid == emulator.pid
            assert page.mac_size() == (512, 342)
        stop_moof(running)
        assert emulator.poll() is None
        emulator.terminate()
        assert emulator.wait(30) == 0
