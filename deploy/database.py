"""`xinglin db`."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.bootstrap import Memory, open_memory
from bot.errors import StoreUnavailable
from bot.migrate import alembic_config, migrate
from bot.settings import Settings
from deploy.trouble import store_broken


async def migrate_or_say(memory: Memory, clinic: str) -> None:
    """Bring a clinic's database to the newest version. Raises Trouble."""
    try:
        await migrate(memory.databases.of(clinic))
    except StoreUnavailable as error:
        raise store_broken(memory.databases.url_of(clinic).render_as_string(hide_password=True)) from error


async def migrate_now(settings: Settings) -> str:
    """Bring the database to the newest version; its state then. Raises Trouble."""
    memory = open_memory(settings)
    try:
        await migrate_or_say(memory, settings.clinic)
    finally:
        await memory.close()
    return await status(settings)


async def status(settings: Settings) -> str:
    """The database's version beside the newest one. Raises Trouble."""
    memory = open_memory(settings)
    url = memory.databases.url_of(settings.clinic).render_as_string(hide_password=True)
    try:
        async with memory.databases.of(settings.clinic).read() as connection:
            version = await connection.run_sync(_version)
    except StoreUnavailable as error:
        raise store_broken(url) from error
    finally:
        await memory.close()
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    state = "最新" if version == newest else "需要升级：xinglin db migrate"
    return f"{url}\n版本 {version or '无'}，最新 {newest}：{state}"


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
