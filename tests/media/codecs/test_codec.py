import pytest

from moof.media.codecs import CODECS, Transport


def test_the_table_is_complete() -> None:
    assert next(iter(CODECS)) == "h264"
    for name, codec in CODECS.items():
        assert codec.name == name
        assert codec.label
        assert (codec.fallback is None) == (codec.transport is Transport.TILES)
        travels_by_rtp = codec.transport is Transport.RTP
        assert (codec.make is not None) == (codec.packetize is not None) == travels_by_rtp
        assert (codec.encode is not None) == (not travels_by_rtp)


def test_every_chain_of_fallbacks_ends_with_rectangles() -> None:
    for codec in CODECS.values():
        seen = [codec]
        while (fallback := seen[-1].fallback) is not None:
            seen.append(CODECS[fallback])
            assert len(seen) <= len(CODECS)
        assert seen[-1].name == "png" or codec.transport is Transport.TILES


@pytest.mark.parametrize(
    ("name", "profile"), [("h264", "4d001f"), ("h264-444", "f4001f"), ("h264-baseline", "42e01f")]
)
def test_h264_is_negotiated_as_browsers_list_it(name: str, profile: str) -> None:
    codec = CODECS[name]
    assert codec.mime == "video/H264"
    assert codec.parameters["packetization-mode"] == "1"
    assert codec.parameters["profile-level-id"] == profile
