"""Policies that change while workers run, die and are replaced, on a real Kafka: the bytes of `compute` with files."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from streams.events.decode import Decoder
from streams.events.lines import Line
from streams.events.model import Rejected
from streams.units import rfc3339
from tests.amending import STRICT, await_editions, configuration, publish, spoil
from tests.broker.fleet import CLOCK, fleet, lines
from tests.pipeline import outcome, simulated
from tests.policies import LOOSE

EVENTS = 3_000


def _instants(events: Iterable[Line]) -> Iterator[str]:
    """Of the events that have one."""
    for line in events:
        event = Decoder().decode(line.topic, bytes(line.value))
        if not isinstance(event, Rejected):
            yield rfc3339(event.occurred_at)


def test_editions_published_under_load_and_around_a_kill(kafka: str, tmp_path: Path) -> None:
    file = simulated(tmp_path / "in.jsonl", EVENTS, "--seed", 9)
    events = lines(file)
    instants = sorted(_instants(events))
    editions = ((STRICT, instants[len(instants) // 3]), (LOOSE, instants[2 * len(instants) // 3]))
    with fleet(kafka, workers=2, session_seconds=6, store="rocksdb", flush_events=200) as run:
        run.feed(events[: EVENTS // 2])
        publish(run, tmp_path, *editions[1])
        run.await_applied(EVENTS // 10)
        run.kill(1)
        publish(run, tmp_path, *editions[0])
        spoil(run)
        run.feed(events[EVENTS // 2 :])
        await_editions(run, 2)
        values = run.values()
    computed = outcome("compute", file, *CLOCK, "--config", configuration(tmp_path, editions))
    assert values == computed.values
    assert values != outcome("compute", file, *CLOCK).values
