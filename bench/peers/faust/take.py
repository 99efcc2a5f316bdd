"""Faust: an agent that takes up to a thousand events at a time, and updates a table once for each key among them."""

import os
from collections import defaultdict

import faust
from meter import BROKER, MINUTE, PARTITIONS, TOPIC, Meter, millis

app = faust.App(f"{TOPIC}-take", broker=f"kafka://{BROKER}", topic_partitions=int(PARTITIONS), web_enabled=False)


class Order(faust.Record, serializer="json"):
    channel: str
    region: str
    placed_at: str
    occurred_at: str


orders = app.topic(TOPIC, value_type=Order)
# Without use_partitioner a table can not be written from a batch: Faust wants to know the event's partition.
entries = app.Table("entries", default=list, partitions=int(PARTITIONS), use_partitioner=True)
meter = Meter()


@app.agent(orders)
async def enter(stream):
    async for batch in stream.take(1000, within=1):
        taken = defaultdict(list)
        for order in batch:
            at = millis(order.occurred_at)
            taken[f"{order.channel}|{order.region}|{at - at % MINUTE}"].append(at - millis(order.placed_at))
        for key, spans in taken.items():
            count, total, most = entries[key] or (0, 0, 0)
            entries[key] = [count + len(spans), total + sum(spans), max(most, *spans)]
        if meter.count(len(batch)):
            tell()


def tell():
    meter.tell([*key.split("|")[:2], int(key.split("|")[2]), *numbers] for key, numbers in entries.items())
    os._exit(0)


if __name__ == "__main__":
    faust.Worker(app, loglevel="critical", redirect_stdouts=False).execute_from_commandline()
