"""What Telegram sent us and what it refused, counted."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from connectors.telegram.client import Refused, TelegramClient, WebhookState


class TelegramCounts:
    """The numbers of one registry; made once for each registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._updates = Counter(
            "xinglin_telegram_updates", "Updates received, by what became of them.", ("kind",), registry=registry
        )
        self._refused = Counter(
            "xinglin_telegram_refused", "Calls that Telegram did not take, by error.", ("error",), registry=registry
        )
        self._pending = Gauge(
            "xinglin_telegram_pending_updates", "Updates that wait at Telegram to be delivered.", registry=registry
        )

    def update(self, kind: str) -> None:
        """An update came."""
        self._updates.labels(kind).inc()

    def refused(self, refused: Refused) -> None:
        """A call was not taken."""
        self._refused.labels(refused.detail).inc()

    async def webhook_lag(self, client: TelegramClient) -> WebhookState:
        """How far Telegram is with delivering to us, noted. Raises Refused."""
        state = await client.webhook_state()
        self._pending.set(state.pending)
        return state
