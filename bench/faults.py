"""What happens when things break: each fault in a running Moof, with the server's resources before and after.

`python bench/faults.py` does all of them (seven minutes); `--faults killed,stopped` some. The figures of a
fault are descriptors, threads and memory of the server, before it and after its viewers have left.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from harness import PAGE
from harness.server_process import ServerProcess, server_process, wait_until
from harness.tables import quantile, table
from harness.testbed import source_command
from support.mac_page import shown_frames
from support.moof_process import get_json
from support.processes import descendants

CLOCK_OFFSET_SOURCE = Path(__file__).parent / "harness" / "clock_offset.c"


@dataclass(frozen=True)
class Outcome:
    """What happened, and the server's resources before and after."""

    times: int
    text: str
    before: str = "-"
    after: str = "-"


def _kill_mac(server: ServerProcess, page: Page) -> float:
    """Kill the Mac; return the seconds until the page shows a picture of the next one.

    The next one's desktop may be equal to the last frame in every pixel: then only a moving mouse produces
    frames.
    """
    pid, killed_at = server.mac, time.monotonic()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: server.mac != pid, "the server to notice the Mac's end")
    shown = shown_frames(page)  # frames that were in transit have arrived: later ones are another Mac's
    wait_until(lambda: server.mac not in (0, pid), "another Mac")
    wait_until(lambda: _move_mouse(page) and shown_frames(page) > shown, "the picture to be back")
    return time.monotonic() - killed_at


def _move_mouse(page: Page) -> bool:
    page.mouse.move(200 + 300 * (time.monotonic() % 1), 300)
    return True


def _seconds_to_picture(page: Page, since: float) -> float:
    """Return the seconds from then until the page shows a new picture."""
    shown = shown_frames(page)
    wait_until(lambda: shown_frames(page) > shown, "the picture to be back")
    return time.monotonic() - since


def killed(times: int = 20) -> Outcome:
    """Kill the emulator with SIGKILL, repeatedly, as soon as its picture is back."""
    with server_process() as server:
        server.open_page().close()
        before, page = server.settled_resources(), server.open_page()
        page.evaluate("() => { window.samePage = true; }")
        seconds = [_kill_mac(server, page) for _ in range(times)]
        kept = page.evaluate("() => window.samePage === true")
        page.close()
        text = f"picture back after {quantile(seconds, 0.5):.2f} s (median), {max(seconds):.2f} s (longest)"
        text += ", the viewer kept" if kept else ", THE VIEWER LOST"
        return Outcome(times, text, str(before), str(server.settled_resources()))


def stopped(seconds: float = 10.0) -> Outcome:
    """Stop the emulator with SIGSTOP for ten seconds, and continue it."""
    with server_process() as server:
        server.open_page().close()
        before = server.settled_resources()
        page, pid = server.open_page(), server.mac
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        answers = server.moof.popen.poll() is None and server.viewers == 1
        os.kill(pid, signal.SIGCONT)
        continued_at = time.monotonic()
        page.mouse.move(300, 300)
        page.mouse.move(400, 350)
        back = _seconds_to_picture(page, continued_at)
        same = "the same Mac" if server.mac == pid else "another Mac"
        page.close()
        text = f"server {'answers' if answers else 'DOES NOT ANSWER'} meanwhile; "
        text += f"{same}, picture after {back:.2f} s"
        return Outcome(1, text, str(before), str(server.settled_resources()))


def browser_killed() -> Outcome:
    """Kill the whole browser with three pages open."""
    with server_process() as server:
        server.open_page().close()
        before = server.settled_resources()
        for _ in range(3):
            server.open_page()
        killed_at = time.monotonic()
        for pid, name in descendants(os.getpid()).items():
            if "chrom" in name:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        wait_until(lambda: server.viewers == 0, "the server to remove the viewers", 60)
        seconds = time.monotonic() - killed_at
        text = f"its viewers were removed after {seconds:.1f} s"
        return Outcome(1, text, str(before), str(server.settled_resources()))


def pages(times: int = 150, marks: int = 5) -> Outcome:
    """Open and close a hundred and fifty pages, three at a time; measure memory after each thirty."""
    with server_process() as server:
        for _ in range(3):
            server.open_page().close()
        before, memory = server.settled_resources(), []
        for _ in range(marks):
            for _ in range(times // marks // 3):
                for page in [server.open_page() for _ in range(3)]:
                    page.close()
            memory.append(f"{server.settled_resources().megabytes:.1f}")
        text = f"all displayed the picture; MB after each {times // marks}: {', '.join(memory)}"
        return Outcome(times, text, str(before), str(server.settled_resources()))


FILL = """mount -t tmpfs -o size=64k none "$0" && echo "rom old" >"$0/prefs"
cat /dev/zero >"$0/filler" 2>/dev/null; exec "$@" """


def disk_full() -> Outcome:
    """Write preferences through the API, and the Mac's XPRAM, to a full disk."""
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name:
        disk, settings = Path(name) / "disk", Path(name) / "moof.toml"
        disk.mkdir()
        mac = [
            sys.executable,
            "-m",
            "moof",
            "emulator",
            "--size",
            "640x480",
            "--xpram",
            f"{disk}/xpram",
            "--documents",
            "none",
        ]
        settings.write_text(
            f'[emulators.own]\ncommand = {json.dumps(mac)}\nprefs = "{disk}/prefs"\nsandbox = false\n'
        )
        with server_process(
            "--emulator",
            "own",
            environment={"MOOF_CONFIG": str(settings)},
            wrapper=["unshare", "-rm", "sh", "-c", FILL, str(disk)],
        ) as server:
            server.open_page().close()
            before, page = server.settled_resources(), server.open_page()
            refused = post(page, "/api/prefs", {"set": {"rom": ["new"]}})
            kept = get_json(f"{server.moof.url}/api/prefs")["text"] == "rom old\n"
            pid = server.mac
            post(page, "/api/restart", None)  # its XPRAM is written when it ends
            wait_until(lambda: server.mac not in (0, pid), "another Mac")
            output = get_json(f"{server.moof.url}/api/output")["lines"]
            reported = any("cannot be saved" in line for line in output)
            shown = shown_frames(page)
            page.mouse.move(200, 200)
            page.mouse.move(300, 350)
            wait_until(lambda: shown_frames(page) > shown, "the picture to go on")
            page.close()
            text = f"{refused}, the old text {'kept' if kept else 'LOST'}; "
            text += f"the Mac {'reports' if reported else 'DOES NOT REPORT'} that it cannot save settings; "
            return Outcome(2, text + "picture goes on", str(before), str(server.settled_resources()))


def post(page: Page, path: str, body: object) -> str:
    """POST JSON as the page would; return the answer's status and detail."""
    status, detail = page.evaluate(
        """async ([path, body]) => {
            const headers = { "Content-Type": "application/json" };
            const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
            return [answer.status, (await answer.json()).detail ?? ""];
        }""",
        [path, body],
    )
    return f"{status} “{detail}”"


def failed_start(command: list[str]) -> str:
    """Run a command that is going to fail; return its exit status, its duration and its last words."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    seconds, message = time.monotonic() - started, " ".join((done.stdout + done.stderr).split()[-30:])
    return f"exit status {done.returncode} after {seconds:.1f} s: “{message}”"


def port_taken() -> Outcome:
    """Start a second server on the same port."""
    with server_process() as server:
        port = server.moof.url.rsplit(":", 1)[1]
        return Outcome(1, failed_start([sys.executable, "-m", "moof", "serve", "--http-port", port]))


def memory_full() -> Outcome:
    """Start an emulator with a /dev/shm of 8 MB, too small for a segment, in a mount namespace of its own."""
    script = 'mount -t tmpfs -o size=8m none /dev/shm && exec "$@"'
    emulator = [sys.executable, "-m", "moof", "emulator", "--xpram", "none", "--documents", "none"]
    return Outcome(1, failed_start(["unshare", "-rm", "sh", "-c", script, "sh", *emulator]))


def clock_stepped() -> Outcome:
    """Step CLOCK_REALTIME of server and Mac by an hour, there and back, during a picture and a tone."""
    counters = (PAGE / "audio_counters.js").read_text()
    with server_with_clock_offset() as (server, offset):
        page, rates = server.open_page(), []
        page.wait_for_timeout(5000)  # the jitter buffer adapts its length
        for seconds in (0, 3600, 0, -3600, 0):
            offset.write_text(str(seconds))
            shown, before, started = shown_frames(page), page.evaluate(counters), time.monotonic()
            page.wait_for_timeout(3000)
            passed, after = time.monotonic() - started, page.evaluate(counters)
            fps = (shown_frames(page) - shown) / passed
            packets = (after["packetsReceived"] - before["packetsReceived"]) / passed
            concealed = after["concealedSamples"] - before["concealedSamples"]
            rates.append(f"{fps:.0f} pictures, {packets:.0f} packets, {concealed} samples concealed")
        return Outcome(4, "a second: " + "; ".join(rates))


@contextlib.contextmanager
def server_with_clock_offset() -> Iterator[tuple[ServerProcess, Path]]:
    """Start Moof and an emulator that plays; yield the file with the offset of their CLOCK_REALTIME in s."""
    compiler = shutil.which("gcc")
    if compiler is None:
        raise SystemExit("Install gcc.")
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name:
        folder = Path(name)
        library, offset, settings = folder / "clock_offset.so", folder / "offset", folder / "moof.toml"
        offset.write_text("0")
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(CLOCK_OFFSET_SOURCE)], check=True
        )
        preload = {"LD_PRELOAD": str(library), "CLOCK_OFFSET_FILE": str(offset)}
        command = json.dumps(source_command("tone", "--moving"))
        kept = ", ".join(f"{key} = {json.dumps(value)}" for key, value in preload.items())
        settings.write_text(
            f"[emulators.own]\ncommand = {command}\nenvironment = {{ {kept} }}\nsandbox = false\n"
        )
        environment = {**preload, "MOOF_CONFIG": str(settings)}
        with server_process("--emulator", "own", environment=environment) as server:
            yield server, offset


FAULTS: dict[str, Callable[[], Outcome]] = {
    "killed": killed,
    "stopped": stopped,
    "browser-killed": browser_killed,
    "pages": pages,
    "disk-full": disk_full,
    "port-taken": port_taken,
    "memory-full": memory_full,
    "clock-stepped": clock_stepped,
}


def main() -> None:
    """Cause each fault that the options name, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", default=",".join(FAULTS), help="some of " + ", ".join(FAULTS))
    rows = []
    for name in parser.parse_args().faults.split(","):
        outcome = FAULTS[name]()
        rows.append([name, str(outcome.times), outcome.text, outcome.before, outcome.after])
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    print(table(["fault", "times", "what happened", "before", "after"], rows))


if __name__ == "__main__":
    main()
