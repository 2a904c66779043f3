import runpy
import shutil
from pathlib import Path

import pytest

ROMS = Path(__file__).parent / "roms"


@pytest.mark.skipif(not shutil.which("m68k-linux-gnu-as"), reason="needs the 68k assembler")
def test_committed_bytes_are_those_of_the_source(probe_image: bytes) -> None:
    assemble = runpy.run_path(str(ROMS / "build.py"))["assemble"]
    assert assemble(ROMS / "probe.s") == probe_image
