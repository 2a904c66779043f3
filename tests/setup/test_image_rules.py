"""What a recipe says about images, and what that means for each kind of image."""

from __future__ import annotations

from typing import Any

import pytest

from moof.setup.argument_images import DiskFormat
from moof.setup.disk_identity import DiskKind, DiskReport, DiskUse
from moof.setup.image_rules import ImageRules, format_of

QUADRA = {"syntax": "qemu", "uses": ["disk", "read-only", "cd"], "formats": ["raw", "qcow2"], "most": 6}
PLUS = {"syntax": "paths", "uses": ["disk"], "formats": ["raw", "disk-copy"], "most": 5}


def test_uses_depend_on_the_kind_and_the_emulator() -> None:
    quadra, plus = ImageRules.parse(QUADRA), ImageRules.parse(PLUS)
    assert (quadra.locks, quadra.most, plus.locks, plus.most) == (True, 6, False, 5)
    for kind, by_quadra, by_plus in (
        (DiskKind.HFS, [DiskUse.DISK, DiskUse.CD], [DiskUse.DISK]),
        (DiskKind.ISO, [DiskUse.CD], []),
        (DiskKind.DISK_COPY, [], [DiskUse.DISK]),
        (DiskKind.QCOW2, [DiskUse.DISK], []),
        (DiskKind.WRONG, [], []),
    ):
        report = DiskReport(kind, "")
        assert (quadra.uses_of(report), plus.uses_of(report)) == (by_quadra, by_plus)
    assert format_of(DiskReport(DiskKind.QCOW2, "")) is DiskFormat.QCOW2
    assert format_of(DiskReport(DiskKind.PARTITIONED, "")) is DiskFormat.RAW


@pytest.mark.parametrize(
    "table",
    [
        "qemu",
        {},
        {**QUADRA, "more": 1},
        {**QUADRA, "syntax": "other"},
        {**QUADRA, "uses": ["floppy"]},
        {**QUADRA, "formats": ["vmdk"]},
        {**QUADRA, "most": 0},
        {**QUADRA, "most": True},
    ],
)
def test_a_table_that_is_wrong_is_refused(table: Any) -> None:
    with pytest.raises(ValueError, match=r"images|DiskFormat"):
        ImageRules.parse(table)
