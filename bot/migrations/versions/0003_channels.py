"""Channels: windows, subscriptions, links, media, alerts; messages in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""

    op.create_table(
        "alerts",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("handoff", sa.String(length=64), nullable=False),
        sa.Column("alerter", sa.String(length=16), nullable=False),
        sa.Column("nurse", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "handoff", "alerter", "nurse", "step"),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index("alerts_by_state", ["clinic", "state", "next_at"], unique=False)

    op.create_table(
        "desk_tickets",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    op.create_table(
        "happened",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    with op.batch_alter_table("happened", schema=None) as batch_op:
        batch_op.create_index("happened_at", ["clinic", "at"], unique=False)

    op.create_table(
        "link_codes",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.create_index("link_codes_of_conversation", ["clinic", "conversation", "until"], unique=False)

    op.create_table(
        "links",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("own_person", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("with_conversation", sa.String(length=64), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index("links_of_person", ["clinic", "person", "left_at"], unique=False)
        batch_op.create_index(
            "one_link_at_a_time",
            ["clinic", "conversation"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "media",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_type", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
        sa.UniqueConstraint("clinic", "conversation", "client_id", "position"),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index("media_to_fetch", ["clinic", "status", "next_at"], unique=False)

    op.create_table(
        "reach",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("user_hash", sa.String(length=64), nullable=False),
        sa.Column("said_left", sa.Integer(), nullable=False),
        sa.Column("said_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched_left", sa.Integer(), nullable=False),
        sa.Column("touched_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "channel", "user_hash"),
    )
    op.create_table(
        "shelf",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "name"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("user_hash", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "channel", "user_hash", "template"),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parts_sent", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("outbox_of_conversation", ["clinic", "conversation", "status", "seq"], unique=False)

    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_reply", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back."""

    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_column("in_reply")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("outbox_of_conversation")
        batch_op.drop_column("parts_sent")

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("offered")

    op.drop_table("subscriptions")
    op.drop_table("shelf")
    op.drop_table("reach")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index("media_to_fetch")

    op.drop_table("media")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(
            "one_link_at_a_time", sqlite_where=sa.text("left_at IS NULL"), postgresql_where=sa.text("left_at IS NULL")
        )
        batch_op.drop_index("links_of_person")

    op.drop_table("links")
    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.drop_index("link_codes_of_conversation")

    op.drop_table("link_codes")
    with op.batch_alter_table("happened", schema=None) as batch_op:
        batch_op.drop_index("happened_at")

    op.drop_table("happened")
    op.drop_table("desk_tickets")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index("alerts_by_state")

    op.drop_table("alerts")
