"""The matters of one turn: `帮我挂明天心内科，另外阿司匹林饭前吃吗` holds two, `我头疼三天了，帮我挂神经内科` one.

A sentence is cut only where both sides were understood for sure, ask for different things, and neither is the
other's reason or detail. Words that do not turn (a bare comma) are trusted less than words that do (另外, 对了).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.clauses import Clause, asks, clauses_of, trimmed, without_turn
from knowledge.aspects import read_aspect

MOST = 3  # matters of one turn
SHORTEST = 5  # characters of a question by itself; `可以吗` belongs to what stands before it
UNSURE = "nlu_fallback"

Parse = Callable[[str], Awaitable[Mapping[str, Any]]]

_ARRANGING = frozenset(
    {"book_appointment", "change_appointment", "cancel_appointment", "set_reminder", "change_reminder"}
    | {"cancel_reminder", "manage_plan", "family"}
)
_LOOKING_UP = frozenset({"query_appointment", "list_reminders", "ask_doctor_schedule"})
_NOTING = frozenset({"confirm_taken", "skip_dose", "stock"})
_KNOWING = frozenset({"query_drug", "ask_health", "ask_report", "describe_symptom", "ask_department"})
_MATTERS = _ARRANGING | _LOOKING_UP | _NOTING | _KNOWING | {"hospital_info", "health_record", "request_human"}
_OF_MEDICINES = _NOTING | {"list_reminders"}  # also what is told before a question: 吃了药还是疼怎么办
_COURTESY = frozenset({"greet", "thank", "goodbye"})
_ANSWERS = frozenset({"affirm", "deny", "inform", "describe_symptom"})  # to a form's question

# Where the one is the other's reason or detail, whatever words stand between.
_ONE = frozenset(
    frozenset(pair)
    for pair in (
        ("describe_symptom", "book_appointment"),
        ("describe_symptom", "ask_department"),
        ("ask_department", "book_appointment"),
        ("ask_health", "ask_department"),
        ("describe_symptom", "ask_health"),
        ("cancel_appointment", "change_appointment"),
        ("cancel_reminder", "change_reminder"),
        ("confirm_taken", "skip_dose"),
        ("manage_plan", "change_reminder"),
        ("manage_plan", "cancel_reminder"),
        ("manage_plan", "confirm_taken"),
        ("manage_plan", "set_reminder"),
    )
)
# The same where only a comma stands between.
_ONE_WITH_COMMA = frozenset(
    frozenset(pair)
    for pair in (
        ("query_appointment", "book_appointment"),
        ("query_appointment", "change_appointment"),
        ("query_appointment", "cancel_appointment"),
        ("query_appointment", "ask_doctor_schedule"),
        ("change_appointment", "book_appointment"),
        ("change_appointment", "ask_doctor_schedule"),
        ("ask_doctor_schedule", "book_appointment"),
        ("hospital_info", "ask_doctor_schedule"),
        ("hospital_info", "ask_department"),
        ("list_reminders", "set_reminder"),
        ("list_reminders", "change_reminder"),
        ("list_reminders", "cancel_reminder"),
        ("set_reminder", "change_reminder"),
        ("set_reminder", "cancel_reminder"),
        ("set_reminder", "confirm_taken"),
        ("set_reminder", "skip_dose"),
        ("health_record", "query_appointment"),
        ("health_record", "ask_report"),
    )
)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that a person wants of a turn."""

    text: str
    intent: str = ""  # empty where it was not looked at: the only matter of its turn


@dataclass(frozen=True, slots=True)
class _Heard:
    """A clause as understood."""

    clause: Clause
    intent: str  # Rasa's choice, UNSURE where it has none
    names: frozenset[str]  # kinds of the entities in it
    drugs: frozenset[str]

    def wants(self, turns: bool) -> bool:
        """Whether it asks for something by itself; a mere telling is the reason of what stands beside it."""
        if self.intent in _ARRANGING | _LOOKING_UP | _NOTING:
            return True
        question = asks(self.clause.text) and len(self.clause.text.rstrip("?？")) >= SHORTEST
        return question if self.intent == UNSURE else self.intent in _MATTERS and (turns or question)


async def matters_of(
    text: str, parse: Parse, asking: Callable[[], Awaitable[bool]] | None = None
) -> tuple[Matter, ...]:
    """The matters of a text in order. `parse` is asked only where the text may turn; `asking` tells whether a form
    waits for an answer, which may then stand before another matter. Raises RasaUnavailable.
    """
    clauses = clauses_of(text)
    if len(clauses) < 2:
        return (Matter(text),)
    parsed = await asyncio.gather(*(parse(one.text) for one in clauses))
    heard = _without_courtesy([_heard(*pair) for pair in zip(clauses, parsed, strict=True)])
    if len(heard) == 1:
        return (_matter(text, heard),)
    answers = heard[0].intent in _ANSWERS and heard[1].clause.turns and heard[1].wants(True)
    groups = _grouped(heard, answers=answers and asking is not None and await asking())
    if len(groups) == 1 and len(heard) == len(clauses):
        return (Matter(text),)
    return tuple(_matter(text, group) for group in groups)


def _heard(clause: Clause, parsed: Mapping[str, Any]) -> _Heard:
    found = parsed.get("entities", ())
    intent = str((parsed.get("intent") or {}).get("name"))
    drugs = frozenset(str(one["value"]) for one in found if one["entity"] == "drug")
    return _Heard(clause, intent, frozenset(str(one["entity"]) for one in found), drugs)


def _grouped(heard: Sequence[_Heard], *, answers: bool) -> list[list[_Heard]]:
    """Clauses put together to matters; each begins with what it wants or with the words that lead to it."""
    groups = [[heard[0]]]
    if answers:
        groups.append([heard[1]])
    for one in heard[len(groups) :]:
        before, led = _wanted(groups[-1]), _leading(groups[-1], one)
        turns = any(each.clause.turns for each in (*led, one))
        if before and one.wants(turns) and _differ(before, one, turns=turns) and len(groups) < MOST:
            del groups[-1][len(groups[-1]) - len(led) :]
            groups.append([*led, one])
        else:
            groups[-1].append(one)
    return groups


def _leading(group: Sequence[_Heard], one: _Heard) -> list[_Heard]:
    """The end of a group that rather leads to the next clause: 每天早上8点 in `另外每天早上8点，提醒我吃药`."""
    idle = list(group)
    for place, each in reversed(list(enumerate(group))):
        if each.wants(each.clause.turns):
            idle = list(group[place + 1 :])
            break
    turn = next((place for place, each in enumerate(idle) if each.clause.turns), None)
    if turn is not None and not one.clause.turns:
        return idle[turn:]
    return idle[-1:] if one.clause.runs_on and not one.clause.turns else []


def _wanted(group: Sequence[_Heard]) -> _Heard | None:
    """The clause that says what a group wants: the last one that wants anything."""
    return next((one for one in reversed(group) if one.wants(one.clause.turns)), None)


def _differ(first: _Heard, second: _Heard, *, turns: bool) -> bool:
    """Whether two clauses that want something are two matters."""
    pair = frozenset((first.intent, second.intent))
    if len(pair) == 1:
        return first.intent == "query_drug" and _two_questions(first, second)
    if UNSURE in pair or second.intent in _NOTING:
        return turns
    if "request_human" in pair:
        return turns and second.intent == "request_human"
    if second.intent == "ask_department" and not second.names & {"symptom", "department"}:
        return False
    if pair in _ONE:  # but 把甲停了，另外乙改到十点 is about two drugs
        return turns and bool(first.drugs and second.drugs - first.drugs)
    if pair & _KNOWING and pair & _OF_MEDICINES:
        return turns
    return turns or not (pair in _ONE_WITH_COMMA or pair <= _KNOWING)


def _two_questions(first: _Heard, second: _Heard) -> bool:
    """Two drugs, or two sides of one drug, each with a question of its own."""
    aspects = read_aspect(first.clause.text), read_aspect(second.clause.text)
    if None in aspects or not first.drugs:
        return False
    return bool(second.drugs - first.drugs) or aspects[0] is not aspects[1]


def _without_courtesy(heard: Sequence[_Heard]) -> Sequence[_Heard]:
    """`您好`, `谢谢` around a matter are no part of it, and would only blur it."""
    return [one for one in heard if one.intent not in _COURTESY] or heard


def _matter(text: str, group: Sequence[_Heard]) -> Matter:
    """A group's own words, without those that turned to it."""
    words = text[group[0].clause.start : group[-1].clause.end]
    wanted = _wanted(group) or group[0]
    return Matter(without_turn(words) if group[0].clause.turns else trimmed(words), wanted.intent)


def opens_form(matter: Matter) -> bool:
    """Whether it begins something with questions of its own; two such things can't be arranged at once."""
    return matter.intent in _ARRANGING


def answers_form(matter: Matter) -> bool:
    """Whether it may be what a form has asked for."""
    return matter.intent in _ANSWERS
