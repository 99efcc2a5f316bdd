"""Every kind of bad record among good ones: the good count, the bad are dead letters, whole, and the worker goes on."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import KafkaError, Message, Producer

from streams import names
from streams.exports.letters import parted
from streams.importers.simulator_faults import KINDS, broken_as
from streams.names import TICKET_OPENED
from tests.broker.fleet import CLOCK, Fleet, families, fleet, lines, total
from tests.pipeline import outcome, simulated

STAMP = "2026-01-06T08:00:00Z"
EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples" / "invalid"
HEADERS = [
    ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ("twice", b"1"),
    ("twice", b"2"),
]

Sent = tuple[str, bytes | None, list[tuple[str, bytes]]]


def bad() -> list[Sent]:
    """Topic, value and headers of a record of every kind; the value of each is unlike any other's."""
    made = [broken_as(kind, STAMP, number) for number, kind in enumerate(KINDS)]
    values = [(topic, value if isinstance(value, bytes) else orjson.dumps(value)) for topic, value in made]
    for path in sorted(EXAMPLES.rglob("*.json")):
        values.append((path.parent.name, orjson.dumps(orjson.loads(path.read_bytes())["value"])))
    far = orjson.dumps({"event_id": "f", "occurred_at": "2099-01-01T00:00:00Z", "customer_id": "c", "ticket_id": "t"})
    values += [(TICKET_OPENED, far), (TICKET_OPENED, b"[" * 100_000), (TICKET_OPENED, b"\x00"), (TICKET_OPENED, b"NaN")]
    sent: list[Sent] = [(topic, value, HEADERS) for topic, value in values]
    sent += [(TICKET_OPENED, b'{"comment": "%b"}' % (b"x" * 1_153_434), HEADERS), (TICKET_OPENED, None, HEADERS)]
    return [*sent, (TICKET_OPENED, b"{}", [("ce_specversion", b"9"), ("ce_id", b"")])]


def conflicts() -> list[Sent]:
    """Three events of one identity: the first by time counts, the two others are dead letters in their turn."""
    same = {"event_id": "e", "customer_id": "conflicting", "ticket_id": "t"}
    events = [{**same, "occurred_at": f"2026-01-06T0{hour}:00:00Z", "region": str(hour)} for hour in (8, 7, 9)]
    return [(TICKET_OPENED, orjson.dumps(event), []) for event in events]


def produce(run: Fleet, records: list[Sent]) -> None:
    failed: list[KafkaError] = []
    limits = {"message.max.bytes": 2 << 20, "compression.type": "zstd"}
    producer = Producer({"bootstrap.servers": run.bootstrap, **limits})

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error:
            failed.append(error)

    for topic, value, headers in records:
        producer.produce(run.prefix + topic, value, headers=headers, on_delivery=delivered)
        run.fed += 1
    assert producer.flush(30) == 0
    assert not failed


@pytest.fixture
def finished(kafka: str, tmp_path: Path) -> Iterator[tuple[Fleet, bytes, Path, int]]:
    """A fleet that had all of it: its values, the file of the good, its worker's process id at the start."""
    file = simulated(tmp_path / "good.jsonl", 1_000, "--broken", 0, "--seed", 8)
    with file.open("ab") as more:
        for topic, value, _ in conflicts():
            more.write(b'{"topic":"%b","value":%b}\n' % (topic.encode(), value or b""))
    good: list[Sent] = [(line.topic, bytes(line.value), []) for line in lines(file)]
    with fleet(kafka) as run:
        pid = run.workers[0].pid
        mixed = [*good, *bad()]
        random.Random(1).shuffle(mixed)
        produce(run, mixed)
        yield run, run.values(), file, pid


def test_good_ones_count_and_bad_ones_are_dead_letters(finished: tuple[Fleet, bytes, Path, int], cluster: Any) -> None:
    run, values, file, pid = finished
    (worker,) = run.workers
    computed = outcome("compute", file, *CLOCK)
    assert values == computed.values
    assert worker.pid == pid
    worker.check()
    refused, events = len(bad()), computed.counts
    assert total(worker, "events_received") == events.received + refused
    assert total(worker, "events_applied") == events.applied
    assert total(worker, "events_duplicate") == events.duplicates
    assert total(worker, "dead_letters") == refused + 2 == refused + events.dead_letters
    check_letters(cluster, run, worker)


def check_letters(cluster: Any, run: Fleet, worker: Any) -> None:
    topics = type(cluster)(cluster.bootstrap, run.prefix)
    letters = topics.consume(names.DEAD_LETTER)
    reasons = Counter(dict(letter.headers)["dead_letter_reason"].decode() for letter in letters)
    assert reasons == told(worker)
    assert reasons["conflicting_duplicate"] == 2
    assert {"future_timestamp", "too_large", "not_json", "missing_field", "unsupported_scale"} <= reasons.keys()
    raw = [letter for letter in letters if dict(letter.headers)["dead_letter_reason"] != b"conflicting_duplicate"]
    assert whole(raw) == Counter((topic.encode(), value, tuple(headers)) for topic, value, headers in bad())
    for letter in raw:
        place = {name: value.decode() for name, value in letter.headers}
        assert place["dead_letter_topic"].encode() == letter.key
        assert place["dead_letter_message"]
    assert len({where(letter) for letter in letters}) == len(letters), "each is told once, with its own place"


def whole(letters: list[Any]) -> Counter[Any]:
    """Source topic, value and own headers."""
    return Counter((letter.key, letter.value, tuple(parted(letter.headers)[0])) for letter in letters)


def where(letter: Any) -> tuple[str, ...]:
    heads = dict(letter.headers)
    return tuple(heads[f"dead_letter_{name}"].decode() for name in ("topic", "partition", "offset"))


def told(worker: Any) -> Counter[str]:
    samples = [s for family in families(worker) for s in family.samples if s.name == "crm_dead_letters_total"]
    return Counter({sample.labels["reason"]: int(sample.value) for sample in samples})
