"""What is wired is tested through `serve`, in test_server.py; here is what it is made of."""

from moof.media.codecs import CODECS
from moof.server.app import offering, rtp_codecs
from moof.server.config.options import IceServer, MediaNetwork


def test_the_offering_follows_the_table_of_codecs() -> None:
    network = MediaNetwork((IceServer("turn:192.0.2.1:3478", "me", "secret"),))
    offered = offering(True, network)
    assert [codec.name for codec in offered.codecs] == ["auto", *CODECS]
    assert set(offered.payload_types) == {codec.name for codec in rtp_codecs()}
    assert [server.url[:5] for server in offered.network.ice_servers] == ["turn:", "stun:"]
    assert offering(False, network).network is network
