"""What an explanation says of a case."""

from typing import Any

from streams.engine.stories import Question, Telling
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.events.model import Event
from streams.exports.stories import EVENTS, Gathering, explanation
from streams.kpis.model import Kpi
from streams.kpis.requests import answered_in_24h, first_response_time
from streams.units import DAY, HOUR, MINUTE
from streams.windows.sizes import Window
from tests.make import act, opened, said

TERMS = Terms(windows=("1d",))


def told(kpi: Kpi, *events: Event, limit: int = 5) -> dict[str, Any]:
    whole = Whole(TERMS)
    whole.absorb(Entry(event) for event in events)
    list(whole.values())
    question = Question(kpi, "all", Window("1d", 0, DAY))
    telling, gathering = Telling(question, TERMS.catalogue(), TERMS.told), Gathering(kpi, limit)
    for key, data in whole.partition.flush().cases:
        gathering.add(telling.look(key, data or b""))
    return explanation(question, gathering.found(), "UTC", ["why"])


def test_spans_and_pauses_and_promises() -> None:
    events = opened(0), said(HOUR), act(2 * HOUR, "wait"), act(3 * HOUR, "resume"), act(4 * HOUR, "wait")
    answer = told(first_response_time, *events)
    assert (answer["cases"], answer["samples"], answer["incomplete"]) == (1, 1, ["why"])
    (story,) = answer["stories"]
    assert (story["case"], story["customer"], story["id"]) == ("ticket", "c1", "t1")
    assert [(one["of"], one["value"]) for one in story["samples"]] == [("first_response.waited", 3600.0)]
    (span,) = story["spans"]
    assert (span["start"], span["first_reply"], span["end"]) == ("1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z", None)
    assert [pause["end"] for pause in span["pauses"]] == ["1970-01-01T03:00:00Z", None]
    assert [event["what"] for event in story["events"][:2]] == ["request by customer", "message by agent a1"]
    assert {one["clock"]: one["outcome"] for one in story["promises"]}["answered_in_24h"] == "met"


def test_there_are_no_more_stories_than_asked_for_and_the_worst_stay() -> None:
    events = [one for n in range(30) for one in (opened(0, customer_id=f"c{n}"), said(n * MINUTE, customer_id=f"c{n}"))]
    answer = told(first_response_time, *events, limit=3)
    assert (answer["cases"], answer["samples"]) == (30, 30)
    assert [story["customer"] for story in answer["stories"]] == ["c29", "c28", "c27"]
    kept = told(answered_in_24h, *events, limit=3)
    assert {sample["value"] for story in kept["stories"] for sample in story["samples"]} == {True}


def test_of_a_long_case_the_first_and_the_last_events_are_told() -> None:
    (story,) = told(first_response_time, opened(0), *(said(n * MINUTE) for n in range(1, 3 * EVENTS)))["stories"]
    assert len(story["events"]) == EVENTS
    assert story["events"][0]["topic"] == "ticket-opened"
