"""Convert BDF bitmap fonts to C: `bdf.py SYMBOLS.txt FONT.bdf… > font_data.c`.

SYMBOLS.txt has drawings of the characters that a font lacks.
The guest's text is Mac Roman, so glyphs are ordered by Mac Roman code instead of Unicode; font.h explains
the structures.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

FIRST_CODE = 0x20
LAST_CODE = 0xFF


@dataclass(frozen=True)
class Glyph:
    """One character's bitmap.

    The box is in pixels, relative to the pen on the baseline; the rows go downwards, each whole bytes in hex.
    """

    width: int
    height: int
    left: int
    bottom: int
    advance: int
    rows: tuple[str, ...]


def mac_roman_code(unicode: int) -> int | None:
    """Return the Mac Roman code of a character, None if it has none."""
    try:
        return chr(unicode).encode("mac_roman")[0]
    except UnicodeEncodeError:
        return None


def parse(text: str) -> tuple[int, int, dict[int, Glyph]]:
    """Return ascent, descent and the glyphs by Mac Roman code (Adobe's BDF 2.1)."""
    ascent = int(re.search(r"^FONT_ASCENT (\d+)", text, re.M)[1])  # type: ignore[index]
    descent = int(re.search(r"^FONT_DESCENT (\d+)", text, re.M)[1])  # type: ignore[index]
    pattern = r"ENCODING (\d+)\n.*?DWIDTH (\d+) 0\nBBX (\d+) (\d+) (-?\d+) (-?\d+)\nBITMAP\n(.*?)ENDCHAR"
    glyphs = {}
    for found in re.finditer(pattern, text, re.S):
        unicode, advance, width, height, left, bottom = map(int, found.groups()[:6])
        code = mac_roman_code(unicode)
        if code is not None:
            glyphs[code] = Glyph(width, height, left, bottom, advance, tuple(found[7].split()))
    return ascent, descent, glyphs


def parse_symbols(text: str) -> dict[int, Glyph]:
    """Return the glyphs of a file of drawings, by Mac Roman code."""
    glyphs = {}
    for character, bottom, drawing in re.findall(r"^= (.) (-?\d+)\n((?:[.#]+\n)+)", text, re.M):
        rows = drawing.split()
        width = len(rows[0])
        padded = [row.replace(".", "0").replace("#", "1").ljust(-(-width // 8) * 8, "0") for row in rows]
        hexadecimal = tuple(f"{int(row, 2):0{len(row) // 4}x}" for row in padded)
        code = character.encode("mac_roman")[0]
        glyphs[code] = Glyph(width, len(rows), 1, int(bottom), width + 2, hexadecimal)
    return glyphs


def c_source(name: str, text: str, symbols: dict[int, Glyph]) -> str:
    """Return C with the arrays and the Font of one BDF file; `symbols` has glyphs that it may lack."""
    ascent, descent, glyphs = parse(text)
    glyphs = symbols | glyphs
    missing = glyphs[ord("?")]
    bits: list[str] = []
    table: list[str] = []
    for code in range(FIRST_CODE, LAST_CODE + 1):
        glyph = glyphs.get(code, missing)
        table.append(
            f"{{{len(bits)}, {glyph.width}, {glyph.height}, {glyph.left}, {glyph.bottom}, {glyph.advance}}},"
        )
        bits += [f"0x{byte:02x}" for row in glyph.rows for byte in bytes.fromhex(row)]
    lines = [", ".join(bits[start : start + 24]) + "," for start in range(0, len(bits), 24)]
    return "\n".join(
        [
            f"static const u8 {name}_bits[] = {{", *lines, "};",
            f"static const Glyph {name}_glyphs[] = {{", *table, "};",
            f"const Font font_{name} = {{{ascent}, {descent}, {name}_glyphs, {name}_bits}};",
        ]
    )  # fmt: skip


def main() -> None:
    """Convert the files named on the command line."""
    print('#include "font.h"')
    symbols, *fonts = map(Path, sys.argv[1:])
    for path in fonts:
        name = path.stem.replace("-", "_")
        print(c_source(name, path.read_text("latin-1"), parse_symbols(symbols.read_text("utf-8"))))


if __name__ == "__main__":
    main()
