"""What time brings to a clinic, put together for either engine."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.bootstrap import Bot, now
from bot.follow_up_days import FollowUpDays
from bot.occasion_ahead import Ahead
from bot.occasion_appointments import AppointmentNotices, note_missing
from bot.occasion_refills import Refills, weekdays_closed
from bot.occasion_rows import OccasionKind
from bot.occasions import Occasions, Teller
from bot.reminding import Reminding
from bot.settings import Settings
from knowledge.clinic import Clinic
from schedules.embedded import Heartbeat


def make_heartbeat(settings: Settings, bot: Bot) -> Heartbeat:
    """The embedded engine's clock."""
    return Heartbeat(make_reminding(settings, bot).beat, settings.heartbeat_s, now)


def make_reminding(settings: Settings, bot: Bot) -> Reminding:
    """What time brings to the clinic."""
    memory, wait = bot.memory, timedelta(minutes=settings.handoff_wait_min)

    async def expire_handoffs(_at: datetime) -> None:
        await bot.nursing.expire(settings.clinic, wait)

    occasions = Occasions(
        settings.clinic, memory.databases, _tellers(bot), bot.outcomes.tell_message, prepares=(note_missing,)
    )

    async def end_exams(_at: datetime) -> None:
        await bot.school.practice.end_overdue(settings.clinic)

    also = (expire_handoffs, occasions.beat, end_exams)
    return Reminding(settings.clinic, memory.databases, memory.regimens, memory.rounds, bot.outcomes, also)


def _tellers(bot: Bot) -> Mapping[OccasionKind, Teller]:
    """Who knows what time brings besides doses."""

    def clinic() -> Clinic:
        return bot.library.now().clinic

    return {
        OccasionKind.AHEAD: Ahead(),
        OccasionKind.REFILL: Refills(lambda: weekdays_closed(clinic())),
        OccasionKind.APPOINTMENT: AppointmentNotices(clinic),
        OccasionKind.FOLLOW_UP: FollowUpDays(bot.house.follow_ups.book),
    }
