"""Tables as plain text, as wide as they need to be: scripts cut them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from moof.plain_text import plain_text

_GAP: Final = "  "


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table: the head, and a line for each row; control characters are replaced."""
    lines = [[" ".join(plain_text(cell).split()) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        yield _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
