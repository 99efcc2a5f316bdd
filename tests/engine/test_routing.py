"""The partitioner: the same for ever, in range, and even."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.routing import partition_of


@pytest.mark.parametrize(("key", "crc"), [("123456789", 0xCBF43926), ("", 0), ("é", 0x0E048D3E)])
def test_it_is_crc_32_of_utf_8(key: str, crc: int) -> None:
    """0xCBF43926 is the check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms."""
    assert [partition_of(key, count) for count in (1, 7, 32)] == [0, crc % 7, crc % 32]


@given(st.text(), st.integers(1, 1_000))
def test_in_range(key: str, count: int) -> None:
    assert 0 <= partition_of(key, count) < count


def test_customers_spread_evenly() -> None:
    counts = Counter(partition_of(f"customer-{n}", 8) for n in range(8_000))
    assert all(800 < count < 1_200 for count in counts.values())
