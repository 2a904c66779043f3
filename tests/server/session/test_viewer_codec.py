from unittest.mock import Mock

import pytest

from moof.media.codecs import PictureQuality
from moof.server.emulator.power import MachineControl
from moof.server.protocol.messages import CodecChanged, CodecOffer, UnknownCodecError
from moof.server.protocol.quality_messages import QualityRequest
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.typist import Typist
from moof.server.session.viewer_codec import ViewerCodec, wishes_of
from moof.server.video.framebuffer import ContentSource, ContentStats
from moof.server.viewers import NO_WISHES, UNLIMITED_BITRATE, PictureWishes, ViewerRegistry
from support.recording_emulator import RecordingEmulator

OFFER = MediaOffer(
    tuple(CodecOffer(name, name, "rtp") for name in ("auto", "h264", "av1", "png")), {"h264": 102, "av1": 104}
)
CALM = ContentStats(colourful=False, motion=0.0)
MOVING = ContentStats(colourful=False, motion=30.0)


class Content(ContentSource):
    """A picture whose statistics the test sets."""

    def __init__(self) -> None:
        self.stats = CALM

    def content_stats(self) -> ContentStats:
        return self.stats


class Scene:
    """A viewer's codec, with a connected peer that accepts H.264."""

    def __init__(self, choice: str) -> None:
        emulator = RecordingEmulator()
        self.content = Content()
        self.viewers = ViewerRegistry()
        machine = MachineControl(emulator, None)
        typist = Typist(emulator)
        context = SessionContext(self.viewers, OFFER, emulator, machine, typist, content=self.content)
        self.session = Mock()
        self.peer = Mock(
            id="v1",
            codec=choice,
            ready=True,
            accepted_codecs=frozenset({"h264"}),
            bandwidth=UNLIMITED_BITRATE,
        )
        self.codec = ViewerCodec(choice, context, self.session)


def test_an_unknown_choice_raises_and_changes_nothing() -> None:
    scene = Scene("h264")
    with pytest.raises(UnknownCodecError):
        scene.codec.choose("mpeg1")
    assert scene.codec.choice == "h264"


def test_a_codec_that_the_browser_does_not_accept_is_replaced() -> None:
    scene = Scene("av1")
    assert scene.codec.best(None) == "av1"
    assert scene.codec.best(scene.peer) != "av1"


def test_apply_changes_the_peer_and_sends_the_codec_to_the_page() -> None:
    scene = Scene("h264")
    scene.codec.choose("png")
    scene.codec.apply("png", scene.peer)
    assert (scene.codec.current, scene.peer.codec) == ("png", "png")
    assert scene.viewers.take_keyframe_requests() == {"v1"}
    scene.session.codec_changed.assert_called_once_with(CodecChanged("png", "png"))


def test_an_automatic_codec_changes_when_another_was_better_twice() -> None:
    scene = Scene("auto")
    scene.codec.apply("png", scene.peer)
    scene.content.stats = MOVING
    scene.codec.reconsider(scene.peer)
    assert scene.codec.current == "png"
    scene.codec.reconsider(scene.peer)
    assert scene.codec.current == "h264"


def test_an_explicit_choice_is_not_reconsidered() -> None:
    scene = Scene("png")
    scene.content.stats = MOVING
    for _ in range(3):
        scene.codec.reconsider(scene.peer)
    assert scene.codec.current == "png"


def test_wishes_reach_the_peer_and_change_an_automatic_codec_at_once() -> None:
    scene = Scene("auto")
    scene.peer.accepted_codecs = frozenset({"h264", "av1"})
    scene.codec.apply("png", scene.peer)
    wishes = wishes_of(QualityRequest("saving", 400_000))
    assert wishes == PictureWishes(PictureQuality.SAVING, 400e3)
    scene.codec.wish(wishes, scene.peer)
    scene.peer.wish.assert_called_once_with(wishes)
    assert (scene.codec.wishes, scene.codec.current, scene.peer.codec) == (wishes, "av1", "av1")


def test_wishes_change_no_chosen_codec_and_wait_for_a_peer() -> None:
    scene = Scene("h264")
    scene.codec.wish(PictureWishes(PictureQuality.SAVING), None)
    scene.codec.wish(PictureWishes(PictureQuality.SAVING), scene.peer)
    assert scene.codec.current == "h264"
    scene.session.codec_changed.assert_not_called()


def test_without_a_limit_all_that_the_network_takes_is_used() -> None:
    assert wishes_of(QualityRequest()) == NO_WISHES
