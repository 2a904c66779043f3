import pytest

from moof.states import StateError
from moof.states.contents_layout import LENGTHS, MAX_DEVICES, part_lengths


def test_lengths_explain_the_contents() -> None:
    assert part_lengths(LENGTHS.pack(1, 2, 3, 4), LENGTHS.size + 10) == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("head", "contents"),
    [
        (bytes(15), 15),
        (LENGTHS.pack(1, 2, 3, 4), LENGTHS.size + 11),
        (LENGTHS.pack(MAX_DEVICES + 1, 0, 0, 0), LENGTHS.size + MAX_DEVICES + 1),
    ],
)
def test_other_contents_are_refused(head: bytes, contents: int) -> None:
    with pytest.raises(StateError, match="contents"):
        part_lengths(head, contents)
