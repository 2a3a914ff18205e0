"""Alerts keep the reason that was told; whether a person was told that something waits for them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
    with op.batch_alter_table("reach", schema=None) as batch_op:
        batch_op.add_column(sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_column("reason")
    with op.batch_alter_table("reach", schema=None) as batch_op:
        batch_op.drop_column("noticed_at")
