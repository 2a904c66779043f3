"""Names of documents: each side spells each name of the other, and none leads out of the folder."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moof.mac_files.document_names import MAX_NAME, DocumentNameError, folded, host_name, mac_names

MAC_NAMES = st.binary(min_size=1, max_size=MAX_NAME).filter(lambda name: not {0, 0x3A} & set(name))
HOST_NAMES = st.one_of(
    st.text(min_size=1, max_size=80),
    st.binary(min_size=1, max_size=80).map(os.fsdecode),
    st.text("aAéÉe\u0301%2F4#.żß", min_size=1, max_size=40),
    MAC_NAMES.map(host_name),
).filter(lambda name: not {"/", "\0"} & set(name))


@given(MAC_NAMES)
@example(b"%2F")
@example(b"..")
@example(b"100%")
@example(b"%00")
def test_a_macs_name_comes_back(name: bytes) -> None:
    host = host_name(name)
    assert mac_names([host]) == {host: name}


@given(MAC_NAMES)
def test_a_hosts_name_is_one_visible_component(name: bytes) -> None:
    host = host_name(name)
    assert not {"/", "\0"} & set(host)
    assert not host.startswith(".")
    assert len(os.fsencode(host)) <= 255


@given(st.sets(HOST_NAMES, max_size=12))
def test_every_name_of_a_folder_has_one_of_its_own_on_the_mac(hosts: set[str]) -> None:
    names = mac_names(hosts)
    assert names.keys() == hosts
    assert len({folded(name) for name in names.values()}) == len(hosts)
    for name in names.values():
        host_name(name)  # raises if it is none


@given(st.sets(HOST_NAMES, max_size=12))
def test_the_order_of_the_folder_does_not_matter(hosts: set[str]) -> None:
    assert mac_names(sorted(hosts)) == mac_names(sorted(hosts, reverse=True))


@pytest.mark.parametrize("name", [b"", b"a:b", b"a\0", b"x" * 32])
def test_what_is_no_name_is_refused(name: bytes) -> None:
    with pytest.raises(DocumentNameError):
        host_name(name)


def test_ordinary_names_are_the_same_on_both_sides() -> None:
    for name in ("Letter", "Größe & Maß.txt", "50% off", "Ω résumé"):
        assert host_name(mac_names([name])[name]) == name


def test_what_the_host_cannot_spell_is_written() -> None:
    assert host_name(b"1/2 cup") == "1%2F2 cup"
    assert host_name(b".hidden") == "%2Ehidden"
    assert host_name(b"Icon\r") == "Icon%0D"


def test_what_the_mac_cannot_spell_gets_a_number() -> None:
    long_name = "a name of more than thirty-one characters.txt"
    names = mac_names(["Zażółć.txt", long_name, "readme", "README"])
    assert names["Zażółć.txt"].startswith(b"Za")
    assert names["Zażółć.txt"].endswith(b".txt")
    assert names[long_name].startswith(b"a name of more than")
    assert names["README"] == b"README"
    assert names["readme"].startswith(b"readme#")
