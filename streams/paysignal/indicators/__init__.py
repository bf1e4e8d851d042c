"""Indicators: numpy in, numpy out; one catalogue. Pure: what to compute from is handed in, many series at once."""
