"""All events at once, and the terms that they are read on."""

from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.events.model import Event
from streams.units import DAY, HOUR, MINUTE
from tests.make import opened, said


def values(*events: Event, now: int | None = None, terms: Terms | None = None) -> dict[tuple[str, str, int], float]:
    """Values in scope `all` by KPI, size and start."""
    whole = Whole(terms or Terms(windows=("1d",)))
    whole.absorb(Entry(event) for event in events)
    found = whole.values(now)
    return {(key.kpi, key.window.size, key.window.start): r.value for key, _, r in found if key.scope == "all"}


def test_no_events_have_no_values() -> None:
    assert values() == {}


def test_deadlines_are_decided_as_of_the_greatest_instant() -> None:
    kpi = ("answered_in_24h", "1d", DAY)
    assert kpi not in values(opened(0), said(DAY, ticket_id="t2"))
    assert values(opened(0), said(DAY + 1, ticket_id="t2"))[kpi] == 0.0


def test_now_decides_otherwise() -> None:
    kpi, late = ("answered_in_24h", "1d", DAY), said(9 * DAY, ticket_id="t2")
    assert values(opened(0), now=DAY + 1)[kpi] == 0.0
    assert kpi not in values(opened(0), late, now=DAY)


def test_events_may_come_in_parts() -> None:
    whole = Whole(Terms(windows=("1d",)))
    whole.absorb([Entry(said(5))])
    whole.absorb([Entry(opened(0))])
    assert {key.kpi for key, _, _ in whole.values()} >= {
        "requests",
        "first_response_time",
        "first_response_time_business",
        "answered_in_24h",
    }
    assert whole.watermark == 5


def test_terms_choose_windows_and_zone() -> None:
    found = values(opened(0), terms=Terms(tz="Asia/Kolkata", windows=("1h", "1w")))
    assert found == {("requests", "1h", -30 * MINUTE): 1, ("requests", "1w", -3 * DAY - 5 * HOUR - 30 * MINUTE): 1}


def test_terms_refuse_what_is_older_than_the_retention() -> None:
    found = values(opened(9 * DAY, ticket_id="t2"), opened(0), terms=Terms(windows=("1d",), retention=DAY))
    assert list(found) == [("requests", "1d", 9 * DAY)]


def test_panes_are_as_fine_as_the_terms_ask() -> None:
    panes = [
        Terms(windows=("1d",), tz=tz, finest=finest).pane()
        for tz in ("UTC", "Asia/Kolkata")
        for finest in (None, MINUTE)
    ]
    assert panes == [HOUR, MINUTE, 15 * MINUTE, MINUTE]
