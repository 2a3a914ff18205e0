"""退号: cancel an appointment, or all of them; and show those that stand."""

import re
from collections.abc import Sequence

from actions import phrases
from actions.answer import Choice, Outcome, message, say
from actions.deps import Deps
from actions.form import REJECTED, Form, Slots, Step, is_aside
from actions.heard import Heard, Phase
from actions.own import choices, line, meant, mine, misses
from actions.words import says_no, says_yes, wants_all
from bot.appointments import Appointment

OWN_INTENTS = frozenset({"cancel_appointment"})
ALL = "all"


async def cancel_step(deps: Deps, heard: Heard, slots: Slots, phase: Phase) -> Step:
    """One turn of the cancel form: which appointment, then whether really."""
    found = await mine(deps, heard)
    if not found:
        return Step(messages=(message(phrases.NO_APPOINTMENTS, (Choice("挂号"),)),), closed=True)
    chosen = _chosen(found, slots.get("cancel_appointment"))
    if phase is Phase.RESUMED:
        return _confirm(deps, heard, chosen) if chosen else _which(deps, heard, found)
    if phase is Phase.CONTINUED and chosen and heard.requested == "cancel_confirmed":
        if says_no(heard.text):
            return Step({**slots, "cancel_confirmed": "left"})
        if says_yes(heard.text):
            return Step({**slots, "cancel_confirmed": "yes"})
    return _choose(deps, heard, found, phase)


def _choose(deps: Deps, heard: Heard, found: Sequence[Appointment], phase: Phase) -> Step:
    if wants_all(heard.text):
        return _confirm(deps, heard, found)
    if misses(deps, heard.text, found, heard.at):
        return _which(deps, heard, found, phrases.NO_SUCH_APPOINTMENT)
    fitting = meant(deps, heard.text, found, heard.at)
    told = len(fitting) < len(found)
    if phase is Phase.CONTINUED and not told and is_aside(heard, OWN_INTENTS, answered=False):
        return REJECTED
    if len(fitting) == 1:
        return _confirm(deps, heard, fitting)
    return _which(deps, heard, fitting)


def _chosen(found: Sequence[Appointment], slot: str | None) -> tuple[Appointment, ...]:
    return tuple(found) if slot == ALL else tuple(one for one in found if one.id == slot)


def _which(deps: Deps, heard: Heard, found: Sequence[Appointment], before: str = "") -> Step:
    buttons = (*choices(deps, found, heard.at), Choice("全部取消"), Choice("不取消了"))
    return Step(
        dict.fromkeys(CANCEL.slots), "cancel_appointment", (message(before + phrases.WHICH_TO_CANCEL, buttons),)
    )


def _confirm(deps: Deps, heard: Heard, chosen: Sequence[Appointment]) -> Step:
    lines = "\n".join(f"· {line(deps, one, heard.at)}" for one in chosen)
    slot = chosen[0].id if len(chosen) == 1 else ALL
    asked = message(phrases.CONFIRM_CANCEL.format(lines=lines), (Choice("确认取消"), Choice("保留")))
    return Step({"cancel_appointment": slot, "cancel_confirmed": None}, "cancel_confirmed", (asked,))


_CANCEL_WORDS = re.compile(r"^(?:嗯|好|对|是|那|就|请|的|,|，|吧)*取消(?:挂号|预约)?[吧了的。！!]*$")
CANCEL = Form("cancel_form", ("cancel_appointment", "cancel_confirmed"), "cancel_confirmed", cancel_step, _CANCEL_WORDS)


async def cancel(deps: Deps, heard: Heard) -> Outcome:
    """Cancel what was confirmed."""
    if heard.slots.get("cancel_confirmed") != "yes":
        return say(phrases.CANCEL_LEFT, Choice("查看我的预约"), **CANCEL.empty)
    chosen = _chosen(await mine(deps, heard), heard.slots.get("cancel_appointment"))
    for one in chosen:
        await deps.appointments.cancel(heard.caller.clinic, heard.caller.person, one.id, heard.at)
    if not chosen:
        return say(phrases.NOT_BOOKED_ANY_MORE, Choice("查看我的预约"), **CANCEL.empty)
    lines = "\n".join(f"· {line(deps, one, heard.at)}" for one in chosen)
    return say(phrases.CANCELLED.format(lines=lines), Choice("重新挂号", "挂号"), **CANCEL.empty)


async def list_appointments(deps: Deps, heard: Heard) -> Outcome:
    """The coming appointments of the person."""
    found = await mine(deps, heard)
    if not found:
        return say(phrases.NO_APPOINTMENTS, Choice("挂号"))
    lines = "\n".join(f"· {line(deps, one, heard.at)}" for one in found)
    text = phrases.YOUR_APPOINTMENTS.format(count=len(found), lines=lines)
    return say(text, Choice("改时间", "我要改预约时间"), Choice("取消预约"), Choice("再挂一个", "挂号"))
