"""JSON Lines of events, as `compute` and `replay` read them [R54]."""

from typing import Any

import msgspec

from streams.events.model import Rejected


class Line(msgspec.Struct, frozen=True):
    """One record: its topic, its value as bytes, its headers, its key."""

    topic: str
    value: msgspec.Raw
    headers: dict[str, str] | list[tuple[str, str]] | None = None
    key: Any = None

    @property
    def record_headers(self) -> list[tuple[str, bytes]]:
        """The headers as Kafka has them."""
        if self.headers is None:
            return []
        pairs = self.headers.items() if isinstance(self.headers, dict) else self.headers
        return [(name, value.encode()) for name, value in pairs]


_decode = msgspec.json.Decoder(Line).decode


def parse(line: bytes) -> Line | Rejected:
    """A line as a record, or why it is none."""
    try:
        return _decode(line)
    except msgspec.ValidationError as error:
        return Rejected("bad_line", "", f'a line is {{"topic": …, "value": {{…}}}}: {error}')
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Rejected("not_json", "", str(error))
