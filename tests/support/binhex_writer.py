"""Writes BinHex 4.0 as Macs did (RFC 1741, appendix A), for tests."""

import base64
import struct
from binascii import crc_hqx

from moof.mac_files import MacFileInfo

ALPHABET = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def compressed(data: bytes) -> bytes:
    result = bytearray()
    place = 0
    while place < len(data):
        end = place + 1
        while end < len(data) and end - place < 255 and data[end] == data[place]:
            end += 1
        result += b"\x90\0" if data[place] == 0x90 else data[place : place + 1]
        if end - place > 3:
            result += bytes([0x90, end - place])
            place = end
        else:
            place += 1
    return bytes(result)


def binhex(info: MacFileInfo, data: bytes, resource: bytes) -> bytes:
    """Return the file as text, with lines of 64 characters."""
    header = bytes([len(info.name)]) + info.name + b"\0"
    header += struct.pack(">4s4sHII", info.kind, info.creator, info.flags, len(data), len(resource))
    plain = b"".join(part + struct.pack(">H", crc_hqx(part, 0)) for part in (header, data, resource))
    packed = compressed(plain)
    coded = base64.b64encode(packed).rstrip(b"=").translate(bytes.maketrans(BASE64, ALPHABET))
    text = b":" + coded + b":"
    lines = b"\r".join(text[place : place + 64] for place in range(0, len(text), 64))
    return b"(This file must be converted with BinHex 4.0)\r\r" + lines + b"\r"
