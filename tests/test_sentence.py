from hypothesis import given
from hypothesis import strategies as st

from moof.sentence import Sentence, reason_of, said_by


def test_a_sentence_is_its_text_and_keeps_its_values() -> None:
    said = Sentence("There is no disk {disk}.", disk="{a} b")
    assert said == "There is no disk {a} b."
    assert (said.sentence, said.values) == ("There is no disk {disk}.", {"disk": "{a} b"})


def test_what_another_process_says_is_no_format_string() -> None:
    said = Sentence.received("It.", "{values.__class__} {x:9999999999}", {"x": "1"})
    assert said == "It."


@given(st.text())
def test_an_error_says_its_text(text: str) -> None:
    said = Sentence("{text}.", text=text)
    assert isinstance(said_by(ValueError(said)), Sentence)
    assert said_by(ValueError(text)) == text
    assert said_by(ValueError()) == ""
    assert reason_of(OSError(2, "No such file")) == "No such file"
    assert reason_of(OSError("odd")) == "odd"
    assert said_by(OSError(2, "No such file")) == "[Errno 2] No such file"
