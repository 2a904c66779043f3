"""Assemble the ROMs that the tests use: `python build.py` needs m68k-linux-gnu-{as,ld,objcopy}.

What comes out is committed as text (hex, 32 bytes a line), so the tests themselves need no cross compiler.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from moof.mac.rom import checksum

HERE = Path(__file__).parent


def assemble(source: Path) -> bytes:
    """The stamped image."""
    with tempfile.TemporaryDirectory() as directory:
        object_file, linked, image = (Path(directory) / name for name in ("rom.o", "rom.elf", "rom.bin"))
        run("as", "-m68020", "--register-prefix-optional", "-o", object_file, source)
        run("ld", "-Ttext=0x04000000", "-e", "0x04000000", "-o", linked, object_file)
        run("objcopy", "-O", "binary", "-j", ".text", linked, image)
        data = bytearray(image.read_bytes())
    data[20:24] = checksum(bytes(data)).to_bytes(4, "big")
    return bytes(data)


def run(tool: str, *arguments: str | Path) -> None:
    subprocess.run([f"m68k-linux-gnu-{tool}", *map(str, arguments)], check=True)


def main() -> None:
    for source in sorted(HERE.glob("*.s")):
        image = assemble(source)
        source.with_suffix(".hex").write_text(image.hex("\n", 32) + "\n")
        sys.stdout.write(f"{source.stem}: {len(image)} bytes\n")


if __name__ == "__main__":
    main()
