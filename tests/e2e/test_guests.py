"""A guest that reaches this machine's loopback is not the owner: a program of that user in QEMU's place."""

from __future__ import annotations

import http.cookiejar
import os
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support import guest
from support.bridge_process import running_bridge
from support.moof_process import MoofProcess, get_json, start_moof, stop_moof
from support.waiting import wait_for_value, wait_until

RECIPE = """about = "A program in an emulator's place"
install = ""
programs = ["stand-in"]
network = {network}
"""


@dataclass(frozen=True)
class Ground:
    """Where the program and its recipe are, and the folder that it shares with the test."""

    folder: Path

    @property
    def shared(self) -> Path:
        return self.folder / "shared"

    @property
    def answer(self) -> Path:
        return self.shared / "answer"

    @property
    def program(self) -> Path:
        return self.folder / "emulator" / "stand-in"

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.program.parent}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "XDG_CONFIG_HOME": str(self.folder / "settings")}

    def write_recipe(self, *, network: bool) -> None:
        recipe = self.folder / "settings" / "moof" / "recipes" / "stand-in.toml"
        recipe.parent.mkdir(parents=True, exist_ok=True)
        recipe.write_text(RECIPE.format(network=str(network).lower()))

    def take_sandbox_away(self) -> None:
        """Let bubblewrap fail from now on, as on a machine that has got another rule for namespaces."""
        broken = self.folder / "broken"
        broken.write_text("#!/bin/sh\necho bwrap: No permissions >&2\nexit 1\n")
        broken.chmod(0o755)
        broken.replace(self.program.parent / "bwrap")

    def asks(self, moof: MoofProcess) -> str:
        """Return what the guest gets when it asks Moof for what only owners get."""
        self.put_question(moof)
        wait_until(self.answer.exists, "the guest's answer")
        return self.answer.read_text()

    def put_question(self, moof: MoofProcess) -> None:
        self.answer.unlink(missing_ok=True)
        question = self.shared / "unfinished-url"
        question.write_text(f"{moof.url}/api/sessions")
        question.rename(self.shared / "url")

    @contextmanager
    def running(self, *options: str) -> Iterator[MoofProcess]:
        """Run Moof with the program as its emulator."""
        words = ("--emulator", "stand-in", *options, "--", str(self.shared))
        moof = start_moof(self.folder, *words, environment=self.environment)
        try:
            yield moof
        finally:
            stop_moof(moof)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    found = Ground(tmp_path)
    found.shared.mkdir()
    found.program.parent.mkdir()
    found.program.write_text(f"#!{sys.executable}\n{Path(guest.__file__).read_text()}")
    found.program.chmod(0o755)
    bubblewrap = shutil.which("bwrap")
    assert bubblewrap is not None
    (found.program.parent / "bwrap").symlink_to(bubblewrap)
    found.write_recipe(network=False)
    return found


def own(moof: MoofProcess) -> str:
    """Return what a process of the user, outside of any emulator, gets without a token."""
    return guest.answer_to(f"{moof.url}/api/sessions")


def with_printed_address(moof: MoofProcess) -> int:
    """Open the printed address as a browser does, then ask for what only owners get; return the status."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies)
    with browser.open(moof.owner_url, timeout=30) as page:
        assert page.url == f"{moof.url}/"
    with browser.open(f"{moof.url}/api/sessions", timeout=30) as answer:
        return int(answer.status)


def start_anew(moof: MoofProcess, *, all_of_it: bool) -> int:
    """End the emulator, with `all_of_it` the process that forks it, too; return its process id."""
    emulator = moof.emulator_pid
    fork_server = int(Path(f"/proc/{emulator}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(fork_server if all_of_it else emulator, signal.SIGKILL)
    return emulator


def failed_starts(moof: MoofProcess) -> int:
    return str(get_json(f"{moof.url}/api/output")).count("No permissions")


@pytest.mark.parametrize(("network", "options"), [(True, ()), (False, ("--no-sandbox",))])
def test_with_the_network_everybody_needs_a_token(
    ground: Ground, network: bool, options: tuple[str, ...]
) -> None:
    ground.write_recipe(network=network)
    with ground.running(*options) as moof:
        assert ground.asks(moof) == own(moof) == "401"
        assert with_printed_address(moof) == 200


@pytest.mark.parametrize("all_of_it", [False, True])
def test_without_it_the_user_needs_none_and_the_guest_never_gets_it(ground: Ground, all_of_it: bool) -> None:
    with ground.running() as moof:
        assert ground.asks(moof) == "ConnectionRefusedError"
        assert own(moof) == "200"
        ground.write_recipe(network=True)
        first = start_anew(moof, all_of_it=all_of_it)
        wait_until(lambda: moof.emulator_pid not in (0, first), "the next emulator")
        assert ground.asks(moof) == "ConnectionRefusedError", "it takes effect at Moof's next start"


@pytest.mark.parametrize("all_of_it", [False, True])
def test_it_never_starts_again_without_its_sandbox(ground: Ground, all_of_it: bool) -> None:
    with ground.running() as moof:
        assert ground.asks(moof) == "ConnectionRefusedError"
        ground.take_sandbox_away()
        start_anew(moof, all_of_it=all_of_it)
        wait_until(lambda: failed_starts(moof) > 0, "the reason")
        ground.put_question(moof)
        known = failed_starts(moof)
        moof.post("/api/restart")
        wait_until(lambda: failed_starts(moof) > known, "another failure")
        assert own(moof) == "200"
    assert not ground.answer.exists(), "the program has run"


def test_guest_of_an_emulator_that_was_started_elsewhere(ground: Ground) -> None:
    moof = start_moof(ground.folder, "--size", "512x342")
    command = (str(ground.program), str(ground.shared))
    try:
        with running_bridge(ground.shared, options=("--network",), program=command) as bridge:
            assert own(moof) == "200"
            assert moof.post("/api/emulators", {"pid": bridge.process.pid}) == 200
            assert ground.asks(moof) == own(moof) == "401"
            assert with_printed_address(moof) == 200
        wait_for_value(lambda: own(moof), "200", "the end of that emulator")
    finally:
        stop_moof(moof)
