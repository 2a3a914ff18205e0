"""Rounds, ladders, families, habits and occasions; a dose knows whose it is and until when it counts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "families",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=True),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    with op.batch_alter_table("families", schema=None) as batch_op:
        batch_op.create_index("family_of_code", ["clinic", "code"], unique=False)
        batch_op.create_index("family_of_member", ["clinic", "member", "left_at"], unique=False)
        batch_op.create_index("family_of_person", ["clinic", "person", "left_at"], unique=False)

    op.create_table(
        "habits",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("day_plan", sa.JSON(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("quiet_first", sa.String(length=5), nullable=False),
        sa.Column("quiet_last", sa.String(length=5), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    op.create_table(
        "occasions",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
        sa.UniqueConstraint("clinic", "kind", "subject", "due_at"),
    )
    with op.batch_alter_table("occasions", schema=None) as batch_op:
        batch_op.create_index("occasion_due", ["clinic", "next_at"], unique=False)
        batch_op.create_index("occasion_of_subject", ["clinic", "subject"], unique=False)

    op.create_table(
        "plan_changes",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    with op.batch_alter_table("plan_changes", schema=None) as batch_op:
        batch_op.create_index("changes_of_person", ["clinic", "person", "at"], unique=False)

    op.create_table(
        "rounds",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("family_told", sa.Boolean(), nullable=False),
        sa.Column("nurse_told", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.create_index("round_of_message", ["clinic", "message"], unique=False)
        batch_op.create_index("round_to_climb", ["clinic", "next_at"], unique=False)

    with op.batch_alter_table("doses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("conversation", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("late_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("round", sa.String(length=64), nullable=True))
    _fill_in()
    with op.batch_alter_table("doses", schema=None) as batch_op:
        for name, kind in (
            ("person", sa.String(64)),
            ("conversation", sa.String(64)),
            ("late_until", sa.DateTime(True)),
        ):
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.drop_index(batch_op.f("dose_to_remind"))
        batch_op.create_index(
            "dose_open",
            ["clinic", "late_until"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "dose_untold",
            ["clinic", "due_at", "conversation"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL AND round IS NULL"),
            postgresql_where=sa.text("outcome IS NULL AND round IS NULL"),
        )
        batch_op.create_index("doses_of_person", ["clinic", "person", "due_at"], unique=False)
        batch_op.create_index("doses_of_round", ["clinic", "round"], unique=False)
        batch_op.drop_column("message")
        batch_op.drop_column("reminded_at")

    with op.batch_alter_table("regimens", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late", sa.String(length=64), server_default="half:6", nullable=False))
        batch_op.add_column(sa.Column("least_gap", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("critical", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("ahead", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("plan", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("after", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("after_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("paused_from", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("stock", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("stock_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ordered_by", sa.String(length=64), nullable=True))
        batch_op.create_index("regimen_after", ["clinic", "after"], unique=False)
        batch_op.create_index("regimen_of_plan", ["clinic", "plan"], unique=False)

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        booked = sa.text("status = 'booked'")
        batch_op.create_index(
            "appointment_ahead", ["clinic", "starts_at"], unique=False, sqlite_where=booked, postgresql_where=booked
        )


def _fill_in() -> None:
    """Doses so far: whose they are, six hours to be late, and a round of its own for what was told already."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    later = "strftime('%Y-%m-%d %H:%M:%f', due_at, '+6 hours')" if sqlite else "due_at + interval '6 hours'"
    of = "FROM regimens WHERE regimens.clinic = doses.clinic AND regimens.id = doses.regimen"
    op.execute(
        f"UPDATE doses SET person = (SELECT person {of}), conversation = (SELECT conversation {of}), "
        f"late_until = {later}, round = CASE WHEN reminded_at IS NULL THEN NULL ELSE id END"
    )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index("appointment_ahead")
    with op.batch_alter_table("regimens", schema=None) as batch_op:
        batch_op.drop_index("regimen_of_plan")
        batch_op.drop_index("regimen_after")
        batch_op.drop_column("ordered_by")
        batch_op.drop_column("stock_at")
        batch_op.drop_column("stock")
        batch_op.drop_column("paused_until")
        batch_op.drop_column("paused_from")
        batch_op.drop_column("after_minutes")
        batch_op.drop_column("after")
        batch_op.drop_column("plan")
        batch_op.drop_column("ahead")
        batch_op.drop_column("critical")
        batch_op.drop_column("least_gap")
        batch_op.drop_column("late")

    with op.batch_alter_table("doses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_at", sa.DATETIME(), nullable=True))
        batch_op.add_column(sa.Column("message", sa.VARCHAR(length=64), nullable=True))
        batch_op.drop_index("doses_of_round")
        batch_op.drop_index("doses_of_person")
        batch_op.drop_index(
            "dose_untold",
            sqlite_where=sa.text("outcome IS NULL AND round IS NULL"),
            postgresql_where=sa.text("outcome IS NULL AND round IS NULL"),
        )
        batch_op.drop_index(
            "dose_open", sqlite_where=sa.text("outcome IS NULL"), postgresql_where=sa.text("outcome IS NULL")
        )
        batch_op.create_index(
            batch_op.f("dose_to_remind"), ["clinic", "outcome", "reminded_at", "due_at"], unique=False
        )
        batch_op.drop_column("round")
        batch_op.drop_column("reason")
        batch_op.drop_column("late_until")
        batch_op.drop_column("conversation")
        batch_op.drop_column("person")

    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_index("round_to_climb")
        batch_op.drop_index("round_of_message")

    op.drop_table("rounds")
    with op.batch_alter_table("plan_changes", schema=None) as batch_op:
        batch_op.drop_index("changes_of_person")

    op.drop_table("plan_changes")
    with op.batch_alter_table("occasions", schema=None) as batch_op:
        batch_op.drop_index("occasion_of_subject")
        batch_op.drop_index("occasion_due")

    op.drop_table("occasions")
    op.drop_table("habits")
    with op.batch_alter_table("families", schema=None) as batch_op:
        batch_op.drop_index("family_of_person")
        batch_op.drop_index("family_of_member")
        batch_op.drop_index("family_of_code")

    op.drop_table("families")
