import pytest

from moof.media.codecs import CODECS
from moof.server.config.options import IceServer, MediaNetwork
from moof.server.protocol.messages import CodecOffer, UnknownCodecError
from moof.server.session.context import NO_TOTALS, MediaOffer, Totals, media_offer
from moof.server.transport.capabilities import rtp_codecs

OFFER = MediaOffer((CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG", "tiles")), {"h264": 102})


def test_an_offered_codec_passes_the_check() -> None:
    assert OFFER.check("png") == "png"


def test_an_unknown_codec_raises_with_a_list_of_those_offered() -> None:
    with pytest.raises(UnknownCodecError, match="there is no codec 'mpeg': this server has h264, png"):
        OFFER.check("mpeg")


def test_totals_add_up() -> None:
    assert Totals(1, 2) + Totals(10, 20) + NO_TOTALS == Totals(11, 22)


def test_the_offer_follows_the_table_of_codecs() -> None:
    network = MediaNetwork((IceServer("turn:192.0.2.1:3478", "me", "secret"),))
    offer = media_offer(network, public_stun=True)
    assert [codec.name for codec in offer.codecs] == ["auto", *CODECS]
    assert set(offer.payload_types) == {codec.name for codec in rtp_codecs()}
    assert [server.url[:5] for server in offer.network.ice_servers] == ["turn:", "stun:"]
    assert media_offer(network, public_stun=False).network is network
