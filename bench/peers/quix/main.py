"""Quix Streams: group_by, a tumbling window, three aggregations, as its guide to windows has it."""

from datetime import timedelta

from meter import BROKER, EVENTS, FOLDER, TOPIC, Meter, millis
from quixstreams import Application
from quixstreams.dataframe.windows import Count, Max, Sum

meter, latest = Meter(), {}


def occurred(value, headers, timestamp, timestamp_type):  # noqa: ARG001
    return millis(value["occurred_at"])


def place(order):
    return f"{order['channel']}|{order['region']}"


def entry(order):
    meter.count()
    return {
        "channel": order["channel"],
        "region": order["region"],
        "taken": millis(order["occurred_at"]) - millis(order["placed_at"]),
    }


def keep(window, key, timestamp, headers):  # noqa: ARG001
    latest[key, window["start"]] = window


app = Application(BROKER, consumer_group=f"{TOPIC}-quix", auto_offset_reset="earliest", state_dir=FOLDER, loglevel=None)
orders = app.topic(TOPIC, value_deserializer="json", timestamp_extractor=occurred)
entries = app.dataframe(orders).apply(entry).group_by(place, name="place")
windows = entries.tumbling_window(timedelta(minutes=1), grace_ms=timedelta(days=1))
windows.agg(count=Count(), total=Sum("taken"), most=Max("taken")).current().update(keep, metadata=True)

if __name__ == "__main__":
    app.run(count=int(EVENTS), collect=False)
    meter.tell(
        [*(key.decode() if isinstance(key, bytes) else key).split("|"), start, w["count"], w["total"], w["most"]]
        for (key, start), w in latest.items()
    )
