"""Tables of the channels that allow a few messages within a window, and of what such channels lend us for a time."""

from sqlalchemy import Column, Index, Integer, String, Table

from bot.tables import Encrypted, Instant, metadata

_ADDRESS = (("clinic", 64), ("channel", 16), ("user_hash", 64))


def _of_address() -> list[Column[str]]:
    return [Column(name, String(length), primary_key=True) for name, length in _ADDRESS]


reach = Table(
    "reach",
    metadata,
    *_of_address(),
    Column("said_left", Integer, nullable=False),  # messages we may still send since the person wrote
    Column("said_until", Instant),
    Column("touched_left", Integer, nullable=False),  # the same since a menu, a code or the follow button was touched
    Column("touched_until", Instant),
    Column("standing", String(16), nullable=False),  # open, unfollowed, blocked
    Column("noticed_at", Instant),  # when they were told that something waits; NULL: not since they did something
)

subscriptions = Table(
    "subscriptions",
    metadata,
    *_of_address(),
    Column("template", String(64), primary_key=True),
    Column("remaining", Integer),  # NULL: long-term
)

shelf = Table(
    "shelf",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Encrypted, nullable=False),
    Column("until", Instant, nullable=False),
)

happened = Table(
    "happened",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),  # of an event that a channel may tell again
    Column("at", Instant, nullable=False),
    Index("happened_at", "clinic", "at"),
)
