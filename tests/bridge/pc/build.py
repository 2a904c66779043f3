"""Assemble what a PC boots: `python build.py` needs gcc and objcopy on an x86 machine.

What comes out is committed as text (hex, 32 bytes a line), so the tests themselves need no assembler.
"""

import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def build() -> bytes:
    """Assemble; the code without the zeros and the mark that make a boot sector of it."""
    with tempfile.TemporaryDirectory() as directory:
        assembled, code = Path(directory) / "boot.o", Path(directory) / "boot.bin"
        subprocess.run(["gcc", "-m32", "-c", HERE / "boot.s", "-o", assembled], check=True)
        subprocess.run(["objcopy", "-O", "binary", "-j", ".text", assembled, code], check=True)
        return code.read_bytes()


def main() -> None:
    """Write boot.hex."""
    (HERE / "boot.hex").write_text(build().hex("\n", 32) + "\n")


if __name__ == "__main__":
    main()
