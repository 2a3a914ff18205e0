"""Citations as the action server writes them."""

from collections.abc import Iterable, Mapping

from bot.messages import Source


def sources_of(rows: Iterable[Mapping[str, str]]) -> tuple[Source, ...]:
    """Rows with title, publisher, reviewed and perhaps an excerpt."""
    return tuple(Source(row["title"], row["publisher"], row["reviewed"], row.get("excerpt", "")) for row in rows)
