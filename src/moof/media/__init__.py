"""Pictures and sound: arrays and bytes in, arrays and bytes out; no I/O, no clock, no threads.

A picture is a uint8 array (height, width, 4), often a strided view onto shared memory, or its uint32
twin (height, width). A box is `(x, y, width, height)` in pixels. Import what you need from its file:

`depth` (Mac depths to BGRA), `difference` (what changed), `i420` (BGRA to YUV), `png` and `webp`
(lossless rectangles), `codecs` (the table of video codecs), `packetize` (RTP payloads), `pcm`, `resample`,
`samplefifo`, `opus` (sound) and `warmup` (compile the kernels ahead of the first picture).

Nothing is imported here, so that the Mac need not load the codecs, nor a test of sound the compiler.
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
    "samplefifo",
    "warmup",
    "webp",
]
