"""A wheel built from this repository has all it needs: the ROM, the page, and a `moof` that runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as a package index would get it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_rom_and_the_page_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "moof/mac/rom/moof.rom" in names
    assert "moof/web/page/index.html" in names
    assert "moof/web/page/connection/session.js" in names
    assert "moof/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not any(name.endswith((".pyc", ".nbi", ".nbc")) for name in names)


def test_moof_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [
        sys.executable,
        "-m",
        "moof",
        "run",
        "--xpram",
        "none",
        "--http-port",
        "0",
        "--signaling-port",
        "0",
    ]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as moof:
        assert moof.stdout is not None
        url = next(line.split()[1] for line in moof.stdout if line.startswith("Open "))
        with urllib.request.urlopen(url, timeout=10) as page:
            assert b"display-canvas" in page.read()
        moof.send_signal(signal.SIGINT)
        assert moof.wait(15) == 0
    assert (installed / "moof" / "media" / "__pycache__").is_dir(), (
        "it ran from the wheel, not from the sources"
    )
