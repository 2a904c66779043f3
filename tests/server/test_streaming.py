"""What is wired is tested through `serve`, in test_server.py; here is what it is made of."""

from moof.media.codecs import CODECS
from moof.server.streaming import offering, rtp_codecs


def test_the_offering_follows_the_table_of_codecs() -> None:
    offered = offering(enable_stun=True)
    assert [(codec.name, codec.transport) for codec in offered.codecs] == [
        (codec.name, codec.transport.value) for codec in CODECS.values()
    ]
    assert set(offered.payload_types) == {codec.name for codec in rtp_codecs()}
    assert offered.ice_servers[0].startswith("stun:")
    assert offering(enable_stun=False).ice_servers == ()
