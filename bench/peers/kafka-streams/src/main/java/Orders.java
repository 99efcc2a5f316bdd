import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** Order entry times by channel, region and minute: BROKER TOPIC EVENTS PARTITIONS FOLDER dsl|processor, one thread. */
public final class Orders {
    private static final String STORE = "entries";
    private static final long MINUTE = 60_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Serde<Numbers> NUMBERS = Serdes.serdeFrom(new NumbersSerializer(), new NumbersDeserializer());

    record Order(String place, long at, long taken) {
        static Order of(byte[] value) {
            try {
                JsonNode order = JSON.readTree(value);
                long at = Instant.parse(order.get("occurred_at").asText()).toEpochMilli();
                long placed = Instant.parse(order.get("placed_at").asText()).toEpochMilli();
                return new Order(order.get("channel").asText() + "|" + order.get("region").asText(), at, at - placed);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }

    record Numbers(long count, long total, long most) {
        Numbers add(long taken) {
            return new Numbers(count + 1, total + taken, Math.max(most, taken));
        }
    }

    static final class NumbersSerializer implements Serializer<Numbers> {
        @Override
        public byte[] serialize(String topic, Numbers of) {
            return of == null
                    ? null
                    : ByteBuffer.allocate(24).putLong(of.count()).putLong(of.total()).putLong(of.most()).array();
        }
    }

    static final class NumbersDeserializer implements Deserializer<Numbers> {
        @Override
        public Numbers deserialize(String topic, byte[] bytes) {
            if (bytes == null) {
                return null;
            }
            ByteBuffer from = ByteBuffer.wrap(bytes);
            return new Numbers(from.getLong(), from.getLong(), from.getLong());
        }
    }

    /** Seconds and CPU seconds from the first event to the last. */
    static final class Meter {
        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final CountDownLatch done = new CountDownLatch(1);
        private final long events;
        private long applied;
        private long began;
        private long used;
        private double wall;
        private double cpu;

        Meter(long events) {
            this.events = events;
        }

        void read() {
            if (began == 0) {
                began = System.nanoTime();
                used = system.getProcessCpuTime();
            }
        }

        void apply() {
            if (++applied == events) {
                wall = (System.nanoTime() - began) / 1e9;
                cpu = (system.getProcessCpuTime() - used) / 1e9;
                done.countDown();
            }
        }
    }

    /** The DSL: grouped by place, in windows of a minute. */
    static Topology dsl(String topic, Meter meter) {
        StreamsBuilder builder = new StreamsBuilder();
        TimeWindows minutes = TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), Duration.ofDays(1));
        builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withTimestampExtractor((record, last) -> Order.of((byte[]) record.value()).at()))
                .map((key, value) -> {
                    meter.read();
                    Order order = Order.of(value);
                    return KeyValue.pair(order.place(), order.taken());
                })
                .groupByKey(Grouped.with(Serdes.String(), Serdes.Long()))
                .windowedBy(minutes)
                .aggregate(() -> new Numbers(0, 0, 0), (place, taken, numbers) -> {
                    meter.apply();
                    return numbers.add(taken);
                }, Materialized.<String, Numbers, WindowStore<org.apache.kafka.common.utils.Bytes, byte[]>>as(STORE)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(NUMBERS));
        return builder.build();
    }

    /** The processor API: a RocksDB store by place and minute, beside each input partition. */
    static Topology processor(String topic, Meter meter) {
        return new Topology()
                .addSource("orders", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), topic)
                .addProcessor("enter", () -> new Enter(meter), "orders")
                .addStateStore(Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(STORE), Serdes.String(), NUMBERS)
                        .withCachingEnabled(), "enter");
    }

    static final class Enter implements Processor<byte[], byte[], Void, Void> {
        private final Meter meter;
        private KeyValueStore<String, Numbers> store;

        Enter(Meter meter) {
            this.meter = meter;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            meter.read();
            Order order = Order.of(record.value());
            String key = order.place() + "|" + (order.at() - order.at() % MINUTE);
            Numbers numbers = store.get(key);
            store.put(key, (numbers == null ? new Numbers(0, 0, 0) : numbers).add(order.taken()));
            meter.apply();
        }
    }

    static List<Object[]> rows(KafkaStreams streams, boolean windowed) {
        List<Object[]> rows = new ArrayList<>();
        if (windowed) {
            var store = streams.store(
                    StoreQueryParameters.fromNameAndType(STORE, QueryableStoreTypes.<String, Numbers>windowStore()));
            store.all().forEachRemaining(
                    pair -> rows.add(row(pair.key.key(), pair.key.window().start(), pair.value)));
        } else {
            var store = streams.store(
                    StoreQueryParameters.fromNameAndType(STORE, QueryableStoreTypes.<String, Numbers>keyValueStore()));
            store.all().forEachRemaining(pair -> {
                int cut = pair.key.lastIndexOf('|');
                rows.add(row(pair.key.substring(0, cut), Long.parseLong(pair.key.substring(cut + 1)), pair.value));
            });
        }
        return rows;
    }

    private static Object[] row(String place, long minute, Numbers numbers) {
        String[] parts = place.split("\\|");
        return new Object[] {parts[0], parts[1], minute, numbers.count(), numbers.total(), numbers.most()};
    }

    public static void main(String[] arguments) throws Exception {
        String topic = arguments[1];
        boolean windowed = arguments[5].equals("dsl");
        Meter meter = new Meter(Long.parseLong(arguments[2]));
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, topic + "-" + arguments[5]);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put("auto.offset.reset", "earliest");
        KafkaStreams streams = new KafkaStreams(windowed ? dsl(topic, meter) : processor(topic, meter), settings);
        streams.start();
        meter.done.await();
        var told = JSON.createObjectNode().put("wall", meter.wall).put("cpu", meter.cpu);
        told.set("rows", JSON.valueToTree(rows(streams, windowed)));
        System.out.println(told);
        streams.close(Duration.ofSeconds(10));
    }
}
