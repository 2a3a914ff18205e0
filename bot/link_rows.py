"""Tables of linking: codes on offer, and pages that continue somewhere else as the same person."""

from sqlalchemy import Column, Index, String, Table, text

from bot.tables import Instant, metadata

link_codes = Table(
    "link_codes",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),  # keyed hash of the code; the code itself is kept nowhere
    Column("conversation", String(64), nullable=False),  # whose page offers it
    Column("offered_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", String(64)),  # conversation that consented
    Index("link_codes_of_conversation", "clinic", "conversation", "until"),
)

links = Table(
    "links",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), nullable=False),  # the page's
    Column("own_person", String(64), nullable=False),  # who the page was before, and becomes again
    Column("person", String(64), nullable=False),  # who it is while linked
    Column("with_conversation", String(64), nullable=False),  # where the code was scanned and consent given
    Column("linked_at", Instant, nullable=False),
    Column("left_at", Instant),  # NULL while linked
    Index("links_of_person", "clinic", "person", "left_at"),
)
_LINKED = "left_at IS NULL"
Index(
    "one_link_at_a_time",
    links.c.clinic,
    links.c.conversation,
    unique=True,
    sqlite_where=text(_LINKED),
    postgresql_where=text(_LINKED),
)
