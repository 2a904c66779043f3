import pytest

from moof.cli.durations import ago, duration_text, parse_duration, until


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), (" 12H ", 43_200), ("7d", 604_800), ("4 w", 2_419_200), ("never", None)],
)
def test_a_duration_is_read(text: str, seconds: float | None) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "1.5d", "7 days", "1y", "9999999d"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a duration like"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 min"), (59, "0 min"), (61, "1 min"), (7_300, "2 h"), (200_000, "2 d")]
)
def test_a_duration_is_written_in_its_largest_unit(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_times_from_now() -> None:
    assert (ago(0.0, 30.0), ago(0.0, 300.0), ago(30.0, 0.0)) == ("just now", "5 min ago", "just now")
    assert (until(7_300.0, 0.0), until(0.0, 0.0), until(None, 0.0)) == ("in 2 h", "expired", "never")
