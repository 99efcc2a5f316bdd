"""The parts of a replay that need no broker."""

import orjson

from streams.cli import replay as command
from streams.cli.replay import _lines, _occurred_at, _paced
from streams.events.lines import Line, parse
from streams.worker.replay import _backlog, _finished, _gone


def line(value: object, topic: str = "ticket-opened") -> Line:
    parsed = parse(orjson.dumps({"topic": topic, "value": value}))
    assert isinstance(parsed, Line)
    return parsed


def state(applied: int, duplicates: int, dead: int, **lags: int) -> dict[str, object]:
    counts = {"received": 99, "applied": applied, "duplicates": duplicates, "dead_letters": dead}
    return {"counts": counts, "lags": {place.replace("_", "/"): lag for place, lag in lags.items()}}


def test_gone_is_what_has_an_end_over_all_workers() -> None:
    assert _gone([state(5, 2, 1), state(10, 0, 4)]) == 22


def test_the_backlog_is_the_longest_of_partials() -> None:
    assert _backlog([state(0, 0, 0, partials_0=3, journal_1=90), state(0, 0, 0, partials_1=7)]) == 7
    assert _backlog([state(0, 0, 0)]) == 0


def test_a_final_record_is_a_first_revision_as_of_the_watermark() -> None:
    value = orjson.dumps({"kpi": "csat", "value": 0.5, "revision": 17, "final": True, "watermark": "then"})
    assert _finished(value, 1_767_571_200_000) == {
        **{"kpi": "csat", "value": 0.5, "revision": 1, "final": True},
        "watermark": "2026-01-05T00:00:00Z",
    }


def test_lines_of_other_topics_are_counted_and_not_sent() -> None:
    tally: command.Counter[str] = command.Counter()
    texts = [b'{"topic": "ticket-opened", "value": 1}', b'{"topic": "kpi-values", "value": {}}', b"{", b"[]", b'"x"']
    assert [sent.topic for sent in _lines(texts, tally)] == ["ticket-opened"]
    assert tally == {"unknown_topic": 1, "not_json": 1, "bad_line": 2}


def test_an_instant_is_found_in_plain_events_and_in_cloudevents() -> None:
    assert _occurred_at(line({"occurred_at": "2026-01-05T01:00:00+01:00"})) == 1_767_571_200_000
    assert _occurred_at(line({"time": "2026-01-05T00:00:00Z", "data": {}})) == 1_767_571_200_000


def test_what_has_no_instant_is_sent_at_once() -> None:
    for value in (None, 3, [1], {}, {"occurred_at": "soon"}, {"occurred_at": "2026-01-05T00:00:00"}, {"time": [1]}):
        assert _occurred_at(line(value)) is None


class Clock:
    """A clock that only sleep moves."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_speed_spreads_events_as_they_occurred(monkeypatch) -> None:
    clock = Clock()
    monkeypatch.setattr(command, "time", clock)
    times = ["10:00:00", "10:00:30", "10:00:10", "10:02:00", None]
    lines = [line({"occurred_at": time and f"2026-03-01T{time}Z"}) for time in times]
    assert [clock.now for _ in _paced(lines, 60)] == [0, 0.5, 0.5, 2, 2]
    clock.now = 0.0
    assert [clock.now for _ in _paced(lines, None)] == [0] * 5
