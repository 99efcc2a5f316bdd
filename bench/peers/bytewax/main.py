"""Bytewax: key_on and fold_window by event time, as its guide to windowing has it; no recovery store."""

import json
from datetime import UTC, datetime, timedelta

import bytewax.operators as op
from bytewax.connectors.kafka import operators as kop
from bytewax.dataflow import Dataflow
from bytewax.operators.windowing import EventClock, TumblingWindower, fold_window
from bytewax.testing import TestingSink, run_main
from meter import BROKER, MINUTE, TOPIC, Meter

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
meter, windows = Meter(), []


def order(message):
    meter.count()
    value = json.loads(message.value)
    at = datetime.fromisoformat(value["occurred_at"])
    taken = round((at - datetime.fromisoformat(value["placed_at"])).total_seconds() * 1000)
    return f"{value['channel']}|{value['region']}", at, taken


def add(numbers, entry):
    count, total, most = numbers
    return count + 1, total + entry[2], max(most, entry[2])


def merge(one, other):
    return one[0] + other[0], one[1] + other[1], max(one[2], other[2])


flow = Dataflow("orders")
read = kop.input("read", flow, brokers=[BROKER], topics=[TOPIC], tail=False)
keyed = op.key_on("place", op.map("order", read.oks, order), lambda entry: entry[0])
clock = EventClock(ts_getter=lambda entry: entry[1], wait_for_system_duration=timedelta(days=1))
minutes = TumblingWindower(length=timedelta(minutes=1), align_to=SINCE)
folded = fold_window("entries", keyed, clock, minutes, lambda: (0, 0, 0), add, merge, ordered=False)
op.output("out", folded.down, TestingSink(windows))

if __name__ == "__main__":
    run_main(flow)
    since = round(SINCE.timestamp() * 1000)
    meter.tell([*key.split("|"), since + number * MINUTE, *numbers] for key, (number, numbers) in windows)
