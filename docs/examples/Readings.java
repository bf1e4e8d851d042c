// Growth on the year by Kafka's own Java client, with nothing else: one file, run as it is by Java 17 or newer.
//
//     java -cp '/opt/kafka/libs/*' Readings.java localhost:9092    (the jars of a Kafka download: client and Jackson)

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Readings {
    static final String TOPIC = "paysignal.readings.v1";

    public static void main(String[] arguments) throws Exception {
        String broker = arguments.length > 0 ? arguments[0] : "localhost:9092";
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker,
                "isolation.level", "read_committed", // the worker's transactions: what was aborted is not read
                "enable.auto.commit", "false",
                "key.deserializer", StringDeserializer.class,
                "value.deserializer", StringDeserializer.class);
        ObjectMapper json = new ObjectMapper();
        Map<String, Long> versions = new HashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(each -> new TopicPartition(TOPIC, each.partition()))
                    .collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (int idle = 0; idle < 3; idle++) { // what stands now: three polls without a record end it
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    idle = 0;
                    String key = record.key();
                    if (!key.endsWith("|year_on_year_growth||year_ago")) {
                        continue;
                    }
                    if (record.value() == null) {
                        System.out.println("withdrawn " + key);
                        continue;
                    }
                    JsonNode reading = json.readTree(record.value());
                    long version = reading.get("version").asLong();
                    if (version <= versions.getOrDefault(key, -1L)) {
                        continue; // sent again by a worker that took over, or stale
                    }
                    versions.put(key, version);
                    System.out.println(key + " " + reading.get("value") + " " + reading.get("low") + " " + reading.get("high"));
                }
            }
        }
    }
}
