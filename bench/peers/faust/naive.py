"""Faust: an agent that updates a table for every event, as its guide to tables has it."""

import os

import faust
from meter import BROKER, MINUTE, PARTITIONS, TOPIC, Meter, millis

app = faust.App(f"{TOPIC}-naive", broker=f"kafka://{BROKER}", topic_partitions=int(PARTITIONS), web_enabled=False)


class Order(faust.Record, serializer="json"):
    channel: str
    region: str
    placed_at: str
    occurred_at: str


orders = app.topic(TOPIC, value_type=Order)
entries = app.Table("entries", default=list, partitions=int(PARTITIONS))
meter = Meter()


@app.agent(orders)
async def enter(stream):
    async for order in stream:
        at = millis(order.occurred_at)
        taken, key = at - millis(order.placed_at), f"{order.channel}|{order.region}|{at - at % MINUTE}"
        count, total, most = entries[key] or (0, 0, 0)
        entries[key] = [count + 1, total + taken, max(most, taken)]
        if meter.count():
            tell()


def tell():
    meter.tell([*key.split("|")[:2], int(key.split("|")[2]), *numbers] for key, numbers in entries.items())
    os._exit(0)


if __name__ == "__main__":
    faust.Worker(app, loglevel="critical", redirect_stdouts=False).execute_from_commandline()
