"""The named reasons for refusing a record, and the exception that carries one out of a check."""

from streams.events.model import Rejected

NOT_JSON = "not_json"
NOT_AN_OBJECT = "not_an_object"
TOO_LARGE = "too_large"
UNKNOWN_TOPIC = "unknown_topic"
MISSING_FIELD = "missing_field"
WRONG_TYPE = "wrong_type"
UNKNOWN_VALUE = "unknown_value"
OUT_OF_BOUNDS = "out_of_bounds"
INVALID_TIMESTAMP = "invalid_timestamp"
FUTURE_TIMESTAMP = "future_timestamp"
UNSUPPORTED_CURRENCY = "unsupported_currency"
UNSUPPORTED_SCALE = "unsupported_scale"


class Fault(Exception):  # noqa: N818 - the fault is the producer's
    """A record broke a rule: `reason` is one of the names above, `pointer` an RFC 6901 JSON pointer."""

    def __init__(self, reason: str, pointer: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.pointer = pointer
        self.message = message

    def rejected(self) -> Rejected:
        """The same as a value."""
        return Rejected(self.reason, self.pointer, self.message)


def step(token: str | int) -> str:
    """One step of a JSON pointer, escaped.

    >>> step("lines") + step(0) + step("a/b~c")
    '/lines/0/a~1b~0c'
    """
    return f"/{str(token).replace('~', '~0').replace('/', '~1')}"
