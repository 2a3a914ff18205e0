"""Who brings the doses, and whether they are brought."""

from collections.abc import Sequence
from datetime import timedelta

from bot.engine_settings import Engine
from deploy.doctor.finding import Finding, failed, mind, reason, well
from deploy.doctor.kit import Kit
from deploy.trouble import Trouble

NAME = "提醒引擎"
QUIET_FOR = timedelta(minutes=5)  # a look a minute is begun, and no other before it has ended


async def look_at_engine(kit: Kit) -> Sequence[Finding]:
    """Does Temporal answer, is its schedule there, does somebody do the work?"""
    settings = kit.settings
    if settings.engine is Engine.EMBEDDED:
        return [well(NAME, "内置")]
    # Only who uses Temporal has its library.
    from deploy.temporal.frontend import connect, reachable
    from deploy.temporal.scheduling import beats

    try:
        with reachable(settings):
            found = await beats(await connect(settings, settings.clinic))
    except Trouble as trouble:
        return [failed(NAME, reason(trouble))]
    if found is None:
        return [mind(NAME, "Temporal 里还没有日程。请启动 xinglin temporal worker")]
    if found.paused:
        return [mind(NAME, "日程已暂停，没有人看表。请运行 xinglin temporal schedule --resume")]
    if found.last_at is not None and kit.clock() - found.last_at > QUIET_FOR:
        return [failed(NAME, f"{found.last_at:%m-%d %H:%M} UTC 以后没有查看过。请启动 xinglin temporal worker")]
    return [well(NAME, f"Temporal（{settings.temporal_url}）")]
