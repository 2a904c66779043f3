"""Network paths of media: a TURN server, a range of ports, a public address, the WebSocket."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from moof.server.transport.turn import CREDENTIAL_SECONDS
from support.guest_memory import Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until

pytestmark = pytest.mark.browser

MEDIA_PORTS = (45_300, 45_319)
SECRET = "clarus"

ONLY_RELAYED = """
    const Direct = RTCPeerConnection;
    window.RTCPeerConnection = class extends Direct {
        constructor(configuration) { super({ ...configuration, iceTransportPolicy: "relay" }); }
    };
"""
NO_WEBRTC = ONLY_RELAYED.replace("...configuration,", "")
SELECTED = """async () => {
    const reports = [...(await window.moof.pc.getStats()).values()];
    const transport = reports.find(({ type }) => type === "transport");
    const pair = reports.find(({ id }) => id === transport.selectedCandidatePairId);
    const [local, remote] = [pair.localCandidateId, pair.remoteCandidateId]
        .map((wanted) => reports.find(({ id }) => id === wanted));
    return { local: local.candidateType, remote: remote.candidateType, port: remote.port };
}"""


@dataclass
class TurnServer:
    """A running coturn."""

    url: str
    secret_file: Path
    log: Path

    @property
    def allocations(self) -> int:
        """The number of relayed addresses that it has allocated."""
        return self.log.read_text(errors="replace").count("ALLOCATE processed, success")


def own_address() -> str:
    """Return the address by which this machine reaches others, or loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def turn_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    program = shutil.which("turnserver")
    if program is None:
        pytest.fail("The TURN test needs coturn: `apt install coturn`.", pytrace=False)
    folder, address = tmp_path_factory.mktemp("coturn"), own_address()
    port, log = free_port(address), folder / "log"
    command = [program, "-n", "--listening-ip", address, "--relay-ip", address, "--listening-port", str(port)]
    command += [
        f"--static-auth-secret={SECRET}",
        "--use-auth-secret",
        "--realm=moof",
        "--no-tls",
        "--no-dtls",
    ]
    command += ["--no-cli", "--allow-loopback-peers", "--verbose", "--simple-log", "--log-file", str(log)]
    command += ["--pidfile", str(folder / "pid"), "--userdb", str(folder / "users")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as coturn:
        wait_until(lambda: log.exists() and "listener opened" in log.read_text(), "coturn to listen")
        secret_file = folder / "secret"
        secret_file.touch(0o600)
        secret_file.write_text(SECRET)
        yield TurnServer(f"turn:{address}:{port}", secret_file, log)
        coturn.terminate()
        coturn.wait(30)


@pytest.fixture(scope="module")
def moof(tmp_path_factory: pytest.TempPathFactory, turn_server: TurnServer) -> Iterator[MoofProcess]:
    """Run a Moof with the TURN server, a range of ports, and a public address that is not reachable."""
    options = [
        "--size",
        "512x342",
        "--depth",
        "32",
        "--ice-server",
        turn_server.url,
        "--turn-secret-file",
        str(turn_server.secret_file),
        "--media-host",
        "198.51.100.77",
    ]
    options += ["--media-ports", f"{MEDIA_PORTS[0]}-{MEDIA_PORTS[1]}"]
    running = start_moof(tmp_path_factory.mktemp("moof"), *options)
    yield running
    stop_moof(running)


def connected(browser: Browser, url: str, script: str = "") -> tuple[MacPage, list[str]]:
    """Open a page and wait for its picture; return the page and the offers that it received."""
    page = MacPage(browser.new_context().new_page())
    offers: list[str] = []

    def record_offer(payload: Any) -> None:
        if '"type":"offer"' in str(payload):
            offers.append(str(payload))

    page.page.on("websocket", lambda socket: socket.on("framereceived", record_offer))
    if script:
        page.page.add_init_script(script)
    page.connect(url)
    return page, offers


def test_media_crosses_a_turn_server(browser: Browser, moof: MoofProcess, turn_server: TurnServer) -> None:
    before = turn_server.allocations
    page, offers = connected(browser, moof.url, ONLY_RELAYED)
    assert page.page.evaluate(SELECTED)["local"] == "relay"
    (offer,) = offers
    assert SECRET not in offer
    (server,) = page.page.evaluate("() => window.moof.pc.getConfiguration().iceServers")
    assert json.loads(offer)["iceServers"] == [
        {"urls": turn_server.url, "username": server["username"], "credential": server["credential"]}
    ]
    assert time.time() < int(server["username"].partition(":")[0]) <= time.time() + CREDENTIAL_SECONDS
    page.wait_for_frames(1)
    wait_until(lambda: turn_server.allocations >= before + 2, "relayed addresses of the page and the server")
    page.page.context.close()


def test_the_websocket_carries_all_media_where_webrtc_is_blocked(browser: Browser, moof: MoofProcess) -> None:
    page, _ = connected(browser, moof.url, NO_WEBRTC)
    assert page.page.evaluate("() => moof.pc") is None
    wait_until(
        lambda: [each["codec"] for each in moof.status()["viewers"]] == ["png"],
        "one viewer, with PNG; the former test's viewer may still be closing",
    )
    memory = moof.memory()
    page.page.wait_for_selector("#display-canvas", state="visible")
    page.open_program(memory, Program.SOUND)
    page.page.wait_for_function("() => document.getElementById('sound').srcObject?.active")
    page.close_front_window(memory)
    wait_until(
        lambda: np.array_equal(page.pixels(), memory.framebuffer(*page.mac_size())),
        "the page to equal the guest's framebuffer in every pixel",
    )
    page.page.context.close()


def test_ports_are_in_their_range_and_the_public_address_is_offered(
    browser: Browser, moof: MoofProcess
) -> None:
    page, offers = connected(browser, moof.url)
    selected = page.page.evaluate(SELECTED)
    assert MEDIA_PORTS[0] <= selected["port"] <= MEDIA_PORTS[1]
    assert "198.51.100.77" in offers[0]
    page.page.context.close()
