"""The settings of the workers of a run: drawn from the seed, so that runs differ in more than their instants."""

import random
from pathlib import Path
from typing import Any

from tests.broker.fleet import NOT_AFTER

APPLICATION = "streams"
SESSION_SECONDS = 6
SHOWN = ("store", "partitions", "flush_seconds", "flush_events")
"""Noted in the report."""


def drawn(rng: random.Random) -> dict[str, Any]:
    """Settings of the section worker, and `partitions`."""
    return {
        "store": rng.choice(["rocksdb", "rocksdb", "memory"]),
        "flush_seconds": rng.choice([0.05, 0.1, 0.25]),
        "flush_events": rng.choice([50, 200, 1_000, 20_000]),
        "publish_seconds": rng.choice([0.1, 0.5]),
        "partitions": rng.choice([2, 3, 4]),
        "session_seconds": SESSION_SECONDS,
    }


def written(file: Path, bootstrap: str, prefix: str, own: dict[str, Any]) -> Path:
    """The configuration file of the workers."""
    broker = {"bootstrap": bootstrap, "prefix": prefix, "partitions": own["partitions"]}
    worker = {"clock": "replay", "clock_ms": NOT_AFTER, "application": APPLICATION, **own}
    del worker["partitions"]
    file.write_text(toml(broker=broker, worker=worker))
    return file


def toml(**sections: dict[str, Any]) -> str:
    r"""TOML of flat sections.

    >>> toml(worker={"store": "memory", "flush_events": 50})
    '[worker]\nstore = "memory"\nflush_events = 50\n'
    """
    return "".join(f"[{name}]\n{''.join(_pair(*pair) for pair in values.items())}" for name, values in sections.items())


def _pair(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"{name} = {str(value).lower()}\n"
    return f'{name} = "{value}"\n' if isinstance(value, str) else f"{name} = {value}\n"
