"""Fail the build if the ROM's disassembly (objdump -d on stdin) has code that the core executes wrongly.

Musashi's BFCHG, BFCLR, BFSET and BFINS corrupt memory on a field of five bytes, its DIVS/DIVU set other flags
than a 68020, CHK and the decimal instructions are wrong, and there is no FPU.
"""

import re
import sys
from collections.abc import Iterable, Iterator

FORBIDDEN = re.compile(
    r"\t(bf(chg|clr|set|ins)|chk[wl]?|[ans]bcd|f(move|add|sub|mul|div|cmp|tst)\w*|link[wl]? %sp)\b"
)
DIVISION = re.compile(r"\tdiv[su]")
READS_FLAGS = re.compile(r"\t[bs](eq|ne|mi|pl|ge|lt|gt|le|vc|vs|hi|ls|cc|cs)[swl]?\s")


def find_errors(lines: Iterable[str]) -> Iterator[str]:
    """Yield one sentence for each instruction that must not be in a ROM."""
    after_division = False
    for line in lines:
        if FORBIDDEN.search(line):
            yield f"the core executes this instruction wrongly: {line.strip()}"
        if after_division and READS_FLAGS.search(line):
            yield f"uses the flags of a division: {line.strip()}"
        after_division = bool(DIVISION.search(line))


def main() -> None:
    """Read a disassembly; exit with status 1 and one line per error if there are any."""
    found = list(find_errors(sys.stdin))
    for error in found:
        print(error, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
