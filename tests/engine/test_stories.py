"""The cases behind a value are those that it rests on: as many samples as its reading has, whatever the KPI."""

from collections.abc import Iterator

import orjson
import pytest

from streams.engine import rows
from streams.engine.rollup import Key
from streams.engine.stories import Question, Story, Telling, severity
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.decode import Decoder
from streams.events.journal import Entry
from streams.events.model import Rejected
from streams.kpis.model import Duration, Kpi, Share
from streams.kpis.reading import Reading
from streams.kpis.requests import answered_in_24h, first_response_time
from streams.units import DAY, HOUR
from streams.windows.sizes import Window
from tests.histories import history
from tests.make import opened, said

TERMS = Terms(windows=("1d", "1mo", "now"))


def stories(question: Question, table: list[rows.Row]) -> Iterator[Story]:
    telling = Telling(question, TERMS.catalogue(), TERMS.told)
    looked = (telling.look(key, data) for key, data in table if data is not None)
    return (story for story in looked if story is not None)


def table_of(whole: Whole) -> list[rows.Row]:
    return whole.partition.flush().cases


@pytest.fixture(scope="module")
def told() -> tuple[Whole, list[tuple[Key, Kpi, Reading]], list[rows.Row]]:
    decode, whole = Decoder("EUR").decode, Whole(TERMS)
    events = (decode(one["topic"], _bytes(one["value"]), [], not_after=1 << 50) for one in history(3, customers=6))
    whole.absorb(Entry(event) for event in events if not isinstance(event, Rejected))
    return whole, list(whole.values()), table_of(whole)


def _bytes(value: object) -> bytes:
    return orjson.dumps(value)


def test_there_are_as_many_samples_as_a_reading_rests_on(
    told: tuple[Whole, list[tuple[Key, Kpi, Reading]], list[rows.Row]],
) -> None:
    _, values, table = told
    seen = set()
    for key, kpi, reading in values:
        if key.window.size != "1mo" or (kpi.name, key.scope == "all") in seen or type(kpi) not in (Duration, Share):
            continue
        seen.add((kpi.name, key.scope == "all"))
        found = [one for story in stories(Question(kpi, key.scope, key.window), table) for one in story.samples]
        trials = sum(one.value[1] if isinstance(one.value, tuple) else 1 for one in found)
        assert trials == reading.n, (kpi.name, key)
    assert len(seen) > 20


def test_a_customer_tells_his_own_story(told: tuple[Whole, list[tuple[Key, Kpi, Reading]], list[rows.Row]]) -> None:
    _, values, table = told
    key, kpi, reading = next(value for value in values if value[1].name == "dissatisfied_customers" and value[2].n > 1)
    found = list(stories(Question(kpi, key.scope, key.window), table))
    assert {story.kind for story in found} == {"customer"}
    assert len(found) == reading.n


def test_a_story_holds_events_and_promises_and_the_worst_comes_first() -> None:
    whole = Whole(TERMS)
    whole.absorb(
        Entry(event)
        for event in (
            opened(0, channel="email"),
            said(2 * HOUR),
            opened(0, customer_id="c2", channel="chat"),
            said(HOUR, customer_id="c2"),
            opened(DAY, customer_id="c3"),
        )
    )
    list(whole.values())
    table, day = table_of(whole), Window("1d", 0, DAY)
    waits = sorted(
        stories(Question(first_response_time, "all", day), table),
        key=lambda story: severity(story, first_response_time),
        reverse=True,
    )
    assert [(one.customer, one.samples[0].value) for one in waits] == [("c1", 2 * HOUR), ("c2", HOUR)]
    assert [event.topic for event in waits[0].events] == ["ticket-opened", "ticket-answered"]
    assert "answered_in_24h" in {promise.clock for promise in waits[0].found.obligations}
    (chat,) = stories(Question(first_response_time, "channel=chat", day), table)
    assert chat.samples[0].labels["channel"] == "chat"
    assert list(stories(Question(answered_in_24h, "channel=none", day), table)) == []
