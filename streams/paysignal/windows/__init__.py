"""Event-time windows over increments: panes, rings, exact sums. Pure: no clock, no Kafka."""
