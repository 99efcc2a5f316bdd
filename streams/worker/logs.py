"""Quiet and rate-limited logs: an unreachable broker makes aiokafka say so thousands of times a second."""

import logging

_PER = 10.0
"""Seconds in which the same message of the same logger passes once."""
_QUIET = ("faust", "mode")
_LIMITED = ("aiokafka", "faust", "mode")


class OncePer(logging.Filter):
    """Lets a message template of a logger pass once in a while."""

    def __init__(self, seconds: float = _PER) -> None:
        super().__init__()
        self._seconds = seconds
        self._passed: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this one passes, by the record's own time."""
        key = (record.name, str(record.msg))
        due = record.created - self._passed.get(key, float("-inf")) >= self._seconds
        if due:
            self._passed[key] = record.created
        return due


def quiet(level: int = logging.WARNING) -> None:
    """Set the level of Faust's loggers, and limit the rate of all loggers below `aiokafka`, `faust` and `mode`."""
    for name in _QUIET:
        logging.getLogger(name).setLevel(level)
    limit = OncePer()
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in _LIMITED:
            logger = logging.getLogger(name)
            if not any(isinstance(present, OncePer) for present in logger.filters):
                logger.addFilter(limit)
