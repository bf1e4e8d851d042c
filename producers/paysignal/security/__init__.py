"""Getting in at a secured Kafka: one set of values for every client of ours, and the rights each component needs."""
