"""Events with poison among them, and the dead letters that they must come to."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import orjson

from streams.events.decode import Decoder
from streams.events.lines import Line
from streams.events.model import Rejected
from streams.importers.simulator_faults import HUGE, KINDS, broken_as
from streams.worker.settings import load
from tests.broker.fleet import NOT_AFTER, lines
from tests.soak import events
from tests.soak.commands import streams
from tests.soak.events import Events, Terms

RETENTION_DAYS = 60
TERMS = Terms(retention_days=RETENTION_DAYS)
HEAD = 0.2
"""Share of the events that come first, undisturbed: then every partition has a watermark."""
BAD, TWICE, LATE, ABSURD = 0.01, 0.05, 0.1, 0.005
BEHIND = 0.3
"""A late event comes up to this share of all events behind its place."""


class Poisoned(NamedTuple):
    """The events, how many of them come first, and the dead letters by reason."""

    events: Events
    head: list[Line]
    letters: Counter[str]


def made(folder: Path, seed: int, count: int) -> Poisoned:
    """Simulated events in another order, some twice, with bad ones of every kind and with absurd times."""
    file = folder / "good.jsonl"
    streams("simulate", "--events", count, "--seed", seed, "--rate", TERMS.rate, "--out", file)
    good, rng = lines(file), random.Random(seed)
    head = good[: round(len(good) * HEAD)]
    sent = [*head, *_spoilt(rng, good[len(head) :])]
    whole = folder / "events.jsonl"
    whole.write_bytes(
        b"".join(b'{"topic":"%b","value":%b}\n' % (x.topic.encode(), bytes(x.value)) for x in sent if _is_json(x))
    )
    values, breaches = events.values(whole, TERMS), events.breaches(sent, TERMS)
    return Poisoned(Events(sent, values, breaches), head, _letters(sent))


def _spoilt(rng: random.Random, good: Sequence[Line]) -> list[Line]:
    """Every kind of bad record at least once, however few there are."""
    placed = [
        (place + (rng.random() * BEHIND * len(good) if rng.random() < LATE else 0), line)
        for place, line in enumerate(good)
    ]
    placed += [(rng.random() * len(good), line) for line in rng.sample(good, round(len(good) * TWICE))]
    kinds = [*KINDS, HUGE, *rng.choices(list(KINDS), k=round(len(good) * BAD))]
    placed += [(rng.random() * len(good), _bad(kind, number)) for number, kind in enumerate(kinds)]
    absurd = rng.sample([line for line in good if _is_json(line)], round(len(good) * ABSURD))
    for number, line in enumerate(absurd):
        placed.append((rng.random() * len(good), _at(line, f"absurd-{number}", ("1970", "2099")[number % 2])))
    return [line for _, line in sorted(placed, key=lambda pair: pair[0])]


def _bad(kind: str, number: int) -> Line:
    topic, value = broken_as(kind, "2026-01-06T08:00:00Z", number)
    return Line(topic, msgspec.Raw(value if isinstance(value, bytes) else orjson.dumps(value)))


def _at(line: Line, identity: str, year: str) -> Line:
    """The same event under an id of its own, as if it had occurred in that year."""
    value: dict[str, Any] = orjson.loads(bytes(line.value))
    changed = {**value, "event_id": identity, "occurred_at": f"{year}{value['occurred_at'][4:]}"}
    return Line(line.topic, msgspec.Raw(orjson.dumps(changed)))


def _is_json(line: Line) -> bool:
    try:
        orjson.loads(bytes(line.value))
    except orjson.JSONDecodeError:
        return False
    return True


def _letters(sent: Sequence[Line]) -> Counter[str]:
    """The reasons of the dead letters, one for each record that is refused."""
    settings = load()
    decode = Decoder(settings.kpis.currency).decode
    read = (decode(x.topic, bytes(x.value), x.record_headers, not_after=NOT_AFTER + settings.max_future) for x in sent)
    return Counter(
        event.reason if isinstance(event, Rejected) else "too_late"
        for event in read
        if isinstance(event, Rejected) or event.occurred_at < 365 * 86_400_000
    )
