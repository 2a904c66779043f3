"""Sends a moving picture and a tone to all viewers, as the media threads do."""

import asyncio

import numpy as np

from moof.media.codecs import CODECS
from moof.media.opus import OpusEncoder
from moof.server.viewers import ViewerRegistry

SIZE = (320, 240)


class MediaPump:
    """Sends a moving picture and a tone to every viewer, as the media threads do."""

    def __init__(self, viewers: ViewerRegistry) -> None:
        self._viewers = viewers
        self._opus = OpusEncoder(96_000, 20)
        wave = np.sin(np.arange(960) * 2 * np.pi * 500 / 48_000) * 8000  # whole periods
        self._tone = np.repeat(wave.astype(np.int16)[:, None], 2, axis=1)
        self.keys = 0
        self.sent = 0
        """Pictures that somebody was ready to receive."""

    async def run(self) -> None:
        codec = CODECS["h264"]
        assert codec.make is not None
        assert codec.packetize is not None
        encoder, number, key = codec.make(*SIZE, 30), 0, True
        while True:
            await asyncio.sleep(0.02)
            key |= bool(self._viewers.take_keyframe_requests())
            ready = [each for each in self._viewers.present() if each.ready]
            if not ready:
                continue
            picture = np.full((*SIZE[::-1], 4), number * 3 % 256, np.uint8)
            self.keys += key
            unit = encoder.encode(picture, None, number * 1800, key)
            payloads, key = codec.packetize(unit.data), False
            sound = self._opus.encode(self._tone)
            for viewer in ready:
                viewer.send_video(payloads, number * 1800, b"frame")
                viewer.send_audio(sound, number * 960)
            number += 1
            self.sent = number
