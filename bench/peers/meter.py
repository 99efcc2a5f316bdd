"""What each peer's program tells: seconds and CPU seconds from its first event to its last, and its result.

A program gets `BROKER TOPIC EVENTS PARTITIONS FOLDER` and prints one line of JSON. A row of the result is
`[channel, region, start of the minute in ms, count, sum in ms, max in ms]`; rows of one place and minute are one.
"""

import json
import resource
import sys
import time
from datetime import datetime

MINUTE = 60_000
BROKER, TOPIC, EVENTS, PARTITIONS, FOLDER = sys.argv[1:6]


def millis(text):
    """An instant as milliseconds."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


class Meter:
    """Begins with the first event counted."""

    def __init__(self):
        self.events, self.seen = int(EVENTS), 0

    def count(self, events=1):
        """Count events; whether these were the last."""
        if not self.seen:
            self.began, self.used = time.monotonic(), _cpu()
        self.seen += events
        return self.seen >= self.events

    def tell(self, rows):
        """Print the figures up to now, and the result."""
        wall, cpu = time.monotonic() - self.began, _cpu() - self.used
        print(json.dumps({"wall": wall, "cpu": cpu, "rows": list(rows)}), flush=True)


def _cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
