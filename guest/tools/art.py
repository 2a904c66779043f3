"""Convert drawings in text files to C: `art.py OUTPUT ART.txt…` writes OUTPUT.c and OUTPUT.h.

A drawing is rows of characters, one per pixel, each a key of INK; lines that start with "//" are comments. A
first line "hot X Y" gives a cursor's hot spot. All rows are padded to the widest.
"""

import sys
from pathlib import Path

INK = " .#lmdrgybopcnvt"  # the order of art_inks in draw.c; a blank is transparent


def parse(text: str) -> tuple[list[str], tuple[int, int]]:
    """Return the drawing's rows, all of one width, and its hot spot (x, y)."""
    hot = (0, 0)
    rows = []
    for line in text.splitlines():
        if line.startswith("hot "):
            x, y = line.split()[1:]
            hot = (int(x), int(y))
        elif not line.startswith("//"):
            rows.append(line)
    width = max(map(len, rows))
    return [row.ljust(width) for row in rows], hot


def c_source(name: str, text: str) -> str:
    """Return C with the pixels and the Art of one drawing. Raises ValueError for an unknown ink."""
    rows, (hot_x, hot_y) = parse(text)
    unknown = set("".join(rows)) - set(INK)
    if unknown:
        raise ValueError(f"{name}: unknown inks {sorted(unknown)}")
    pixels = ["    " + ",".join(str(INK.index(mark)) for mark in row) + "," for row in rows]
    return "\n".join(
        [
            f"static const u8 {name}_pixels[] = {{", *pixels, "};",
            f"const Art art_{name} = {{{len(rows[0])}, {len(rows)}, {hot_x}, {hot_y}, {name}_pixels}};",
        ]
    )  # fmt: skip


def main() -> None:
    """Convert the files named on the command line."""
    target, *sources = map(Path, sys.argv[1:])
    names = {path.stem.replace("-", "_"): path.read_text("ascii") for path in sources}
    code = ['#include "art_data.h"', *(c_source(name, text) for name, text in names.items())]
    target.with_suffix(".c").write_text("\n".join(code) + "\n")
    declarations = ['#include "draw.h"', *(f"extern const Art art_{name};" for name in names)]
    target.with_suffix(".h").write_text("\n".join(declarations) + "\n")


if __name__ == "__main__":
    main()
