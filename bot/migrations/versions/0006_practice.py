"""Learners, classes, assignments, and the sitting of each encounter."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "assignments",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("class_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("teacher", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id"),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index("assignments_of_class", ["clinic", "class_id", "closes_at"], unique=False)

    op.create_table(
        "blind_marks",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("encounter", sa.String(length=64), nullable=False),
        sa.Column("teacher", sa.String(length=64), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "encounter", "teacher"),
    )
    op.create_table(
        "class_teachers",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("teacher", sa.String(length=64), nullable=False),
        sa.Column("class_id", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "teacher", "class_id"),
    )
    op.create_table(
        "classes",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id"),
        sa.UniqueConstraint("clinic", "code_hash"),
    )
    op.create_table(
        "learners",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("on_board", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id"),
        sa.UniqueConstraint("clinic", "person"),
        sa.UniqueConstraint("clinic", "token"),
    )
    op.create_table(
        "memberships",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("class_id", sa.String(length=64), nullable=False),
        sa.Column("learner", sa.String(length=64), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "class_id", "learner"),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("memberships_of_learner", ["clinic", "learner"], unique=False)

    op.create_table(
        "overrides",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("encounter", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("teacher", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "encounter", "seq"),
    )
    op.create_table(
        "sittings",
        sa.Column("clinic", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("learner", sa.String(length=64), nullable=True),
        sa.Column("assignment", sa.String(length=64), nullable=True),
        sa.Column("series", sa.String(length=96), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="1", nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("forked_from", sa.String(length=64), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("earned", sa.JSON(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("reflection", sa.Text(), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("max", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("clinic", "id"),
        sa.UniqueConstraint("clinic", "learner", "series", "attempt"),
    )
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.create_index(
            "sitting_to_end",
            ["clinic", "ends_at"],
            unique=False,
            sqlite_where=sa.text("sheet IS NULL AND ends_at IS NOT NULL"),
            postgresql_where=sa.text("sheet IS NULL AND ends_at IS NOT NULL"),
        )
        batch_op.create_index(
            "sitting_to_keep",
            ["clinic", "scored_at"],
            unique=False,
            sqlite_where=sa.text("scored_at IS NOT NULL AND kept_at IS NULL"),
            postgresql_where=sa.text("scored_at IS NOT NULL AND kept_at IS NULL"),
        )
        batch_op.create_index("sittings_of_assignment", ["clinic", "assignment"], unique=False)
        batch_op.create_index("sittings_of_learner", ["clinic", "learner", "scored_at"], unique=False)

    # Whoever practised before there were classes practised without a clock.
    op.execute(
        "INSERT INTO sittings (clinic, id, purpose, attempt, paused_s) "
        "SELECT clinic, id, 'training', 1, 0 FROM encounters"
    )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.drop_index("sittings_of_learner")
        batch_op.drop_index("sittings_of_assignment")
        batch_op.drop_index(
            "sitting_to_keep",
            sqlite_where=sa.text("scored_at IS NOT NULL AND kept_at IS NULL"),
            postgresql_where=sa.text("scored_at IS NOT NULL AND kept_at IS NULL"),
        )
        batch_op.drop_index(
            "sitting_to_end",
            sqlite_where=sa.text("sheet IS NULL AND ends_at IS NOT NULL"),
            postgresql_where=sa.text("sheet IS NULL AND ends_at IS NOT NULL"),
        )

    op.drop_table("sittings")
    op.drop_table("overrides")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("memberships_of_learner")

    op.drop_table("memberships")
    op.drop_table("learners")
    op.drop_table("classes")
    op.drop_table("class_teachers")
    op.drop_table("blind_marks")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index("assignments_of_class")

    op.drop_table("assignments")
