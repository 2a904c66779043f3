"""Rates that are not a whole number of Hz."""

from __future__ import annotations

from fractions import Fraction

import pytest

from moof.ipc import exact_rate, whole_rate

# Sound.h's rate22khz, rate11khz and rate7418hz (16.16), and CD's
MAC_RATES = [0x56EE8BA3, 0x2B7745D1, 0x1CFA2E8B, 44_100 << 16]


@pytest.mark.parametrize("fixed", MAC_RATES)
def test_rate_of_a_mac_is_recovered_from_the_whole_number(fixed: int) -> None:
    exact = Fraction(fixed, 65_536)
    assert abs(exact_rate(whole_rate(fixed)) / exact - 1) < Fraction(1, 10**8)


def test_rate_of_a_mac_is_sent_as_existing_emulators_send_it() -> None:
    assert whole_rate(0x56EE8BA3) == 22_254
    assert exact_rate(22_254) == exact_rate(22_255) == Fraction(244_800, 11)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 22_253, 22_256, 44_100, 48_000])
def test_other_rates_are_exact(rate: int) -> None:
    assert exact_rate(rate) == rate
