"""The history: what was claimed, kept within a bound."""
