"""How often Tencent refused, by its number and by what we do about it."""

from prometheus_client import CollectorRegistry, Counter

from connectors.tencent.api import Count
from connectors.tencent.remedies import Remedy


class TencentErrors:
    """The counter `xinglin_tencent_errors_total` of one registry; made once for each registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._errors = Counter(
            "xinglin_tencent_errors",
            "Calls that WeChat or WeCom refused or did not answer.",
            ("channel", "code", "remedy"),
            registry=registry,
        )

    def counting(self, channel: str) -> Count:
        """What an `Api` of that channel is given as `count`."""

        def count(code: int, remedy: Remedy) -> None:
            self._errors.labels(channel, str(code), remedy.value).inc()

        return count
