"""libx264 through ctypes: the library that PyAV's libavcodec has loaded, used without FFmpeg's wrapper.

FFmpeg can neither set a quantiser for each picture nor mark macroblocks as unchanged; and x264's own rate
control, the alternative, first analyses a scaled copy of every picture, which takes a third of the encoding
time. So this calls the library's C interface (x264.h) through ctypes, which releases the GIL.

Two structures are accessed by offset; all named parameters are set by `x264_param_parse`. Only builds whose
header has been compared are used, and sizes and some offsets are verified when the library is loaded.
"""

import ctypes
from collections.abc import Mapping, Sequence
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int64, c_ubyte, c_void_p
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.media.codecs.codec import CodecError
from moof.media.codecs.loadedlibrary import loaded_libraries
from moof.media.codecs.quantizedencoder import BLOCK, QuantizedStream

BUILDS = (165, 164)
"""Values of X264_BUILD whose structures are equal."""

_PARAM_SIZE, _PARAM_BUFFER = 1024, 2048  # sizeof(x264_param_t), and the size of our buffer
_MARK = 0xA5
_TYPE_AUTO, _TYPE_IDR = 0, 1


class Csp(IntEnum):
    """X264_CSP_*: the layout of the planes."""

    I420 = 2
    I444 = 12


class _Image(ctypes.Structure):
    _fields_ = (("csp", c_int), ("planes", c_int), ("stride", c_int * 4), ("plane", c_void_p * 4))


class _Properties(ctypes.Structure):
    _fields_ = (
        ("quant_offsets", c_void_p),
        ("quant_offsets_free", c_void_p),
        ("mb_info", c_void_p),
        ("mb_info_free", c_void_p),
        ("statistics", c_double * 6),
    )


class _Picture(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("qpplus1", c_int),
        ("pic_struct", c_int),
        ("keyframe", c_int),
        ("pts", c_int64),
        ("dts", c_int64),
        ("param", c_void_p),
        ("image", _Image),
        ("properties", _Properties),
        ("hrd_timing", c_double * 4),
        ("extra_sei", c_void_p * 3),
        ("opaque", c_void_p),
    )


class _Nal(ctypes.Structure):
    _fields_ = (("header", c_int * 5), ("size", c_int), ("payload", c_void_p), ("padding", c_int))


class _Param(ctypes.Structure):
    """The members of x264_param_t that cannot be set by name, and members beside them to verify offsets."""

    _fields_ = (
        ("cpu", c_int * 6),
        ("sync_lookahead", c_int),
        ("width", c_int),
        ("height", c_int),
        ("csp", c_int),
        ("bitdepth", c_int),
        ("level", c_int),
        ("_to_psy", c_ubyte * (624 - 48)),
        ("psy", c_int),
        ("mb_info", c_int),
        ("mb_info_update", c_int),
        ("deadzone", c_int * 2),
        ("_to_end", c_ubyte * (_PARAM_BUFFER - 644)),
    )


@cache
def library() -> Any | None:
    """Return the library, verified; None if there is none or it is of another build or layout."""
    for path in loaded_libraries("libx264"):
        loaded = ctypes.CDLL(path)
        for build in BUILDS:
            opener = getattr(loaded, f"x264_encoder_open_{build}", None)
            if opener is not None and ctypes.sizeof(c_void_p) == 8:
                _declare(loaded, opener)
                if _as_expected(loaded):
                    return loaded
    return None


def _declare(loaded: Any, opener: Any) -> None:
    loaded.open = opener
    loaded.open.restype, loaded.open.argtypes = c_void_p, (c_void_p,)
    loaded.x264_param_default_preset.argtypes = (c_void_p, c_char_p, c_char_p)
    loaded.x264_param_parse.argtypes = (c_void_p, c_char_p, c_char_p)
    loaded.x264_param_apply_profile.argtypes = (c_void_p, c_char_p)
    loaded.x264_param_cleanup.argtypes = (c_void_p,)
    loaded.x264_picture_init.argtypes = (POINTER(_Picture),)
    loaded.x264_picture_alloc.argtypes = (POINTER(_Picture), c_int, c_int, c_int)
    loaded.x264_picture_clean.argtypes = (POINTER(_Picture),)
    loaded.x264_encoder_encode.argtypes = (
        c_void_p,
        POINTER(POINTER(_Nal)),
        POINTER(c_int),
        POINTER(_Picture),
        POINTER(_Picture),
    )
    loaded.x264_encoder_close.argtypes = (c_void_p,)


def _as_expected(loaded: Any) -> bool:
    """Verify sizes and offsets: which bytes the library clears, and where it stores named parameters."""
    param = _Param()
    ctypes.memset(byref(param), _MARK, _PARAM_BUFFER)
    loaded.x264_param_default_preset(byref(param), b"ultrafast", b"zerolatency")
    for name, value in ((b"sync-lookahead", b"3"), (b"level", b"31"), (b"psy", b"0")):
        loaded.x264_param_parse(byref(param), name, value)
    for name, value in ((b"deadzone-inter", b"7"), (b"deadzone-intra", b"9")):
        loaded.x264_param_parse(byref(param), name, value)
    return _param_is(param) and _picture_is(loaded)


def _param_is(param: _Param) -> bool:
    memory = bytes(param)
    seen = (param.sync_lookahead, param.width, param.height, param.csp, param.bitdepth, param.level)
    analysis = (param.psy, param.mb_info, param.mb_info_update, *param.deadzone)
    return (
        seen == (3, 0, 0, Csp.I420, 8, 31)
        and analysis == (0, 0, 0, 7, 9)
        and memory[_PARAM_SIZE - 8 : _PARAM_SIZE] == bytes(8)  # the last member, a pointer
        and set(memory[_PARAM_SIZE:]) == {_MARK}
    )


def _picture_is(loaded: Any) -> bool:
    pictures = (_Picture * 2)()
    ctypes.memset(pictures, _MARK, ctypes.sizeof(pictures))
    loaded.x264_picture_init(pictures[0])
    if any(bytes(pictures[0])) or set(bytes(pictures[1])) != {_MARK}:
        return False
    if loaded.x264_picture_alloc(pictures[0], Csp.I420, 64, 32) != 0:
        return False
    image = pictures[0].image
    try:
        return (image.csp, image.planes, *image.stride) == (Csp.I420, 3, 64, 32, 32, 0) and all(
            image.plane[:3]
        )
    finally:
        loaded.x264_picture_clean(pictures[0])


class Encoder(QuantizedStream):
    """One stream of pictures, a quantiser for each; no look-ahead, an access unit at once.

    Args:
        planes: uint8 (h, w) Y, U and V; read at each `encode`.
        options: by x264's own names; applied after the preset and before the profile.

    Attributes:
        constant: uint8, one for each macroblock: not 0 where the picture is unchanged since the last
            `encode`. x264 then copies the macroblock, unless it is coarser than wanted now.

    Raises:
        CodecError: no library, or one that does not accept the arguments.
    """

    def __init__(
        self,
        planes: Sequence[NDArray[np.uint8]],
        csp: Csp,
        preset: str,
        options: Mapping[str, str],
        profile: str,
    ) -> None:
        loaded = library()
        if loaded is None:
            raise CodecError("no libx264 of a known build is loaded")
        height, width = planes[0].shape
        self._library, self._planes = loaded, tuple(planes)
        self.constant = np.zeros((-(-height // BLOCK), -(-width // BLOCK)), np.uint8)
        self._in, self._out = self._picture(csp), _Picture()
        self._nals, self._count = POINTER(_Nal)(), c_int()
        self._handle = self._open((width, height), csp, preset, options, profile)

    def _picture(self, csp: Csp) -> _Picture:
        picture = _Picture()
        self._library.x264_picture_init(picture)
        picture.image.csp, picture.image.planes = csp, len(self._planes)
        for i, plane in enumerate(self._planes):
            picture.image.stride[i], picture.image.plane[i] = plane.strides[0], plane.ctypes.data
        picture.properties.mb_info = self.constant.ctypes.data
        return picture

    def _open(
        self, size: tuple[int, int], csp: Csp, preset: str, options: Mapping[str, str], profile: str
    ) -> int:
        param, loaded = _Param(), self._library
        refused = loaded.x264_param_default_preset(byref(param), preset.encode(), b"zerolatency")
        # In constant-quantiser mode each picture's value must lie between those of P, I and B pictures.
        range_9_to_69 = {"qp": "29", "ipratio": "0.01", "pbratio": "0.1"}
        own = {"log": "-1", "force-cfr": "1", **range_9_to_69}
        for name, value in {**own, **options}.items():
            if loaded.x264_param_parse(byref(param), name.encode(), value.encode()):
                refused = name
        param.width, param.height, param.csp, param.mb_info = *size, csp, 1
        refused = refused or loaded.x264_param_apply_profile(byref(param), profile.encode())
        handle = None if refused else loaded.open(byref(param))
        loaded.x264_param_cleanup(byref(param))
        if not handle:
            raise CodecError(f"libx264 cannot encode {size[0]}x{size[1]} with {dict(options)}, {profile}")
        return int(handle)

    def encode(self, quantizer: int, key: bool) -> tuple[bytes, bool]:
        """Encode the planes; return the access unit (Annex B) and whether it is an IDR picture.

        Quantisers 9 to 51 are the standard's; above that x264 keeps 51 and drops coefficients, at 69 all.

        Raises:
            CodecError: the library returned nothing.
        """
        picture = self._in
        picture.type, picture.qpplus1 = _TYPE_IDR if key else _TYPE_AUTO, quantizer + 1
        size = self._library.x264_encoder_encode(
            self._handle, byref(self._nals), byref(self._count), byref(picture), byref(self._out)
        )
        picture.pts += 1
        if size <= 0:
            raise CodecError("libx264 returned no access unit for a picture")
        return ctypes.string_at(self._nals[0].payload, size), bool(self._out.keyframe)

    def close(self) -> None:
        """Free the library's memory; no other call may follow, a second close does nothing."""
        handle, self._handle = self._handle, 0
        if handle:
            self._library.x264_encoder_close(handle)

    def __del__(self) -> None:
        if getattr(self, "_handle", 0):
            self.close()
