"""libvpx's VP9 encoder through ctypes: the library that PyAV has loaded, without FFmpeg's wrapper.

FFmpeg can neither set a quantiser for each picture nor mark blocks as unchanged (libvpx's active map), and it
has to reopen the encoder, with a key frame, for another bitrate at constant quality. So this calls the
library's C interface (vpx_encoder.h, vp8cx.h) through ctypes, which releases the GIL.

Structures are accessed by offset. Only versions whose headers have been compared are used; the size of the
configuration and its defaults are verified when the library is loaded.
"""

import ctypes
from collections.abc import Sequence
from ctypes import byref, c_char_p, c_int, c_int64, c_long, c_size_t, c_ubyte, c_uint, c_ulong, c_void_p
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.media.codecs.codec import CodecError
from moof.media.codecs.loadedlibrary import loaded_libraries
from moof.media.codecs.planar import RTP_CLOCK
from moof.media.codecs.quantizedencoder import BLOCK, QuantizedStream

ABI_VERSION = 39
"""VPX_ENCODER_ABI_VERSION of libvpx 1.16."""
_VERSION = b"v1.16."
_CONFIG_SIZE, _CONFIG_BUFFER, _CONTEXT_SIZE = 504, 2048, 256
_MARK = 0xA5
_OK = 0
_NEVER = 1 << 20  # pictures between key frames that were not requested
_DEADLINE_REAL_TIME, _FORCE_KEY, _FRAME_IS_KEY = 1, 1, 1
_VARIABLE_BITRATE, _COARSEST = 0, 63
_BT_709, _FULL_RANGE = 2, 1
_SPEED = 5
"""Faster ones search less: at 8, for a dragged window, they need more time and ten times the bits."""
_QUANTIZER_OFFSET = 7
"""libvpx's quantisers are 0 to 63, ours, x264's, 10 to 65: 10, as fine, is 3 here."""


class ImageFormat(IntEnum):
    """VPX_IMG_FMT_*: the layout of the planes."""

    I420 = 0x102
    I444 = 0x106


class _Control(IntEnum):
    """Values of vp8e_enc_control_id (vp8cx.h), which never change."""

    ACTIVE_MAP = 9
    SPEED = 13
    STATIC_THRESHOLD = 17
    TILE_COLUMNS = 33
    AQ_MODE = 36
    CONTENT = 43
    COLOUR_SPACE = 46
    COLOUR_RANGE = 51
    QUANTIZER = 75


class _VpxConfig(ctypes.Structure):
    """vpx_codec_enc_cfg_t, as far as it is set or verified here."""

    _fields_ = (
        ("usage", c_uint),
        ("threads", c_uint),
        ("profile", c_uint),
        ("width", c_uint),
        ("height", c_uint),
        ("bit_depth", c_uint),
        ("input_bit_depth", c_uint),
        ("timebase", c_int * 2),
        ("error_resilient", c_uint),
        ("passes", c_uint),
        ("lag_in_frames", c_uint),
        ("drop_frame_threshold", c_uint),
        ("_to_end_usage", c_uint * 5),
        ("end_usage", c_uint),
        ("_to_bitrate", c_uint * 9),
        ("target_bitrate", c_uint),
        ("min_quantizer", c_uint),
        ("max_quantizer", c_uint),
        ("_to_key_frames", c_uint * 9),
        ("key_mode", c_uint),
        ("key_min_distance", c_uint),
        ("key_max_distance", c_uint),
        ("_to_end", c_ubyte * (_CONFIG_BUFFER - 172)),
    )


class _VpxImage(ctypes.Structure):
    """vpx_image_t."""

    _fields_ = (
        ("format", c_uint),
        ("colour_space", c_uint),
        ("colour_range", c_uint),
        ("width", c_uint),
        ("height", c_uint),
        ("bit_depth", c_uint),
        ("display_width", c_uint),
        ("display_height", c_uint),
        ("render_size", c_uint * 2),
        ("chroma_shift", c_uint * 2),
        ("planes", c_void_p * 4),
        ("stride", c_int * 4),
        ("bits_per_sample", c_int),
        ("user_data", c_void_p),
        ("data", c_void_p),
        ("owners", c_int * 2),
        ("buffer", c_void_p),
    )


class _ActiveMap(ctypes.Structure):
    """vpx_active_map_t."""

    _fields_ = (("active", c_void_p), ("rows", c_uint), ("columns", c_uint))


class _FramePacket(ctypes.Structure):
    """vpx_codec_cx_pkt_t of a frame."""

    _fields_ = (
        ("kind", c_int),
        ("data", c_void_p),
        ("size", c_size_t),
        ("pts", c_int64),
        ("duration", c_ulong),
        ("flags", c_uint),
    )


@cache
def library() -> Any | None:
    """Return the library, verified; None if there is none or it is of another version or layout."""
    for path in loaded_libraries("libvpx"):
        loaded = ctypes.CDLL(path)
        if ctypes.sizeof(c_void_p) == 8 and hasattr(loaded, "vpx_codec_vp9_cx"):
            _declare(loaded)
            if loaded.vpx_codec_version_str().startswith(_VERSION) and _as_expected(loaded):
                return loaded
    return None


def _declare(loaded: Any) -> None:
    loaded.vpx_codec_version_str.restype = c_char_p
    loaded.vpx_codec_vp9_cx.restype = c_void_p
    loaded.vpx_codec_enc_config_default.argtypes = (c_void_p, c_void_p, c_uint)
    loaded.vpx_codec_enc_init_ver.argtypes = (c_void_p, c_void_p, c_void_p, c_long, c_int)
    # vpx_codec_control_ is variadic: its arguments are given with their types
    loaded.vpx_codec_encode.argtypes = (c_void_p, c_void_p, c_int64, c_ulong, c_long, c_ulong)
    loaded.vpx_codec_get_cx_data.argtypes = (c_void_p, c_void_p)
    loaded.vpx_codec_get_cx_data.restype = ctypes.POINTER(_FramePacket)
    loaded.vpx_codec_destroy.argtypes = (c_void_p,)


def _as_expected(loaded: Any) -> bool:
    """Verify the size of the configuration, and members that have unlike defaults."""
    config = _VpxConfig()
    ctypes.memset(byref(config), _MARK, _CONFIG_BUFFER)
    if loaded.vpx_codec_enc_config_default(loaded.vpx_codec_vp9_cx(), byref(config), 0) != _OK:
        return False
    memory = bytes(config)
    seen = (config.threads, config.width, config.height, *config.timebase, config.lag_in_frames)
    rates = (config.end_usage, config.target_bitrate, config.min_quantizer, config.max_quantizer)
    keys = (config.key_mode, config.key_min_distance, config.key_max_distance)
    return (
        seen == (8, 320, 240, 1, 30, 25)
        and rates == (_VARIABLE_BITRATE, 256, 0, _COARSEST)
        and keys == (1, 0, 128)
        and _MARK not in memory[_CONFIG_SIZE - 4 : _CONFIG_SIZE]
        and set(memory[_CONFIG_SIZE:]) == {_MARK}
    )


class VpxStream(QuantizedStream):
    """One VP9 stream of pictures, a quantiser for each; no look-ahead, an access unit at once.

    Args:
        planes: uint8 (h, w) Y, U and V; read at each `encode`.

    Attributes:
        constant: uint8, one for each block: not 0 where the picture is unchanged since the last `encode`.
            The block is then copied, unless it is coarser than wanted now.

    Raises:
        CodecError: no library, or one that does not accept the arguments.
    """

    def __init__(self, planes: Sequence[NDArray[np.uint8]], layout: ImageFormat, fps: int) -> None:
        loaded = library()
        if loaded is None:
            raise CodecError("no libvpx of a known version is loaded")
        height, width = planes[0].shape
        self._library, self._planes, self._ticks = loaded, tuple(planes), max(1, RTP_CLOCK // fps)
        shape = (-(-height // BLOCK), -(-width // BLOCK))
        self.constant = np.zeros(shape, np.uint8)
        self._active = np.ones(shape, np.uint8)
        self._quantizers = np.full(shape, _COARSEST, np.uint8)  # what each block was encoded with
        self._map = _ActiveMap(self._active.ctypes.data, *shape)
        self._image = self._image_of(layout)
        self._pts = 0
        self._context: Any = None
        self._open(width, height, layout)

    def _image_of(self, layout: ImageFormat) -> _VpxImage:
        height, width = self._planes[0].shape
        image = _VpxImage(layout, _BT_709, _FULL_RANGE, width, height, 8, width, height)
        image.chroma_shift[:] = (1, 1) if layout is ImageFormat.I420 else (0, 0)
        image.bits_per_sample = 12 if layout is ImageFormat.I420 else 24
        for i, plane in enumerate(self._planes):
            image.planes[i], image.stride[i] = plane.ctypes.data, plane.strides[0]
        return image

    def _open(self, width: int, height: int, layout: ImageFormat) -> None:
        config, loaded = _VpxConfig(), self._library
        loaded.vpx_codec_enc_config_default(loaded.vpx_codec_vp9_cx(), byref(config), 0)
        config.threads, config.profile = 1, int(layout is ImageFormat.I444)
        config.width, config.height = width, height
        config.timebase[:] = (1, RTP_CLOCK)
        config.lag_in_frames = config.drop_frame_threshold = 0
        config.end_usage = _VARIABLE_BITRATE  # constant bitrate and quality spend more on a dragged window
        config.key_mode, config.key_max_distance = 0, _NEVER
        context = ctypes.create_string_buffer(_CONTEXT_SIZE)
        refused = loaded.vpx_codec_enc_init_ver(
            context, loaded.vpx_codec_vp9_cx(), byref(config), 0, ABI_VERSION
        )
        if refused != _OK:
            raise CodecError(f"libvpx cannot encode {width}x{height}: error {refused}")
        self._context = context
        self._control(_Control.SPEED, c_int(_SPEED))
        # What is below a threshold would never be refined: the active map says what is unchanged.
        self._control(_Control.STATIC_THRESHOLD, c_int(0))
        self._control(_Control.AQ_MODE, c_int(0))  # made for films
        self._control(_Control.TILE_COLUMNS, c_int(0))
        self._control(_Control.CONTENT, c_int(0))  # the tools for screens refine a resting picture less
        self._control(_Control.COLOUR_SPACE, c_int(_BT_709))
        self._control(_Control.COLOUR_RANGE, c_int(_FULL_RANGE))

    def _control(self, name: _Control, value: Any) -> None:
        refused = self._library.vpx_codec_control_(self._context, c_int(name), value)
        if refused != _OK:
            raise CodecError(f"libvpx refuses {name.name}: error {refused}")

    def encode(self, quantizer: int, key: bool) -> tuple[bytes, bool]:
        """Encode the planes; return the frame and whether it is a key frame.

        `quantizer` is on x264's scale, see quantizercontrol.py.

        Raises:
            CodecError: the library returned nothing.
        """
        own = min(max(0, quantizer - _QUANTIZER_OFFSET), _COARSEST)
        active, quantizers = self._active, self._quantizers
        np.logical_or(self.constant == 0, quantizers > own, out=active, casting="unsafe")
        if key:
            active[:] = 1
        self._control(_Control.QUANTIZER, c_int(own))
        self._control(_Control.ACTIVE_MAP, byref(self._map))
        flags = _FORCE_KEY if key else 0
        refused = self._library.vpx_codec_encode(
            self._context, byref(self._image), self._pts, self._ticks, flags, _DEADLINE_REAL_TIME
        )
        self._pts += self._ticks
        found = self._library.vpx_codec_get_cx_data(self._context, byref(c_void_p())) if not refused else None
        if not found or found[0].kind != 0:
            raise CodecError(f"libvpx returned no frame for a picture: error {refused}")
        packet = found[0]
        quantizers[active != 0] = own
        return ctypes.string_at(packet.data, packet.size), bool(packet.flags & _FRAME_IS_KEY)

    def close(self) -> None:
        """Free the library's memory; no other call may follow, a second close does nothing."""
        context, self._context = self._context, None
        if context is not None:
            self._library.vpx_codec_destroy(context)

    def __del__(self) -> None:
        if getattr(self, "_context", None) is not None:
            self.close()
