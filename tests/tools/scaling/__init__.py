"""Scale: what a fact costs worker, memory, broker and disk, fitted from runs, checked on one it was not fitted on.

tests/broker/get-kafka; python -m tests.tools.scaling docs/scaling.jsonl

measures, on a Kafka of its own; with `--told` behind it only the tables of runs that are written down are printed.
docs/scaling.md has these tables; tests/contract holds them to the file.
"""
