"""Compile the Atari's desktop: `python build.py` needs m68k-linux-gnu-{gcc,objcopy}.

The result is committed as text (hex, 32 bytes a line), so the tests need no cross compiler.
"""

import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
BASE = 0xE00000
SIZE = 256 * 1024
FLAGS = ["-m68000", "-O1", "-ffreestanding", "-nostdlib", "-fno-builtin", "-Wall", "-Wextra", "-Werror"]


def build() -> bytes:
    """Compile and link; return the image without the zeros that pad it to SIZE."""
    with tempfile.TemporaryDirectory() as directory:
        linked, image = Path(directory) / "rom.elf", Path(directory) / "rom.bin"
        place = [f"-Wl,-Ttext={BASE:#x}", "-Wl,--build-id=none", "-Wl,-e,_start"]
        sources = [HERE / "header.s", HERE / "desktop.c"]
        subprocess.run(["m68k-linux-gnu-gcc", *FLAGS, *place, *sources, "-lgcc", "-o", linked], check=True)
        sections = ["-j", ".text", "-j", ".rodata"]
        subprocess.run(["m68k-linux-gnu-objcopy", "-O", "binary", *sections, linked, image], check=True)
        return image.read_bytes()


def main() -> None:
    """Write desktop.hex."""
    (HERE / "desktop.hex").write_text(build().hex("\n", 32) + "\n")


if __name__ == "__main__":
    main()
