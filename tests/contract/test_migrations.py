"""The migrations make the very tables that the code uses, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bot.db import Databases
from bot.every_table import metadata
from bot.migrate import migrate


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection)
    return list(compare_metadata(context, metadata))


async def test_the_newest_version_is_what_the_code_expects(databases: Databases, clinic: str) -> None:
    async with databases.of(clinic).read() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(databases: Databases, clinic: str) -> None:
    await migrate(databases.of(clinic))
    async with databases.of(clinic).read() as connection:
        assert await connection.run_sync(differences) == []
