"""Table of what people send beside words; the bytes lie in encrypted files named by the row's id."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint

from bot.tables import Encrypted, Instant, metadata

media = Table(
    "media",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), nullable=False),
    Column("client_id", String(64), nullable=False),  # of the message that brought it
    Column("position", Integer, nullable=False),  # 0, 1, 2 … within that message
    Column("channel", String(16), nullable=False),
    Column("kind", String(16), nullable=False),  # bot.messages.AttachmentKind
    Column("ref", Encrypted, nullable=False),  # what the channel fetches it by
    Column("name", Encrypted, nullable=False),  # as the sender's channel gave it; shown, never trusted
    Column("status", String(16), nullable=False),  # bot.media.MediaStatus
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),  # the channel keeps it until then
    Column("received_at", Instant, nullable=False),
    Column("content_type", String(64)),  # told by its first bytes
    Column("size", Integer),  # bytes, before encryption
    Column("stored_at", Instant),
    UniqueConstraint("clinic", "conversation", "client_id", "position"),
    Index("media_to_fetch", "clinic", "status", "next_at"),
)
