"""What happens when things break: each fault in a running Moof, counted before and after.

`python bench/faults.py` does all of them (seven minutes); `--faults killed,stopped` some. The figures behind
a fault are descriptors, threads and memory of the server, before it and after its viewers have left.
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

from household import Household, frames, household, settled, until
from stage import HERE, quantile, table


@dataclass(frozen=True)
class Outcome:
    """What happened, in words, and what the server held before and after."""

    times: int
    words: str
    before: str = "-"
    after: str = "-"


def _kill_mac(home: Household, page: Page) -> float:
    """Kill the Mac; return the seconds until the page shows a picture of the next one.

    The next one's desktop may be there already, pixel for pixel: then only a hand tells that it is alive.
    """
    pid, happened = home.mac, time.monotonic()
    os.kill(pid, signal.SIGKILL)
    until(lambda: home.mac != pid, "the Mac to be missed")
    shown = frames(page)  # whatever was under way has arrived: those to come are another Mac's
    until(lambda: home.mac not in (0, pid), "another Mac")
    until(lambda: _moved(page) and frames(page) > shown, "the picture to be back")
    return time.monotonic() - happened


def _moved(page: Page) -> bool:
    page.mouse.move(200 + 300 * (time.monotonic() % 1), 300)
    return True


def _picture_back(page: Page, happened: float) -> float:
    """Seconds from then until the page shows a new picture."""
    shown = frames(page)
    until(lambda: frames(page) > shown, "the picture to be back")
    return time.monotonic() - happened


def killed(times: int = 20) -> Outcome:
    """Emulator `kill -9`, again and again, as soon as its picture is back."""
    with household() as home:
        home.page().close()
        before, page = settled(home), home.page()
        page.evaluate("() => { window.samePage = true; }")
        back = [_kill_mac(home, page) for _ in range(times)]
        kept = page.evaluate("() => window.samePage === true")
        page.close()
        words = f"picture back after {quantile(back, 0.5):.2f} s (median), {max(back):.2f} s (longest)"
        words += ", the viewer kept" if kept else ", THE VIEWER LOST"
        return Outcome(times, words, str(before), str(settled(home)))


def stopped(seconds: float = 10.0) -> Outcome:
    """Emulator SIGSTOP for ten seconds, and on."""
    with household() as home:
        home.page().close()
        before = settled(home)
        page, pid = home.page(), home.mac
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        answers = home.process.poll() is None and home.viewers == 1
        os.kill(pid, signal.SIGCONT)
        happened = time.monotonic()
        page.mouse.move(300, 300)
        page.mouse.move(400, 350)
        back = _picture_back(page, happened)
        same = "the same Mac" if home.mac == pid else "another Mac"
        page.close()
        words = f"server {'answers' if answers else 'DOES NOT ANSWER'} meanwhile; "
        words += f"{same}, picture after {back:.2f} s"
        return Outcome(1, words, str(before), str(settled(home)))


def browser_killed() -> Outcome:
    """The whole browser is killed with three pages open."""
    with household() as home:
        home.page().close()
        before = settled(home)
        for _ in range(3):
            home.page()
        happened = time.monotonic()
        _kill_descendants("chromium")
        until(lambda: home.viewers == 0, "the viewers to be missed", 60)
        gone = time.monotonic() - happened
        return Outcome(1, f"its viewers were let go after {gone:.1f} s", str(before), str(settled(home)))


def _kill_descendants(name: str) -> None:
    """Kill our own processes of that name: what playwright's driver started for us."""
    lines = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,comm="], capture_output=True, text=True, check=True
    ).stdout
    parents = {
        int(pid): (int(parent), comm)
        for pid, parent, comm in (line.split(None, 2) for line in lines.splitlines())
    }
    for pid, (_, comm) in parents.items():
        ancestor = pid
        while ancestor in parents and ancestor != os.getpid():
            ancestor = parents[ancestor][0]
        if ancestor == os.getpid() and name in comm:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def pages(times: int = 150, marks: int = 5) -> Outcome:
    """A hundred and fifty pages opened and closed, three at a time: memory after each thirty."""
    with household() as home:
        for _ in range(3):
            home.page().close()
        before, memory = settled(home), []
        for _ in range(marks):
            for _ in range(times // marks // 3):
                for page in [home.page() for _ in range(3)]:
                    page.close()
            memory.append(f"{settled(home).megabytes:.1f}")
        words = f"all saw the picture; MB after each {times // marks}: {', '.join(memory)}"
        return Outcome(times, words, str(before), str(settled(home)))


FILL = """mount -t tmpfs -o size=64k none "$0" && echo "rom old" >"$0/prefs"
cat /dev/zero >"$0/filler" 2>/dev/null; exec "$@" """


def disk_full() -> Outcome:
    """A disk without room for another byte: preferences by the API, and the Mac's own settings."""
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name:
        disk, settings = Path(name) / "disk", Path(name) / "moof.toml"
        disk.mkdir()
        mac = [sys.executable, "-m", "moof", "emulator", "--size", "640x480", "--xpram", f"{disk}/xpram"]
        settings.write_text(f'[emulators.own]\ncommand = {json.dumps(mac)}\nprefs = "{disk}/prefs"\n')
        with household(
            "--emulator",
            "own",
            environment={"MOOF_CONFIG": str(settings)},
            within=["unshare", "-rm", "sh", "-c", FILL, str(disk)],
        ) as home:
            home.page().close()
            before, page = settled(home), home.page()
            refused = post(page, "/api/prefs", {"set": {"rom": ["new"]}})
            kept = home.get("/api/prefs")["text"] == "rom old\n"
            pid = home.mac
            post(page, "/api/restart", None)  # its XPRAM is written when it ends
            until(lambda: home.mac not in (0, pid), "another Mac")
            said = [line for line in home.get("/api/output")["lines"] if "cannot be saved" in line]
            shown = frames(page)
            page.mouse.move(200, 200)
            page.mouse.move(300, 350)
            until(lambda: frames(page) > shown, "the picture to go on")
            page.close()
            words = f"{refused}, the old text {'kept' if kept else 'LOST'}; "
            words += f"the Mac {'says' if said else 'DOES NOT SAY'} that its settings cannot be saved; "
            return Outcome(2, words + "picture goes on", str(before), str(settled(home)))


def post(page: Page, path: str, body: object) -> str:
    """POST JSON as the page would; the answer's status and what it says."""
    status, detail = page.evaluate(
        """async ([path, body]) => {
            const headers = { "Content-Type": "application/json" };
            const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
            return [answer.status, (await answer.json()).detail ?? ""];
        }""",
        [path, body],
    )
    return f"{status} “{detail}”"


def port_taken() -> Outcome:
    """A second server on the same port."""
    with household() as home:
        port = home.url.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "moof", "serve", "--http-port", port]
        started = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        said = " ".join((done.stdout + done.stderr).split()[-25:])
        return Outcome(1, f"exit status {done.returncode} after {time.monotonic() - started:.1f} s: “{said}”")


def memory_full() -> Outcome:
    """No room for a segment: /dev/shm of 8 MB, in a mount namespace of its own."""
    script = 'mount -t tmpfs -o size=8m none /dev/shm && exec "$@"'
    command = [
        "unshare",
        "-rm",
        "sh",
        "-c",
        script,
        "sh",
        sys.executable,
        "-m",
        "moof",
        "emulator",
        "--xpram",
        "none",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    said = " ".join((done.stdout + done.stderr).split()[-30:])
    return Outcome(1, f"exit status {done.returncode}: “{said}”")


CONCEALED = """async () => {
    for (const report of (await window.moof.pc.getStats()).values())
        if (report.type === "inbound-rtp" && report.kind === "audio")
            return [report.packetsReceived, report.concealedSamples];
}"""


def clock_stepped() -> Outcome:
    """CLOCK_REALTIME jumps an hour to and fro, the server's and the Mac's, beneath a picture and a tone."""
    with household_with_stepping(HERE / "clockstep.c") as (home, step):
        page, rates = home.page(), []
        page.wait_for_timeout(5000)  # the jitter buffer finds its length
        for seconds in (0, 3600, 0, -3600, 0):
            step.write_text(str(seconds))
            shown, heard, started = frames(page), page.evaluate(CONCEALED), time.monotonic()
            page.wait_for_timeout(3000)
            passed, after = time.monotonic() - started, page.evaluate(CONCEALED)
            fps, packets = (frames(page) - shown) / passed, (after[0] - heard[0]) / passed
            rates.append(
                f"{fps:.0f} pictures, {packets:.0f} packets, {after[1] - heard[1]} samples concealed"
            )
        return Outcome(4, "a second: " + "; ".join(rates))


@contextlib.contextmanager
def household_with_stepping(source: Path) -> Iterator[tuple[Household, Path]]:
    """A Moof, and an emulator that plays, whose CLOCK_REALTIME is so many seconds off as the file says."""
    compiler = shutil.which("gcc")
    if compiler is None:
        raise SystemExit("Install gcc.")
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name:
        folder = Path(name)
        library, step, settings = folder / "clockstep.so", folder / "step", folder / "moof.toml"
        step.write_text("0")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source)], check=True)
        stepped = {"LD_PRELOAD": str(library), "CLOCKSTEP_FILE": str(step)}
        command = [sys.executable, str(HERE / "tone_source.py"), "--moving"]
        kept = ", ".join(f"{key} = {json.dumps(value)}" for key, value in stepped.items())
        settings.write_text(f"[emulators.own]\ncommand = {json.dumps(command)}\nenvironment = {{ {kept} }}\n")
        environment = {**stepped, "MOOF_CONFIG": str(settings)}
        with household("--emulator", "own", environment=environment) as home:
            yield home, step


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
    """Let each fault happen, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", default=",".join(FAULTS), help="some of " + ", ".join(FAULTS))
    rows = []
    for name in parser.parse_args().faults.split(","):
        outcome = FAULTS[name]()
        rows.append([name, str(outcome.times), outcome.words, outcome.before, outcome.after])
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    print(table(["fault", "times", "what happened", "before", "after"], rows))


if __name__ == "__main__":
    main()
