"""Alerting: thresholds over readings. Rules and readings in, alerts out; pure."""
