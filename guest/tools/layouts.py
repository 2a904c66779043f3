"""Convert the Mac's keyboard layouts to C: `layouts.py OUTPUT` writes OUTPUT.c and OUTPUT.h.

layouts.h explains the structures.
The source is `src/moof/keyboard`, from which the server makes the strokes that type a text, too.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

from moof.keyboard import KeyOutput, Layout, Level, layouts

KEYS = 0x33  # the codes of the main block are 0 to 0x32
CAPS_LOCK = 4  # the bit of a level, beside those of Level
ANSI_LAYOUTS = ("us", "dvorak")  # drawn without the key that only ISO keyboards have


def character_code(output: KeyOutput) -> int:
    """Return the Mac Roman code of what a key gives; 0 for nothing."""
    return output.character.encode("mac_roman")[0] if output.character else 0


def key_outputs(layout: Layout, code: int) -> list[KeyOutput]:
    """Return what a key gives at the four levels, without caps lock and with it."""
    return [layout.output(code, level, caps=caps) for caps in (False, True) for level in Level]


def c_keys(layout: Layout) -> tuple[str, str]:
    """Return C's initializers of `characters` and `dead` for one layout."""
    characters, dead = [], []
    for code in range(KEYS):
        outputs = key_outputs(layout, code)
        characters.append("{" + ", ".join(f"0x{character_code(output):02X}" for output in outputs) + "}")
        dead.append(f"0x{sum(output.dead << level for level, output in enumerate(outputs)):02X}")
    return ", ".join(characters), ", ".join(dead)


def c_layout(layout: Layout) -> str:
    """Return C's initializer of one layout."""
    title = "".join(
        f"\\{byte:03o}" if byte >= 0x7F or byte in b'"\\' else chr(byte)
        for byte in layout.title.encode("mac_roman")
    )
    characters, dead = c_keys(layout)
    iso = "false" if layout.name in ANSI_LAYOUTS else "true"
    return f'    {{"{title}", {iso},\n     {{{characters}}},\n     {{{dead}}}}},'


def c_compositions(all_layouts: tuple[Layout, ...]) -> list[str]:
    """Return C's initializers of what dead keys make of the next character, each once."""
    rows = {
        (character_code(KeyOutput(accent)), character_code(KeyOutput(base)), character_code(KeyOutput(made)))
        for layout in all_layouts
        for accent, pairs in layout.compositions.items()
        for base, made in pairs.items()
    }
    return [f"    {{0x{accent:02X}, 0x{base:02X}, 0x{made:02X}}}," for accent, base, made in sorted(rows)]


def main() -> None:
    """Write both files."""
    target = Path(sys.argv[1])
    every = layouts()
    compositions = c_compositions(every)
    tables = [
        '#include "layouts.h"',
        *("const KeyboardLayout keyboard_layouts[LAYOUT_COUNT] = {", *map(c_layout, every), "};"),
        *("const Composition compositions[COMPOSITION_COUNT] = {", *compositions, "};"),
    ]
    counts = f"enum {{ LAYOUT_COUNT = {len(every)}, COMPOSITION_COUNT = {len(compositions)} }};"
    target.with_suffix(".c").write_text("\n".join(tables) + "\n")
    target.with_suffix(".h").write_text(counts + "\n")


if __name__ == "__main__":
    main()
