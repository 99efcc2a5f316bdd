"""The raw read limit: aiokafka's getmany, orjson and a dict, with no state engine at all."""

import asyncio

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from meter import BROKER, MINUTE, PARTITIONS, TOPIC, Meter, millis


async def read(meter, entries):
    """Read the meter's events and sum them up by place and minute."""
    options = {"auto_offset_reset": "earliest", "max_partition_fetch_bytes": 4 << 20}
    consumer = AIOKafkaConsumer(bootstrap_servers=BROKER, **options)
    await consumer.start()
    consumer.assign([TopicPartition(TOPIC, partition) for partition in range(int(PARTITIONS))])
    last = False
    while not last:
        for records in (await consumer.getmany(timeout_ms=500, max_records=5_000)).values():
            for record in records:
                add(entries, orjson.loads(record.value))
            last = meter.count(len(records))
    return consumer


def add(entries, order):
    at = millis(order["occurred_at"])
    taken, key = at - millis(order["placed_at"]), (order["channel"], order["region"], at - at % MINUTE)
    numbers = entries.get(key)
    if numbers is None:
        entries[key] = [1, taken, taken]
    else:
        numbers[0] += 1
        numbers[1] += taken
        numbers[2] = max(numbers[2], taken)


async def main():
    meter, entries = Meter(), {}
    consumer = await read(meter, entries)
    meter.tell([*key, *numbers] for key, numbers in entries.items())
    await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main())
