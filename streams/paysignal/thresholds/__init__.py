"""The thresholds file: YAML in, the rules of `paysignal.engine.alerting` out, or every mistake with its line; pure."""
