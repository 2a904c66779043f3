"""What is offered, and what is counted."""

import pytest

from moof.server.protocol.messages import CodecOffer, SignalingError
from moof.server.session.context import NO_TOTALS, MediaOffer, Totals

OFFERING = MediaOffer((CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG", "tiles")), {"h264": 102})


def test_a_codec_that_is_offered_is_taken() -> None:
    assert OFFERING.check("png") == "png"


def test_another_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SignalingError, match="there is no codec 'mpeg': this server has h264, png"):
        OFFERING.check("mpeg")


def test_totals_add_up() -> None:
    assert Totals(1, 2) + Totals(10, 20) + NO_TOTALS == Totals(11, 22)
