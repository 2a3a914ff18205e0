"""The tables. The clinic stands in every key; words, names and ids of people are encrypted."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from bot.crypto import Keyring

metadata = MetaData()


def unlock(dialect: Dialect, keyring: Keyring) -> None:
    """Give the encrypted columns of one engine their keys: on its dialect, the only thing a column type sees."""
    dialect.keyring = keyring  # type: ignore[attr-defined]


def _keyring(dialect: Dialect) -> Keyring:
    keyring: Keyring = dialect.keyring  # type: ignore[attr-defined]
    return keyring


class Encrypted(TypeDecorator[str]):
    """Text that is readable only with the key."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else _keyring(dialect).encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else _keyring(dialect).decrypt(value)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, UTC inside; SQLite keeps it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not a time")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _key(length: int = 64) -> dict[str, Any]:
    return {"type_": String(length), "primary_key": True}


def clinic_table(name: str, *columns: Any) -> Table:
    """A table whose rows are known by the clinic and an id."""
    return Table(name, metadata, Column("clinic", **_key()), Column("id", **_key()), *columns)


people = clinic_table("people", Column("name", Encrypted), Column("phone", Encrypted), Column("created_at", Instant))

addresses = Table(
    "addresses",
    metadata,
    Column("clinic", **_key()),
    Column("channel", **_key(16)),
    Column("user_hash", **_key()),  # blind index of `user`
    Column("user", Encrypted, nullable=False),
    Column("person", String(64), nullable=False),
    Index("addresses_of_person", "clinic", "person"),
)

conversations = clinic_table(
    "conversations",
    Column("channel", String(16), nullable=False),
    Column("user_hash", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("encounter", String(64)),
    Column("next_seq", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("notes", Encrypted),  # bot.notes.Notes as JSON
    Column("offered", Integer, nullable=False, server_default="0"),  # buttons numbered since the person last wrote
    UniqueConstraint("clinic", "channel", "user_hash"),
)

messages = Table(
    "messages",
    metadata,
    Column("clinic", **_key()),
    Column("conversation", **_key()),
    Column("seq", Integer, primary_key=True),
    Column("id", String(64), nullable=False),
    Column("client_id", String(64)),
    Column("turn", String(64)),
    Column("author", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Encrypted, nullable=False),
    Column("extras", Encrypted),  # JSON: buttons, sources
    Column("at", Instant, nullable=False),
    Index("message_once", "clinic", "conversation", "client_id", unique=True),  # a client id is claimed once
    Index("message_by_id", "clinic", "id", unique=True),
    Index("messages_of_turn", "clinic", "turn"),
)

turns = clinic_table(
    "turns",
    Column("conversation", String(64), nullable=False),
    Column("inbound_seq", Integer, nullable=False),
    Column("status", String(16), nullable=False),  # running, done
    Column("route", String(16)),
    Column("hops", JSON),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("in_reply", Encrypted),  # what the channel's own reply to this message said; a repeated delivery gets it too
    UniqueConstraint("clinic", "conversation", "inbound_seq"),
    # An open turn is found at once, however many are done.
    Index("turns_by_status", "clinic", "status", "conversation"),
)

handoffs = clinic_table(
    "handoffs",
    Column("conversation", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("reason", Encrypted, nullable=False),
    Column("summary", Encrypted, nullable=False),
    Column("note", Encrypted, nullable=False),
    Column("nurse", String(64)),
    Column("requested_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("closed_at", Instant),
    Index("handoffs_of_conversation", "clinic", "conversation", "requested_at"),
    Index("handoffs_by_status", "clinic", "status", "requested_at"),
)
_OPEN = "status IN ('requested', 'accepted')"
Index(
    "one_open_handoff",
    handoffs.c.clinic,
    handoffs.c.conversation,
    unique=True,
    sqlite_where=text(_OPEN),
    postgresql_where=text(_OPEN),
)

appointments = clinic_table(
    "appointments",
    Column("person", String(64), nullable=False),
    Column("opening", String(64), nullable=False),  # id of the opening: doctor and start
    Column("number", Integer, nullable=False),  # 1 … capacity of the opening
    Column("doctor", String(64), nullable=False),
    Column("department", String(64), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),  # booked, cancelled
    Column("booked_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("appointment_of_person", "clinic", "person", "starts_at"),
)
_BOOKED = "status = 'booked'"
Index(
    "appointment_ahead",
    appointments.c.clinic,
    appointments.c.starts_at,
    sqlite_where=text(_BOOKED),
    postgresql_where=text(_BOOKED),
)
Index(
    "number_taken_once",
    appointments.c.clinic,
    appointments.c.opening,
    appointments.c.number,
    unique=True,
    sqlite_where=text(_BOOKED),
    postgresql_where=text(_BOOKED),
)
Index(
    "one_place_at_a_time",
    appointments.c.clinic,
    appointments.c.person,
    appointments.c.starts_at,
    unique=True,
    sqlite_where=text(_BOOKED),
    postgresql_where=text(_BOOKED),
)

outbox = Table(
    "outbox",
    metadata,
    Column("clinic", **_key()),
    Column("message", **_key()),
    Column("conversation", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("status", String(16), nullable=False),  # queued, sending, parked, sent, failed
    Column("attempts", Integer, nullable=False),
    Column("parts_sent", Integer, nullable=False, server_default="0"),  # of a message that the channel gets in parts
    Column("next_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Index("outbox_due", "clinic", "status", "next_at"),
    Index("outbox_of_conversation", "clinic", "conversation", "status", "seq"),
)

encounters = clinic_table(
    "encounters",
    Column("case_id", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("state", Encrypted, nullable=False),  # cases.encounter.Encounter as JSON
    Column("status", String(16), nullable=False),  # running, ended
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

audit = clinic_table(
    "audit",
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),  # bot, nurse's name, operator
    Column("action", String(64), nullable=False),
    Column("subject", String(64), nullable=False),  # id of what was touched; never words
    Column("detail", JSON),
    Index("audit_by_time", "clinic", "at"),
)

model_usage = Table(
    "model_usage",
    metadata,
    Column("clinic", **_key()),
    Column("day", Date, primary_key=True),  # of Asia/Shanghai
    Column("tier", **_key(16)),
    Column("calls", Integer, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False),  # millionths of a yuan
)
