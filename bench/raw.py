"""The raw read limit: aiokafka's getmany, orjson and a dict, with no state engine at all. Run as a process."""

import asyncio
import json
import resource
import sys
import time

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition


async def count(broker: str, topics: list[str], events: int) -> dict[str, float]:
    """Read so many events and count them by channel; wall and CPU seconds from the first record on."""
    options = {"auto_offset_reset": "earliest", "max_partition_fetch_bytes": 4 << 20}
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, **options)
    await consumer.start()
    tps = [TopicPartition(topic, p) for topic in topics for p in await _partitions(consumer, topic)]
    consumer.assign(tps)
    await consumer.seek_to_beginning(*tps)
    by_channel: dict[str, int] = {}
    seen, started, used = 0, time.monotonic(), _cpu()
    while seen < events:
        for records in (await consumer.getmany(timeout_ms=500, max_records=5_000)).values():
            for record in records:
                channel = orjson.loads(record.value).get("channel", "unknown")
                by_channel[channel] = by_channel.get(channel, 0) + 1
            seen += len(records)
    figures = {"wall": time.monotonic() - started, "cpu": _cpu() - used}
    await consumer.stop()
    return figures


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    await consumer._client.set_topics([topic])
    return consumer.partitions_for_topic(topic) or set()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(asyncio.run(count(sys.argv[1], sys.argv[2].split(","), int(sys.argv[3])))))
