"""An explanation as lines of text."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from streams.cli.tail_view import duration, printable, shown

Told = Mapping[str, Any]


def lines(answer: Told) -> Iterator[str]:
    """What was asked, what may be missing, and a few lines for each case."""
    window, labels = answer["window"], " ".join(f"{dim}={value}" for dim, value in answer["labels"].items())
    where = printable(labels) or "all"
    yield f"{answer['kpi']} ({answer['stat']})  {where}  {window['size']} from {window['start']}"
    yield f"{answer['cases']:,} cases, {answer['samples']:,} samples; shown: {len(answer['stories']):,}"
    yield from (f"incomplete: {what}" for what in answer["incomplete"])
    for story in answer["stories"]:
        yield ""
        yield from _story(story, answer["unit"])


def _story(story: Told, unit: str) -> Iterator[str]:
    of = "" if story["case"] == "customer" else f"  of {printable(story['customer'])}"
    yield f"{story['case']} {printable(story['id'])}{of}"
    yield from (f"  counts    {_sample(sample, unit)}" for sample in story["samples"])
    yield from (f"  cycle {span['cycle']}   {_span(span)}" for span in story["spans"])
    for span in story["spans"]:
        yield from (f"  pause     {pause['start']} – {pause['end'] or 'now'}" for pause in span["pauses"])
    yield from (f"  promise   {one['clock']}: {one['outcome']}, due {one['deadline']}" for one in story["promises"])
    yield from (f"  event     {event['at']}  {event['topic']}  {printable(event['what'])}" for event in story["events"])


def _sample(sample: Told, unit: str) -> str:
    labels = " ".join(f"{dim}={printable(value)}" for dim, value in sample["labels"].items())
    return f"{_value(sample['value'], unit)}  at {sample['at'] or 'now'}  {labels}  ({sample['of']})"


def _value(value: Any, unit: str) -> str:
    """A sample in words: yes or no, hits of trials, or a number in the KPI's unit.

    >>> _value(True, "ratio"), _value({"hits": 3, "of": 4}, "ratio"), _value(90.0, "seconds"), _value(1, "ratio")
    ('yes', '3 of 4', '1.5 min', '1')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return f"{value['hits']} of {value['of']}"
    return str(value) if unit == "ratio" else shown(value, unit)


def _span(span: Told) -> str:
    end = span["end"]
    taken = f" ({duration(_seconds(span['start'], end))})" if end else ""
    reply = f", first reply {span['first_reply']}" if span["first_reply"] else ""
    return f"{span['start']} – {end or 'open'}{taken}{reply}"


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
