"""Several medicines in one sentence, tapers, medicines taken when needed: read back whole, corrected one by one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from actions import phrases
from actions import phrases_of_plans as words
from actions.answer import Choice, MessagePart, message
from actions.deps import Deps
from actions.form import REJECTED, SHORT, Slots, Step, is_aside
from actions.free import zone_of
from actions.heard import Heard
from actions.orders import Item, Orders, Taking, from_one, read_orders
from actions.reminder_draft import Draft, read_draft
from actions.safety import Ordered, cautions_of
from actions.stopping import running
from actions.words import says_no, says_yes
from schedules.merging import adds

SLOT = "reminder_items"
FOCUS = "reminder_item"  # the place of the medicine that is being corrected
OWN_INTENTS = frozenset({"set_reminder", "change_reminder", "cancel_reminder"})
_ORDINAL = re.compile(r"第\s*([一二三四五六七八九十]|[1-9]\d?)\s*(?:个|种|条|样|项|款)?(?:药)?(?:是|的|要|给我)?")
_PLACES = "一二三四五六七八九十"
_ALL = re.compile(r"^(?:全都|全部|都)")
_DROP = re.compile(r"不[要用设吃提]|去掉|删|取消|别设|算了|没有这个")
_TO = re.compile(r"^(?:应该|要|给我|帮我|请|的|时间|,|，| )*(?:改|换|调|挪)(?:成|到|为|在)?")
_CHANGES = (Choice("第一个不对"), Choice("全都不设了", "不设了"))


def items_of(slots: Slots) -> tuple[Item, ...]:
    """The medicines read so far."""
    return tuple(Item.unpack(one) for one in slots.get(SLOT) or ())


def is_several(orders: Orders) -> bool:
    """Whether a sentence orders more than one rhythm of one dose, which the plain questions can't hold."""
    if len(orders.items) == 1 and not orders.unread:
        (one,) = orders.items
        return one.simple is None or one.simple.timing.as_needed
    return len(orders.items) > 1


async def several_step(deps: Deps, heard: Heard, items: Sequence[Item]) -> Step:
    """One turn while several medicines wait for a yes."""
    if says_yes(_ALL.sub("", heard.text)):
        return Step({SLOT: [one.pack() for one in items], "reminder_confirmed": "yes"})
    if says_no(heard.text):
        return Step(_slots(items), "reminder_confirmed", (message(words.WHAT_TO_CHANGE_OF_SEVERAL, _CHANGES),))
    place = _meant(deps, heard, items)
    orders = read_orders(deps.library, heard.text, heard.at, zone_of(deps))
    if place is not None:
        return await _corrected(deps, heard, items, place)
    if orders.items and (adds(heard.text) or heard.intent in OWN_INTENTS or len(heard.text) <= SHORT):
        return await read_back(deps, heard, replace(orders, items=_joined(items, orders.items)))
    if is_aside(heard, OWN_INTENTS, answered=False) or len(heard.text) > SHORT:
        return REJECTED
    if len(items) == 1:
        return await _corrected(deps, heard, items, 0)
    buttons = [Choice(f"第{_PLACES[at]}个", f"第{_PLACES[at]}个不对") for at in range(min(len(items), 8))]
    return Step(_slots(items), "reminder_confirmed", (message(words.WHICH_OF_SEVERAL, buttons),))


async def resumed(deps: Deps, heard: Heard, items: Sequence[Item]) -> Step:
    """Read back again, after something else was answered."""
    return await read_back(deps, heard, Orders(tuple(items)))


async def read_back(deps: Deps, heard: Heard, orders: Orders, lead: str = "") -> Step:
    """All of it in words, with what is to be minded, and what was not understood."""
    items = orders.items
    habits = await deps.habits.of(heard.caller.clinic, heard.caller.person)
    lines = "\n".join(f"{place}. {one.line(heard.at, habits)}" for place, one in enumerate(items, 1))
    sentence = words.CONFIRM_SEVERAL if len(items) > 1 else words.CONFIRM_PLAN
    notes = cautions_of(deps.library, [ordered(one) for one in items], await running(deps, heard))
    unread = [words.NOT_READ.format(what=name, question=problem.question) for name, problem in orders.unread]
    taper = [words.TAPER_NOTE] if any(len(one.phases) > 1 for one in items) else []
    text = "\n".join(filter(None, (lead, sentence.format(lines=lines), *unread, *taper, *notes.texts)))
    buttons = (Choice("都对" if len(items) > 1 else "对", "对"), *_first_wrong(items), Choice("不设了"))
    part: MessagePart = message(text, buttons, notes.sources)
    known = [one.id for one in items if one.id]
    last = {"drug": known[-1]} if known else {}
    return Step({**_slots(items), **last}, "reminder_confirmed", (part,))


def _first_wrong(items: Sequence[Item]) -> tuple[Choice, ...]:
    if len(items) == 1:
        return (Choice("换个时间", "时间不对"),)
    return tuple(Choice(f"第{_PLACES[place]}个不对") for place in range(min(len(items), 3)))


def ordered(one: Item) -> Ordered:
    """For the check of what is to be minded."""
    phases = [[(each.dose or None, each.timing) for each in phase] for phase in one.phases]
    return Ordered(one.name, one.id, phases, one.strength)


def _slots(items: Sequence[Item]) -> dict[str, object]:
    return {SLOT: [one.pack() for one in items] or None, FOCUS: None, "reminder_confirmed": None}


def _meant(deps: Deps, heard: Heard, items: Sequence[Item]) -> int | None:
    """The place of the medicine that the words are about: counted, named, or asked about last."""
    text, focus = heard.text, heard.slots.get(FOCUS)
    match = _ORDINAL.search(text)
    if match:
        place = _PLACES.index(match[1]) if match[1] in _PLACES else int(match[1]) - 1
        return place if place < len(items) else None
    known = {drug.id for drug in deps.library.drugs.mentioned(text)}
    fitting = [place for place, one in enumerate(items) if one.name in text or one.id in known]
    if len(fitting) == 1:
        return fitting[0]
    return focus if isinstance(focus, int) and not known and focus < len(items) else None


def _joined(items: Sequence[Item], new: Sequence[Item]) -> tuple[Item, ...]:
    return tuple({one.name: one for one in (*items, *new)}.values())


async def _corrected(deps: Deps, heard: Heard, items: Sequence[Item], place: int) -> Step:
    """One of them left out, or in other words."""
    one = items[place]
    told = _TO.sub("", _ORDINAL.sub("", heard.text).replace(one.name, "")).strip("，,。 ")
    if _DROP.search(heard.text):
        left = (*items[:place], *items[place + 1 :])
        if not left:
            return Step({**_slots(()), "reminder_confirmed": "left"})
        return await read_back(deps, heard, Orders(left), words.ONE_DROPPED.format(drug=one.name))
    changed = _read_anew(deps, heard, one, told)
    if changed is None or changed == one:
        asked = message(phrases.ASK_TIMING.format(drug=one.name), (Choice(f"{one.name}不要了"), Choice("不设了")))
        return Step({**_slots(items), FOCUS: place}, "reminder_confirmed", (asked,))
    return await read_back(deps, heard, Orders((*items[:place], changed, *items[place + 1 :])))


def _read_anew(deps: Deps, heard: Heard, one: Item, told: str) -> Item | None:
    """The medicine as the words change it: its only rhythm corrected, or all of it said again."""
    anew = read_orders(deps.library, f"{one.name}{told}", heard.at, zone_of(deps)).items
    if one.simple is None or not told:
        return anew[0] if anew else None
    draft = Draft(({"name": one.name, "id": one.id},), one.simple.dose or None, one.simple.timing)
    new, problems = read_draft(deps, replace(heard, text=told), draft)
    if new.timing is None or problems:
        return anew[0] if anew else None
    return replace(from_one(one.name, one.id, Taking(new.dose or "", new.timing)), strength=one.strength)
