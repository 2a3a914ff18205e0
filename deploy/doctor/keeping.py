"""What is kept: keys, database, Redis, disk."""

import shutil
from collections.abc import Sequence

from redis.exceptions import RedisError
from sqlalchemy import select, text

from bot.bootstrap import Memory, open_memory
from bot.crypto import UndecryptableValue
from bot.errors import StoreUnavailable
from bot.keys import keyring_of
from bot.settings import Settings
from bot.tables import addresses
from deploy.database import status
from deploy.doctor.finding import Finding, failed, mind, reason, well
from deploy.doctor.kit import Kit
from deploy.trouble import Trouble

FREE_MB = 500  # below this a full disk is near
PROBE = "xinglin:doctor"
# Changes nothing, and still needs the right and the room to write.
WRITES = text("UPDATE alembic_version SET version_num = version_num")


async def look_at_keys(kit: Kit) -> Sequence[Finding]:
    """Are there keys, well-formed and read by nobody else? Looks before the database, which makes them."""
    settings, file = kit.settings, kit.settings.var / "data.keys"
    if not settings.data_keys and not file.exists():
        return [mind("密钥", "首次启动时生成。请务必备份 var/data.keys，丢失后旧数据无法解密")]
    try:
        keyring_of(settings)
    except ValueError:
        return [failed("密钥", "格式不对。每行应为“编号:32 字节的 Base64”，新的在上。请从备份恢复，不要新造")]
    if settings.data_keys:
        return [well("密钥", "来自配置")]
    if file.stat().st_mode & 0o077:
        return [failed("密钥", f"{file} 其他用户可读。请运行 chmod 600 {file}")]
    return [well("密钥", f"{file}（请备份）")]


async def look_at_database(kit: Kit) -> Sequence[Finding]:
    """Does it open, is it of the newest version, can it be written, do the keys fit?"""
    try:
        words = (await status(kit.settings)).replace("\n", "，")
    except Trouble as error:
        return [failed("数据库", reason(error))]
    except ValueError:  # the keys: another line tells
        return [failed("数据库", "密钥不对，打不开。请先处理上面“密钥”一行")]
    if "需要升级" in words:
        return [mind("数据库", words)]
    return [await _use(kit.settings, words)]


async def _use(settings: Settings, words: str) -> Finding:
    memory = open_memory(settings)
    try:
        await _write_nothing(memory, settings.clinic)
    except StoreUnavailable as error:
        return failed("数据库", f"只能读，不能写（{error.detail}）。请检查权限、磁盘空间，或是否连到了只读副本")
    except UndecryptableValue:
        return failed(
            "数据库", "密钥与已有的数据不符。请从备份恢复当时的 var/data.keys（可在最上面加新密钥，旧行要留着）"
        )
    finally:
        await memory.close()
    return well("数据库", f"{words}，可写")


async def _write_nothing(memory: Memory, clinic: str) -> None:
    """Raises StoreUnavailable, UndecryptableValue."""
    database = memory.databases.of(clinic)
    async with database.begin() as connection:
        await connection.execute(WRITES)
    async with database.read() as connection:
        (await connection.execute(select(addresses.c.user).limit(1))).first()


async def look_at_redis(kit: Kit) -> Sequence[Finding]:
    """Can it be written?"""
    memory = open_memory(kit.settings)
    if memory.redis is None:
        return [well("Redis", "未配置，单进程不需要")]
    try:
        await memory.redis.set(PROBE, "1", ex=1)
    except (RedisError, OSError) as error:
        return [failed("Redis", f"连不上或不能写（{type(error).__name__}）。请检查 REDIS_URL，不要连只读副本")]
    finally:
        await memory.close()
    return [well("Redis", "连接正常，可写")]


async def look_at_disk(kit: Kit) -> Sequence[Finding]:
    """Is there room, and can we write?"""
    folder = kit.settings.var
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".doctor").write_text("")
        (folder / ".doctor").unlink()
    except OSError as error:
        return [failed("磁盘", f"{folder} 不能写（{type(error).__name__}）。请检查目录的权限，或用 XINGLIN_VAR 换一处")]
    free_mb = shutil.disk_usage(folder).free // 2**20
    words = f"{folder} 剩余 {free_mb} MB"
    return [well("磁盘", words) if free_mb > FREE_MB else failed("磁盘", f"{words}，请清理")]
