from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def test_file_name_has_the_local_time(run: Run) -> None:
    body = """
    const { fileName } = await load("ui/files/saved-file.js");
    return fileName(new Date(2026, 0, 9, 7, 5, 3), "png");
    """
    assert run(body) == "Moof 2026-01-09 at 07.05.03.png"


@pytest.mark.parametrize(
    ("ms", "words"), [(0, "0:00"), (7_999, "0:07"), (61_000, "1:01"), (3_723_000, "1:02:03")]
)
def test_length_is_that_of_a_clock(run: Run, ms: int, words: str) -> None:
    assert run('return (await load("ui/files/saved-file.js")).describeLength(argument);', ms) == words


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1\xa0KB"), (201_000, "201\xa0KB"), (3_440_000, "3.4\xa0MB")]
)
def test_size_is_in_words(run: Run, size: int, words: str) -> None:
    assert run('return (await load("ui/files/saved-file.js")).describeSize(argument);', size) == words
