"""The names of what the exporter says of itself; those of readings are in `families`."""

EXAMINING = (
    "paysignal_exporter_examining",
    "1 while facts are held that were not yet held against the others, so that findings may be missing.",
)
SERIES = ("paysignal_exporter_series", "Series (keys of readings) held on the board.")
SERIES_LIMIT = ("paysignal_exporter_series_limit", "Series the board holds at most.")
SERIES_UNSHOWN = (
    "paysignal_exporter_series_unshown",
    "Series held whose indicator this exporter has no metric for; a newer exporter may have.",
)
SERIES_DROPPED = (
    "paysignal_exporter_series_dropped",
    "Readings not shown: of new series while the board was full, and of series of which nothing newer came (expired).",
)
READINGS = ("paysignal_exporter_readings", "Records of the readings topic, by what became of them.")
POSITION = ("paysignal_exporter_position_records", "Offset that is read next; everything before it has been taken in.")
LAG = ("paysignal_exporter_lag_records", "Records between the position and the last stable offset.")
CLAIMS = ("paysignal_exporter_claims", "Claims held in the history.")
CLAIMS_LIMIT = ("paysignal_exporter_claims_limit", "Claims the history holds at most.")
CLAIMS_BYTES = ("paysignal_exporter_claims_bytes", "Bytes of the claims held in the history, as they are packed.")
CLAIMS_EVICTED = ("paysignal_exporter_claims_evicted", "Claims dropped from the history to stay within its limit.")
FACTS_MALFORMED = ("paysignal_exporter_facts_malformed", "Records of the facts topic that the history could not read.")
THRESHOLD = ("paysignal_threshold", "Threshold of a rule, for alert expressions to join.")
ALERTS = ("paysignal_alerts", "Series that a rule of the thresholds file fires for, or possibly, by the alerts topic.")
THRESHOLDS_REFUSED = (
    "paysignal_exporter_thresholds_refused",
    "1 while the thresholds file is wrong or gone; the rules that were read before stay in use.",
)
ALERT_RECORDS = ("paysignal_exporter_alerts", "Records of the alerts topic, by what became of them.")
BUILD = ("paysignal_build", "The version that runs; the value is always 1.")
