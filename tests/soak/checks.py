"""What must hold at the end of every run."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import orjson
from prometheus_client.parser import text_string_to_metric_families

from streams import names
from streams.exports.finals import FIRST, place_of
from streams.units import rfc3339
from tests.broker.fleet import Series, series_of
from tests.soak.run import Run

SHOWN = 5


class Verdict(NamedTuple):
    """Whether the final values are those of compute, byte for byte, and the breaches too; all faults in words."""

    exact: bool
    faults: list[str]


def verdict(run: Run) -> Verdict:
    """Compare everything that the topics and the workers say in the end."""
    values, breaches = final_values(run), run.topics.latest(names.SLA_BREACHES)
    series = exported(run)
    twice = [name for name, count in Counter(one for held in series for one in held).items() if count > 1]
    faults = [*differences(values, run.events.values), *_breach_differences(breaches, run.events.breaches)]
    faults += [f"exported by more than one worker: {name}" for name in twice[:SHOWN]]
    if not any(series):
        faults.append("no worker exports a series")
    return Verdict(values == run.events.values and breaches == run.events.breaches, faults)


def final_values(run: Run) -> bytes:
    """The final values as `streams compute` writes them: one publication of each window, as of the last watermark."""
    told = [orjson.loads(value) for value in run.topics.latest(names.KPI_VALUES).values()]
    last = {"revision": FIRST, "watermark": rfc3339(run.watermark)}
    records = sorted(({**record, **last} for record in told), key=place_of)
    return b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def exported(run: Run) -> list[set[Series]]:
    """The series of KPIs of each worker."""
    answers = [text for text in run.fleet.told("/metrics") if text]
    return [set(series_of(text_string_to_metric_families(text))) for text in answers]


def differences(found: bytes, expected: bytes) -> list[str]:
    """How two files of final values differ, in a few lines."""
    ours, theirs = set(found.splitlines()), set(expected.splitlines())
    if ours == theirs:
        return [] if found == expected else ["the same records in another order"]
    faults = [f"values: {len(ours - theirs)} of {len(ours)} records are not among the {len(theirs)} of compute"]
    wrong, missing = ({_name(line): line for line in some} for some in (ours - theirs, theirs - ours))
    for name in sorted(wrong.keys() | missing.keys())[:SHOWN]:
        faults.append(f"  {name}: {_told(wrong.get(name))}, compute says {_told(missing.get(name))}")
    return faults


def _name(line: bytes) -> str:
    record = orjson.loads(line)
    window = record["window"]
    labels = ",".join(map(str, record["labels"].values()))
    return f"{record['kpi']} {record['scope']} {labels} {window['size']} {window['start']}"


def _told(line: bytes | None) -> str:
    if line is None:
        return "nothing"
    record = orjson.loads(line)
    return " ".join(f"{name}={record[name]}" for name in ("value", "numerator", "denominator", "final", "watermark"))


def _breach_differences(found: dict[bytes, bytes], expected: dict[bytes, bytes]) -> Iterable[str]:
    more, less = found.keys() - expected.keys(), expected.keys() - found.keys()
    other = [key for key in found.keys() & expected.keys() if found[key] != expected[key]]
    counts = {"too many": len(more), "missing": len(less), "different": len(other)}
    return [f"sla-breaches: {count} {what} (of {len(expected)})" for what, count in counts.items() if count]
