"""What `streams dlq` makes of a dead letter: choosing, showing, sending again. No Kafka, no terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from streams.cli.tail_view import printable
from streams.exports.letters import WHY, parted
from streams.units import rfc3339

Headers = Sequence[tuple[str, bytes | None]]

RESENT = f"{WHY}resubmitted"
"""The header that counts how often a record was sent again: one that comes back has a growing number."""
_SHOWN = 400


@dataclass(frozen=True)
class Letter:
    """A dead letter where it was found."""

    partition: int
    offset: int
    at: int
    """When it was written, in ms."""
    value: bytes | None
    headers: Headers

    @classmethod
    def of(cls, record: Any) -> "Letter":
        """Of a record as kafka-python gives it."""
        return cls(record.partition, record.offset, record.timestamp, record.value, record.headers)

    @property
    def name(self) -> str:
        """Its place on the topic of dead letters, by which it is asked for."""
        return f"{self.partition}/{self.offset}"

    @property
    def own(self) -> Headers:
        """The headers that the record came with."""
        return parted(self.headers)[0]

    def why(self, what: str) -> str:
        """One of topic, partition, offset, reason, pointer and message; empty where the letter does not say."""
        return (dict(parted(self.headers)[1]).get(WHY + what) or b"").decode("utf-8", "replace")

    @property
    def source(self) -> str:
        """Topic, partition and offset that the record came from."""
        return f"{self.why('topic')}/{self.why('partition')}/{self.why('offset')}"

    @property
    def resent(self) -> int:
        """How often the record had been sent again when it was refused."""
        text = dict(self.own).get(RESENT) or b"0"
        return int(text) if text.isdigit() else 0

    @property
    def again(self) -> Headers:
        """The record's headers for one more time."""
        rest = [header for header in self.own if header[0] != RESENT]
        return [*rest, (RESENT, str(self.resent + 1).encode())]


@dataclass(frozen=True)
class Choice:
    """Which letters are meant: of these reasons and source topics, at these places; what is empty leaves all."""

    reasons: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def means(self, letter: Letter) -> bool:
        """Whether a letter is among them."""
        pairs = ((self.reasons, letter.why("reason")), (self.topics, letter.why("topic")), (self.places, letter.name))
        return all(not wanted or found in wanted for wanted, found in pairs)


@dataclass
class Tally:
    """How many letters there were, by reason."""

    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, letter: Letter) -> None:
        """Count one."""
        self.reasons[letter.why("reason")] += 1

    def told(self, what: str) -> str:
        """In a line: 3 dead letters: 2 missing_field, 1 not_json."""
        parts = ", ".join(f"{count} {printable(reason)}" for reason, count in self.reasons.most_common())
        letters = "dead letter" if self.reasons.total() == 1 else "dead letters"
        return f"{self.reasons.total()} {letters} {what}".rstrip() + (f": {parts}" if parts else "")


def line(letter: Letter) -> str:
    """A letter in a line: its place, when, why, where from, where in it, what is wrong."""
    again = f"sent again {letter.resent}×" if letter.resent else ""
    message = letter.why("message")
    short = message if len(message) <= _SHOWN else f"{message[:_SHOWN]}…"
    parts = (letter.name, rfc3339(letter.at), letter.why("reason"), letter.source, letter.why("pointer"), short, again)
    return "  ".join(printable(part) for part in parts if part)


def whole(letter: Letter) -> Iterator[str]:
    """A letter in full, line by line; control characters and bytes that are no text are escaped."""
    size = "none" if letter.value is None else f"{len(letter.value)} bytes"
    facts = {
        "letter": f"{letter.name}, written {rfc3339(letter.at)}",
        "from": letter.source,
        "reason": letter.why("reason"),
        "pointer": letter.why("pointer"),
        "message": letter.why("message"),
        "sent again": f"{letter.resent}×" if letter.resent else "",
    }
    yield from (f"{name:<11} {printable(text)}" for name, text in facts.items() if text)
    yield from (f"{'header':<11} {printable(name)}: {_text(value)}" for name, value in letter.own)
    yield f"{'value':<11} {size}"
    if letter.value is not None:
        yield _text(letter.value)


def _text(data: bytes | None) -> str:
    return "(none)" if data is None else printable(data.decode("utf-8", "backslashreplace"))
