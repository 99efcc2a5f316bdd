"""Times of the wire, as milliseconds."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import names
from streams.events.instants import instant
from streams.units import to_datetime, to_ms
from tests.events.examples import decoded, refused, valid, wire_bytes

ORDER = valid(names.ORDER_ENTERED)["minimal"]
AT = 1_773_480_413_000


class TestTime:
    @pytest.mark.parametrize(
        ("text", "ms"),
        [
            ("2026-03-14T09:26:53Z", AT),
            ("2026-03-14T14:56:53+05:30", AT),
            ("2026-03-14t09:26:53.0009z", AT),
            ("2026-03-14T09:26:53.589-00:00", AT + 589),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2238-01-01T00:00:00.001Z", to_ms(datetime(2238, 1, 1, tzinfo=UTC)) + 1),
        ],
    )
    def test_is_kept_in_milliseconds_utc(self, text: str, ms: int) -> None:
        assert decoded(names.ORDER_ENTERED, {**ORDER, "occurred_at": text}).occurred_at == ms

    @pytest.mark.parametrize(
        "text",
        ["", "today", "2026-03-14T09:26:53", "2026-02-30T00:00:00Z", "2026-03-14T09:26Z", "2026-03-14T09:26:60Z",
         "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+14:00"],
    )  # fmt: skip
    def test_is_refused_where_it_is_none(self, text: str) -> None:
        assert refused(names.ORDER_ENTERED, wire_bytes({**ORDER, "occurred_at": text})) == (
            "invalid_timestamp",
            "/occurred_at",
        )

    @given(
        st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30)),
        st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
    def test_the_short_way_is_exact(self, moment: datetime, zone: timezone) -> None:
        aware = moment.replace(tzinfo=zone)
        assert instant(aware, "") == to_ms(aware)

    def test_the_short_way_is_exact_at_the_edges_of_a_millisecond(self) -> None:
        """A product of floats falls short of its integer in 6 of 1,000 cases: too rare for a search by examples."""
        dice = random.Random(1)
        moments = [dice.randrange(2**31 * 1000) for _ in range(10_000)]
        for more in (0, 1, 999):
            fraction = timedelta(microseconds=more)
            assert [instant(to_datetime(ms) + fraction, "") for ms in moments] == moments

    def test_after_the_clock_is_future(self) -> None:
        record = wire_bytes(ORDER)
        assert refused(names.ORDER_ENTERED, record, not_after=AT - 1) == ("future_timestamp", "/occurred_at")
        assert decoded(names.ORDER_ENTERED, ORDER, not_after=AT).occurred_at == AT
