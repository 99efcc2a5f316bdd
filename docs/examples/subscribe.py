"""A subscriber of kpi-values: holds the latest value of every window, and prints each change."""

import json
import os

from kafka import KafkaConsumer

latest = {}
consumer = KafkaConsumer(
    os.environ.get("STREAMS_PREFIX", "") + "kpi-values",
    bootstrap_servers=os.environ.get("STREAMS_BROKER", "127.0.0.1:9092"),
    auto_offset_reset="earliest",
)
for record in consumer:
    key = json.loads(record.key)
    if record.value is None:
        latest.pop(record.key, None)
        print(key["kpi"], key["labels"], key["window"]["start"], "has no value any more", flush=True)
        continue
    reading = latest[record.key] = json.loads(record.value)
    state = "final" if reading["final"] else "open"
    print(key["kpi"], key["labels"], key["window"]["start"], reading["value"], reading["unit"], state, flush=True)
