"""The settings of the workers of a run: drawn from the seed, so that runs differ in more than their instants."""

import json
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
        "flush_events": rng.choice([50, 200, 1_000, 100_000]),
        "publish_seconds": rng.choice([0.1, 0.5]),
        "partitions": rng.choice([2, 3, 4]),
        "session_seconds": SESSION_SECONDS,
    }


def written(file: Path, bootstrap: str, prefix: str, own: dict[str, Any]) -> Path:
    """The configuration file of the workers; `own` has `partitions` too, and perhaps the section `kpis`."""
    broker = {"bootstrap": bootstrap, "prefix": prefix, "partitions": own["partitions"]}
    broker["check_topics"] = own.get("check_topics", True)
    worker = {"clock": "replay", "clock_ms": NOT_AFTER, "application": APPLICATION, **own}
    kpis = worker.pop("kpis", {})
    for name in broker.keys() & worker.keys():
        del worker[name]
    file.write_text(toml(broker=broker, worker=worker, kpis=kpis))
    return file


def toml(**sections: dict[str, Any]) -> str:
    r"""TOML of flat sections: JSON writes texts, numbers, truths and lists just so.

    >>> toml(worker={"store": "memory", "flush_events": 50}, kpis={"windows": ["1d"]})
    '[worker]\nstore = "memory"\nflush_events = 50\n[kpis]\nwindows = ["1d"]\n'
    """
    return "".join(f"[{section}]\n" + "".join(map(_pair, own.items())) for section, own in sections.items())


def _pair(pair: tuple[str, Any]) -> str:
    name, value = pair
    return f"{name} = {json.dumps(value)}\n"
