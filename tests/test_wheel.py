"""A wheel built from this repository is complete: the ROM, the page, and a `moof` that runs."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from support.moof_process import moof_command, page_address
from support.processes import OutputProcess

ROOT = Path(__file__).parent.parent
COMPILE_SECONDS = 110.0  # of the pixel kernels, on a busy machine


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as for a package index."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_contains_rom_and_page(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "moof/mac/rom/moof.rom" in names
    assert "moof/web/page/index.html" in names
    assert "moof/web/page/connection/session.js" in names
    assert "moof/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not any(name.endswith((".pyc", ".code")) for name in names)


def test_moof_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    environment = {"PYTHONPATH": str(installed)}
    moof = OutputProcess(
        moof_command("run", "--xpram", "none", "--documents", "none"), environment, folder=tmp_path
    )
    try:
        url = page_address(moof.wait_for_line("Open ", COMPILE_SECONDS))
        with urllib.request.urlopen(url, timeout=30) as page:
            assert b"display-canvas" in page.read()
        assert moof.stop(signal.SIGINT) == 0
    finally:
        moof.stop()
    kept = (installed / "moof" / "machine_code" / "__pycache__").glob("*.code")
    assert list(kept), "it ran from the wheel, not from the sources"
