from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { describeCodec, labelCodecs } = await load("ui/settings/codec-labels.js");
const codecs = [
  { name: "auto", label: "Automatic", transport: "rtp" }, { name: "h264", label: "H.264", transport: "rtp" },
  { name: "h264-444", label: "H.264 4:4:4", transport: "rtp" },
  { name: "png", label: "PNG (lossless)", transport: "tiles" },
];
const state = { codecs, ...argument };
return [Object.fromEntries(labelCodecs(state).map(({ name, label }) => [name, label])), describeCodec(state)];
"""


@pytest.mark.parametrize(
    ("choice", "codec", "label", "title"),
    [
        ("png", "png", "PNG (lossless)", ""),
        ("auto", "auto", "Automatic", ""),
        ("auto", "png", "PNG, automatic", "PNG (lossless) is in use: the server has chosen it"),
        (
            "h264-444",
            "h264",
            "H.264, not H.264 4:4:4",
            "This browser cannot show H.264 4:4:4: H.264 is in use",
        ),
        (None, None, None, ""),
    ],
)
def test_chosen_entry_says_which_codec_is_in_use(
    run: Run, choice: str | None, codec: str | None, label: str | None, title: str
) -> None:
    labels, said = run(SCENE, {"choice": choice, "codec": codec})
    assert said.startswith(title)
    assert labels.pop(choice, None) == label
    others = {"auto": "Automatic", "h264": "H.264", "h264-444": "H.264 4:4:4", "png": "PNG (lossless)"}
    assert labels.items() <= others.items()


@pytest.mark.parametrize(
    ("over_socket", "choice", "said"),
    [
        (True, "h264", "H.264 needs WebRTC, which is not in use now: PNG (lossless) is in use."),
        (False, "h264", "This browser cannot show H.264: PNG (lossless) is in use."),
        (True, "auto", "PNG (lossless) is in use: the server has chosen it for this picture and network."),
        (True, "png", ""),
    ],
)
def test_the_reason_is_the_browser_or_the_websocket(
    run: Run, over_socket: bool, choice: str, said: str
) -> None:
    assert run(SCENE, {"choice": choice, "codec": "png", "overSocket": over_socket})[1] == said
