import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.protocol import messages
from moof.server.protocol.keyboard_messages import MAX_TEXT, TextRequest
from moof.server.protocol.message_lengths import MAX_OF_TYPE, MAX_SHORT, is_too_long
from moof.server.protocol.messages import MAX_SDP, Answer, SignalingError, parse

LONGEST_TEXT = "\N{GRINNING FACE}" * MAX_TEXT
LONG_SDP = "a=mid:video of this browser\r\n" * 2_000
NUMBERS = st.integers(-(10**30), 10**30)
"""A number of more than 32 characters is in no message, and is not looked at in a long one."""
MEMBERS = st.dictionaries(st.text(max_size=10), st.text() | NUMBERS | st.booleans() | st.none(), max_size=5)


class CountedAdapter:
    """The validator of messages, and how many characters it was passed."""

    def __init__(self) -> None:
        self.parsed: list[int] = []
        self._adapter = messages._client_adapter

    def validate_json(self, text: str) -> Any:
        self.parsed.append(len(text))
        return self._adapter.validate_json(text)


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> CountedAdapter:
    counted = CountedAdapter()
    monkeypatch.setattr(messages, "_client_adapter", counted)
    return counted


def padded(message: str) -> str:
    return message + " " * (MAX_SHORT + 1 - len(message))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"type": "candidate", "candidate": "x" * MAX_SHORT, "mid": "0"}),
        json.dumps({"type": "join", "codec": "text" * MAX_SHORT}),
        json.dumps({"type": "answer", "sdp": "x" * MAX_OF_TYPE["answer"]}),
        json.dumps({"type": "text", "id": "1", "text": "x", "more": [0] * 80_000}),
        json.dumps({"type": "text", "id": "1", "text": "x", "more": {"type": "text" * MAX_SHORT}}),
        json.dumps({"more": '"type": "text"' * MAX_SHORT}),
        json.dumps({str(number): number for number in range(50_000)} | {"type": "text"}),
        json.dumps({"type": 1, "text": "x" * MAX_SHORT}),
        json.dumps(["type", "text"] * MAX_SHORT),
        json.dumps("x" * MAX_SHORT),
        '{"type": "text", "text": "' + "\\" * 200_001 + '"}',
        '{"type": "text", "text": "' + "x" * 200_000,
        "{" * 200_000,
        '{"type":' * 30_000,
        '{"type": "text"}' * 16_000,
        " " * 200_000 + '{"type": "text"}',
        padded('{"type": "restart"}'),
        padded(""),
        "0" * 200_000,
    ],
)  # fmt: skip
def test_long_message_is_refused_before_it_is_parsed(text: str, adapter: CountedAdapter) -> None:
    with pytest.raises(SignalingError, match="only texts and an answer"):
        parse(text)
    assert adapter.parsed == []


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_longest_texts_and_answers_are_parsed(
    escaped: bool, separators: tuple[str, str], adapter: CountedAdapter
) -> None:
    fields = {"text": LONGEST_TEXT, "id": 'a"}\\', "type": "text"}
    text = json.dumps(fields, ensure_ascii=escaped, separators=separators)
    assert parse(text) == TextRequest('a"}\\', LONGEST_TEXT)
    answer = json.dumps({"type": "answer", "sdp": LONG_SDP}, separators=separators)
    assert len(LONG_SDP) <= MAX_SDP
    assert parse(answer) == Answer(LONG_SDP)
    assert adapter.parsed == [len(text), len(answer)]


@given(MEMBERS, MEMBERS, st.booleans(), st.sampled_from([None, 1]))
def test_flat_text_messages_are_parsed_whatever_else_they_have(
    before: dict[str, Any], behind: dict[str, Any], escaped: bool, indent: int | None
) -> None:
    before.pop("type", None)
    fields = {**before, "type": "text", "text": "x" * MAX_SHORT}
    fields |= {name: value for name, value in behind.items() if len(fields) < 8 and name not in fields}
    message = json.dumps(fields, ensure_ascii=escaped, indent=indent)
    assert is_too_long(message) == (len(fields) > 8)


@given(st.text(), st.text())
def test_any_long_text_is_looked_at(beginning: str, end: str) -> None:
    assert is_too_long(beginning + "x" * (MAX_SHORT + 1) + end)
