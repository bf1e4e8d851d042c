"""The `paysignal` command: the only place that imports everything, reads settings and prints."""

from paysignal.command.main import main

__all__ = ["main"]
