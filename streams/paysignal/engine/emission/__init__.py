"""Emission: readings of what a batch touched, each indicator computed for all touched series in one call."""
