"""The shipped ROM is the one that its source builds, and the build's tools."""

from __future__ import annotations

import importlib.resources
import importlib.util
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from moof.keyboard import layout
from moof.mac.headless import HeadlessMac

GUEST = Path(__file__).parents[2] / "guest"
COMPILER = "m68k-linux-gnu-gcc"
BUILT_WITH = "12.2.0"


@pytest.fixture
def tool() -> Callable[[str], ModuleType]:
    """`tool("tools/art.py")`: loads a script of guest/ as a module."""

    def load(path: str) -> ModuleType:
        name = Path(path).stem
        spec = importlib.util.spec_from_file_location(name, GUEST / path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look up their module
        spec.loader.exec_module(module)
        return module

    return load


def shipped_rom() -> bytes:
    return (importlib.resources.files("moof.mac") / "rom" / "moof.rom").read_bytes()


def compiler_version() -> str | None:
    if shutil.which(COMPILER) is None:
        return None
    return subprocess.run(
        [COMPILER, "-dumpfullversion"], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.skipif(compiler_version() is None, reason=f"{COMPILER} is not installed")
def test_source_builds_the_shipped_rom_byte_for_byte(tmp_path: Path) -> None:
    if compiler_version() != BUILT_WITH:
        pytest.skip(f"the shipped ROM was built with {COMPILER} {BUILT_WITH}, this is {compiler_version()}")
    command = ["make", "-s", "-C", str(GUEST), f"BUILD={tmp_path}", f"PYTHON={sys.executable}"]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    assert (tmp_path / "moof.rom").read_bytes() == shipped_rom()


def test_header_has_length_checksum_and_name() -> None:
    rom = shipped_rom()
    _, entry, signature, version, header_length, length, crc, name = struct.unpack_from(">II4sHHII32s", rom)
    assert (signature, version, header_length) == (b"Moof", 1, 56)
    assert length == len(rom) <= 1 << 20
    assert 0x0400_0000 + header_length <= entry < 0x0400_0000 + length
    assert crc == zlib.crc32(rom[:20] + bytes(4) + rom[24:])
    assert name.split(b"\0")[0] == b"Moof desktop"


def test_stamp_raises_value_error_for_invalid_images(tool: Callable[[str], ModuleType]) -> None:
    stamp = tool("stamp.py").stamp
    with pytest.raises(ValueError, match="ROM header"):
        stamp(bytes(64))
    with pytest.raises(ValueError, match="at most"):
        stamp(bytes(8) + b"Moof" + bytes(1 << 20))
    assert stamp(stamp(bytes(8) + b"Moof" + bytes(99))) == stamp(bytes(8) + b"Moof" + bytes(99))


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("4000000:\te8d0 1008 \tbfset %a0@,0,8", "wrong"),
        ("4000000:\t4190 \tchkw %a0@,%d0", "wrong"),
        ("4000000:\t4e57 0000 \tlinkw %sp,#0", "wrong"),
        ("4000000:\t4c41 0800 \tdivsl %d1,%d0\n4000004:\t6702 \tbeqs 4000008", "division"),
        ("4000000:\te9c0 0008 \tbfextu %d0,0,8,%d0\n4000004:\t6702 \tbeqs 4000008", None),
    ],
)
def test_code_that_the_core_executes_wrongly_is_reported(
    tool: Callable[[str], ModuleType], code: str, verdict: str | None
) -> None:
    found = list(tool("tools/checkcode.py").find_errors(code.splitlines()))
    assert len(found) == (verdict is not None)
    assert all(str(verdict) in error for error in found)


def test_drawings_are_padded_and_unknown_inks_raise_value_error(tool: Callable[[str], ModuleType]) -> None:
    art = tool("tools/art.py")
    assert art.parse("// a dot\nhot 1 0\n#\n.#.\n") == (["#  ", ".#."], (1, 0))
    assert "{3, 2, 1, 0, dot_pixels}" in art.c_source("dot", "hot 1 0\n#\n.#.\n")
    with pytest.raises(ValueError, match="unknown inks"):
        art.c_source("dot", "?\n")


@pytest.mark.parametrize("path", sorted((GUEST / "fonts").glob("*.bdf")), ids=lambda path: path.stem)
def test_fonts_have_all_of_ascii_and_rows_of_at_most_four_bytes(
    tool: Callable[[str], ModuleType], path: Path
) -> None:
    ascent, descent, glyphs = tool("tools/bdf.py").parse(path.read_text("latin-1"))
    assert ascent > 0 < descent
    assert set(range(0x20, 0x7F)) <= set(glyphs)
    for glyph in glyphs.values():
        assert len(glyph.rows) == glyph.height
        assert glyph.width <= 32
        assert glyph.height < 64


@pytest.mark.parametrize("path", sorted((GUEST / "fonts").glob("*.bdf")), ids=lambda path: path.stem)
def test_fonts_with_the_symbols_have_all_of_mac_roman(tool: Callable[[str], ModuleType], path: Path) -> None:
    bdf = tool("tools/bdf.py")
    symbols = bdf.parse_symbols((GUEST / "fonts" / "symbols.txt").read_text())
    glyphs = symbols | bdf.parse(path.read_text("latin-1"))[2]
    assert set(range(0x20, 0x100)) - {0x7F} <= set(glyphs)
    assert all(len(glyph.rows) == glyph.height for glyph in symbols.values())


def test_keyboard_layouts_become_tables(tool: Callable[[str], ModuleType]) -> None:
    tables = tool("tools/layouts.py")
    german = layout("german")
    outputs = [output.character for output in tables.key_outputs(german, 0x29)]
    assert outputs == ["ö", "Ö", "œ", "Œ", "Ö", "Ö", "Œ", "Œ"]
    characters, dead = tables.c_keys(german)
    assert characters.count("{") == dead.count("0x") == 0x33
    assert tables.c_layout(german).startswith('    {"German", true,')
    assert tables.c_layout(layout("us")).startswith('    {"U.S.", false,')
    rows = tables.c_compositions((german,))
    assert "    {0xAB, 0x65, 0x8E}," in rows  # ´ and e: é
    assert len(rows) == len(set(rows))


def test_sine_table_is_one_turn(tool: Callable[[str], ModuleType]) -> None:
    table = tool("tools/sine.py").table()
    assert len(table) == 1025
    assert (table[0], table[256], table[512], table[768], table[1024]) == (0, 32767, 0, -32767, 0)


@pytest.mark.skipif(compiler_version() is None, reason=f"{COMPILER} is not installed")
def test_example_rom_of_the_documentation_runs(tool: Callable[[str], ModuleType], tmp_path: Path) -> None:
    page = (GUEST.parent / "docs" / "guest.md").read_text()
    source, elf, image = (tmp_path / f"example.{suffix}" for suffix in ("s", "elf", "bin"))
    source.write_text(page.split("```asm\n")[1].split("```")[0])
    link = ["-m68020", "-nostdlib", "-static", "-Wl,-Ttext=0x04000000,-e,start,--build-id=none"]
    subprocess.run([COMPILER, *link, "-o", elf, source], check=True)
    objcopy = COMPILER.replace("gcc", "objcopy")
    subprocess.run([objcopy, "-O", "binary", "-j", ".text", elf, image], check=True)
    with HeadlessMac(tool("stamp.py").stamp(image.read_bytes())) as mac:
        mac.mouse(300, 200)
        framebuffer = mac.memory.read_bytes(0x0420_0000, 1024 * 768)
        assert bytes(framebuffer) == struct.pack(">HH", 300, 200) * (1024 * 768 // 4)
        assert mac.memory.read32(0xB00) == 2
