"""Pictures and sound: functions and encoders of arrays and bytes; no I/O, no clock, no threads.

A picture is a uint8 array (height, width, 4), often a strided view onto shared memory, or the same
memory as uint32 (height, width). Import what you need from its file:

`depth` (Mac depths to BGRA), `difference` (what changed), `i420` (BGRA to YUV), `png` and `webp`
(lossless rectangles), `codecs` (the table of video codecs), `packetize` (RTP payloads), `pcm`, `resample`,
`opus` (sound) and `warmup` (compile the kernels before the first picture).

This file imports nothing, so that the Mac need not load the codecs, nor a test of sound the compiler.
"""

__all__ = [
    "codecs",
    "depth",
    "difference",
    "i420",
    "opus",
    "packetize",
    "pcm",
    "png",
    "resample",
    "warmup",
    "webp",
]
