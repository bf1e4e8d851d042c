"""The text of `/metrics`, in the format that was asked for.

A full board may have 400,000 samples: 11 s of processor time in prometheus_client, about 1 s here (both measured on one
machine). Samples of readings are therefore written by our collector, once for both formats (a gauge's line is the same
in both), and this module puts them under the heads that prometheus_client writes.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_END = b"# EOF\n"

Encode = Callable[[Collector], bytes]


class Written(Metric):
    """A gauge whose sample lines are written already; `samples` stays empty, only `encoder_for` shows it."""

    def __init__(self, name: str, documentation: str) -> None:
        super().__init__(name, documentation, "gauge")
        self.lines: list[str] = []


def encoder_for(accept: str) -> tuple[Encode, str]:
    """What writes a registry in the format that the Accept header asks for, and its content type."""
    encode, content_type = choose_encoder(accept)
    return partial(_encoded, encode), content_type


class _One(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _encoded(encode: Encode, registry: Collector) -> bytes:
    closing = _END if encode(_One(())).endswith(_END) else b""
    return b"".join((*_parts(encode, registry), closing))


def _parts(encode: Encode, registry: Collector) -> Iterator[bytes]:
    for metric in registry.collect():
        yield encode(_One((metric,))).removesuffix(_END)
        if isinstance(metric, Written):
            yield "".join(metric.lines).encode()
