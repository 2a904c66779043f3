"""The clipboard's messages as JSON."""

import json

import pytest

from moof.server.protocol.clipboard_messages import ClipboardCopied, ClipboardRequest, ClipboardStatus
from moof.server.protocol.messages import SignalingError, encode, parse


def test_a_request_is_parsed() -> None:
    assert parse('{"type": "clipboard", "text": "na\\u00efve"}') == ClipboardRequest("naïve")


@pytest.mark.parametrize("text", ["\n" * 60_000, "漢" * 20_000, "\\" * 60_000])
def test_longest_texts_are_parsed(text: str) -> None:
    assert parse(json.dumps({"type": "clipboard", "text": text})) == ClipboardRequest(text)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"type": "clipboard"}, "'clipboard' needs a text 'text'"),
        ({"type": "clipboard", "text": 7}, "'clipboard' needs a text 'text'"),
        ({"type": "clipboard", "text": "x" * 60_001}, "'text' is longer than 60000 characters"),
    ],
)
def test_errors_are_sentences(message: dict[str, object], error: str) -> None:
    with pytest.raises(SignalingError, match=error):
        parse(json.dumps(message))


def test_messages_to_the_page() -> None:
    assert json.loads(encode(ClipboardCopied("é\n"))) == {"type": "clipboard", "text": "é\n"}
    assert json.loads(encode(ClipboardStatus(shared=True))) == {"type": "clipboard-status", "shared": True}
