"""What a learner's words ask for: items, investigations, manner, and attempts to make the patient fall out of role.

Rules and a lexicon first (`cases.asking`, `cases.orders`); where no rule fits, likeness to questions we know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cases import orders
from cases.asking import Asked, asked, resolve
from cases.catalogue import catalogue
from cases.lexicon import lexicon
from cases.manners import spoken
from cases.model import Manner, Script
from cases.respelling import respelled
from cases.words import Said, joined, plain, sentences
from cases.wrapping import about_patient, as_own, unwrapped

_RELATIVES = frozenset(("father", "mother", "siblings", "family_history", "children_health", "home", "help_before"))
"""What is heard where only a relative is named."""

_ENDING = frozenset((Manner.SUMMARY, Manner.CLOSING))
_TELLING = _ENDING | {Manner.INTRODUCTION, Manner.EMPATHY}
LONGEST = 2_000  # characters that are listened to; more is not a question


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of one message."""

    asked: tuple[str, ...] = ()  # item ids, in order
    ordered: tuple[str, ...] = ()  # investigation ids
    open_question: bool = False
    name: bool = False
    question: bool = False  # something was asked, understood or not
    thanks: bool = False
    unknown_test: bool = False  # an order that the test desk does not know
    blocked: tuple[str, ...] = ()  # role, diagnosis, jargon
    manners: tuple[Manner, ...] = ()
    elsewhere: tuple[str, ...] = ()  # catalogue items that this case does not have
    probe: bool = False  # asks again for what was talked of
    unheard: tuple[str, ...] = ()  # questions that were not understood


def hear(script: Script, said: str, before: Sequence[str] = ()) -> Heard:
    """Understand one message. Deterministic; linear in its length, which is cut at LONGEST.

    `before` are the items asked for in the last turn: 多久了 or 真的吗 ask on about them.
    """
    words = plain(said[:LONGEST])
    if not any(char.isalnum() for char in words):
        return Heard(blocked=("silence",))
    if out_of_role(script, words):
        return Heard(blocked=("role",))
    parts: list[Heard] = []
    summing_up, telling = False, frozenset(spoken(words)) & _TELLING
    for sentence in sentences(respelled(words)):
        summing_up = summing_up or lexicon()["gives_back"].search(sentence.text) is not None
        parts.append(_sentence(script, sentence, before, summing_up, telling))
    return _together(words, parts, before, len(said) > LONGEST)


def out_of_role(script: Script, words: str) -> bool:
    """Whether this speaks to something else than the patient: a machine, a text, an examiner."""
    bare = lexicon()["real_life"].sub("", words)
    return lexicon()["out_of_role"].search(bare) is not None or _foreign(script, bare)


def _foreign(script: Script, words: str) -> bool:
    """Whether this is not Chinese: English, code, an encoding. The name of a known test is not."""
    letters = sum(char.isascii() and char.isalpha() for char in words)
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in words)
    if letters <= 2 * chinese or letters < 3:
        return False
    return len(words) > 12 or not orders.names_test(script, words)


def _sentence(script: Script, said: Said, before: Sequence[str], summing_up: bool, telling: frozenset[Manner]) -> Heard:
    if _asks_diagnosis(said):
        return Heard(question=True, blocked=("diagnosis",))
    ordered, parts = orders.ordered(script, said)
    rest = _only_asked(_without(said, parts), telling)
    heard = _question(script, rest, before, summing_up) if rest.plain else Heard()
    unknown = not ordered and not heard.asked and not heard.elsewhere and orders.unknown(said)
    heard = replace(heard, ordered=ordered, unknown_test=unknown)
    return replace(heard, manners=(*heard.manners, Manner.BLUNT)) if _blunt(said) else heard


def _without(said: Said, parts: Sequence[tuple[int, int]]) -> Said:
    """The sentence without the parts that were orders."""
    if not parts:
        return said
    return joined([said.plain[start:end] for start, end in said.parts() if (start, end) not in parts], said.asks)


def _only_asked(said: Said, telling: frozenset[Manner]) -> Said:
    """Of words that tell (who one is, what one has understood, that one feels with him), the clauses that ask.

    有事叫护士 asks for nothing, and neither does 您还有什么要说的 after a summary.
    """
    ending = bool(telling & _ENDING)
    if not telling or (said.asks and not ending):  # 黑不黑 asks, though no clause of it holds a word that does
        return said
    clauses = [said.plain[start:end] for start, end in said.parts()]
    asking = [each for each in clauses if lexicon()["question"].search(each)]
    if ending:
        asking = [
            each
            for each in asking
            if not any(lexicon()[name].search(each) for name in ("agenda", "gives_check", "closing"))
        ]
    return said if asking == clauses else joined(asking, said.asks)


def _question(script: Script, said: Said, before: Sequence[str], summing_up: bool) -> Heard:
    whole, (said, jargon) = said, _without_jargon(script, said)
    is_question = said.asks or lexicon()["question"].search(said.text) is not None
    if (
        _blunt(said)
        or (summing_up and not _asks_anew(said))
        or (not is_question and lexicon()["tells"].search(said.text))
    ):
        return Heard(manners=(Manner.JARGON,) if jargon else ())
    found = _found(script, said, before)
    if jargon:
        found = _both(found, _found(script, whole, before))
    if not found.items and not found.elsewhere and is_question and orders.names_test(script, said.plain):
        found = resolve(script, "help_before")
    if len(found.items) <= 1 and lexicon()["unwell_where"].search(said.text):
        found = Asked()
    understood = bool(found.items or found.elsewhere)
    manners = (Manner.JARGON,) if jargon else ()
    if jargon and not understood:
        return Heard(question=True, blocked=("jargon",), manners=manners)
    opened = _is_open(said, found)
    if opened:
        manners = (Manner.OPEN, *manners)
    probe = not found.items and lexicon()["probe"].search(said.text) is not None
    name = not understood and lexicon()["name"].search(said.text) is not None
    lost = is_question and not (understood or opened or probe or name)
    lost = lost and lexicon()["small_talk"].search(said.text) is None
    unheard = (said.text,) if lost else ()
    return Heard(
        found.items,
        (),
        opened,
        name,
        is_question,
        manners=manners,
        elsewhere=found.elsewhere,
        probe=probe,
        unheard=unheard,
    )


def _found(script: Script, said: Said, before: Sequence[str]) -> Asked:
    """What a sentence asks for, without what is wrapped around it."""
    bare = about_patient(script, unwrapped(_only_asking(said)))
    found = asked(script, bare, before)
    own = as_own(bare)
    if own == bare or not set(found.items + found.elsewhere) <= _RELATIVES:
        return found
    of_patient = asked(script, own, before)
    return of_patient if _present(script, of_patient) else found


def _present(script: Script, found: Asked) -> bool:
    """Whether it is about the illness of today, which nobody asks of a relative: 您父亲咳嗽吗 is meant for him."""
    own = {each.id: each.section for each in script.items}
    shared = catalogue().items
    sections = {own[name] if name in own else shared[name].section for name in found.items + found.elsewhere}
    return sections == {"present"}


def _both(one: Asked, other: Asked) -> Asked:
    """What is understood with and without the words he does not know: 抗凝药 is not just any 药."""
    items = tuple(item for item in one.items if item in other.items)
    return Asked(items, tuple(item for item in one.elsewhere if item in other.elsewhere), one.complaint)


def _only_asking(said: Said) -> Said:
    """Without what is told before the question: 我明白您的症状，您发热吗."""
    parts = [said.plain[start:end] for start, end in said.parts()]
    asking = [lexicon()["question"].search(part) is not None for part in parts]
    if not any(asking):
        return said
    first = asking.index(True)
    kept = [part for at, part in enumerate(parts) if at >= first or not lexicon()["tells"].search(part)]
    if len(kept) == len(parts):
        return said
    return joined(kept, said.asks)


def _asks_diagnosis(said: Said) -> bool:
    if "诊断" not in said.text and lexicon()["illness_history"].search(said.text):
        return False
    if lexicon()["asks_diagnosis"].search(said.text) is None:
        return False
    return "诊断" in said.text or not _blunt(said)


def _blunt(said: Said) -> bool:
    """Bad news without warning."""
    return (
        lexicon()["blunt"].search(said.text) is not None
        and not said.asks
        and lexicon()["question"].search(lexicon()["hopeless"].sub("", said.text)) is None
        and lexicon()["softly"].search(said.text) is None
    )


def _asks_anew(said: Said) -> bool:
    return lexicon()["asks_anew"].search(said.text) is not None


def _is_open(said: Said, found: Asked) -> bool:
    return found.complaint or (
        not found.items and not found.elsewhere and lexicon()["open"].search(said.text) is not None
    )


def _without_jargon(script: Script, said: Said) -> tuple[Said, bool]:
    text, words = said.text, said.plain
    for word in sorted(script.persona.jargon, key=len, reverse=True):
        text, words = text.replace(word.lower(), ""), words.replace(word.lower(), "")
    if words == said.plain:
        return said, False
    return Said(text, words, tuple(at for at in said.pauses if at < len(words)), said.asks), True


def _together(words: str, parts: Sequence[Heard], before: Sequence[str], cut: bool) -> Heard:
    manners = tuple(dict.fromkeys((*spoken(words), *(m for part in parts for m in part.manners))))
    found = _joined(part.asked for part in parts)
    probe = any(part.probe for part in parts)
    return Heard(
        asked=found or (tuple(before) if probe else ()),
        ordered=_joined(part.ordered for part in parts),
        open_question=any(part.open_question for part in parts),
        name=any(part.name for part in parts),
        question=cut or any(part.question for part in parts),
        thanks=bool(lexicon()["thanks"].search(words)),
        unknown_test=any(part.unknown_test for part in parts),
        blocked=_joined(part.blocked for part in parts),
        manners=manners,
        elsewhere=_joined(part.elsewhere for part in parts),
        probe=probe,
        unheard=_joined(part.unheard for part in parts),
    )


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))
