from moof.media.codecs import CODECS, Transport


def test_the_table_is_complete() -> None:
    assert list(CODECS) == ["h264", "png", "webp"]
    for name, codec in CODECS.items():
        assert codec.name == name
        assert codec.label
        travels_by_rtp = codec.transport is Transport.RTP
        assert (codec.make is not None) == (codec.packetize is not None) == travels_by_rtp
        assert (codec.encode is not None) == (not travels_by_rtp)


def test_h264_is_negotiated_as_browsers_list_it() -> None:
    codec = CODECS["h264"]
    assert codec.mime == "video/H264"
    assert codec.parameters["packetization-mode"] == "1"
    assert codec.parameters["profile-level-id"] == "42e01f"
