import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.machine_code import CodeImage, UnusableCodeError

IMAGE = CodeImage(b"\xc3" * 40, 16, {"memset": 24, "mmap": 32})


@given(st.binary(max_size=99), st.integers(0, 1 << 40), st.dictionaries(st.text(), st.integers(0, 99)))
def test_a_file_holds_everything(code: bytes, entry: int, slots: dict[str, int]) -> None:
    image = CodeImage(code, entry, slots)
    assert CodeImage.from_bytes(image.to_bytes()) == image


@given(st.data())
def test_a_damaged_file_is_recognised(data: st.DataObject) -> None:
    whole = bytearray(IMAGE.to_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UnusableCodeError):
        CodeImage.from_bytes(bytes(whole))


@given(st.integers(0, len(IMAGE.to_bytes()) - 1))
def test_a_file_that_ends_too_soon_is_recognised(length: int) -> None:
    with pytest.raises(UnusableCodeError):
        CodeImage.from_bytes(IMAGE.to_bytes()[:length])
