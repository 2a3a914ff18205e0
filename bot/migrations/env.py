"""How Alembic reaches the tables: over a connection that bot.migrate hands it."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.every_table import metadata
from bot.tables import Encrypted, Instant


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our column types as plain ones: a migration must not change with our code."""
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations asked for."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_item=render,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
