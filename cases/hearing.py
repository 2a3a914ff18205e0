"""What a learner's words ask for: items, investigations, manner, and attempts to make the patient fall out of role.

Rules and a lexicon first; where no rule fits, likeness of character pairs with example questions.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cases.lexicon import lexicon
from cases.model import Investigation, Item, Manner, Script

LONGEST = 2_000  # characters that are listened to; more is not a question
_ALIKE = 0.6  # Dice coefficient over character pairs, chosen on our student questions

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_NOISE = re.compile(r"[\s　，,、：:“”\"'‘’（）()…~～—-]+")
_SPOKEN_MANNERS = (Manner.GREETING, Manner.EMPATHY, Manner.GENTLE, Manner.RUDE)


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


def hear(script: Script, said: str) -> Heard:
    """Understand one message. Deterministic; linear in its length, which is cut at LONGEST."""
    words = said[:LONGEST].lower()
    if not any(char.isalnum() for char in words):
        return Heard(blocked=("silence",))
    if lexicon()["out_of_role"].search(words) or _foreign(words, script):
        return Heard(blocked=("role",))
    sentences = [_NOISE.sub("", sentence) for sentence in _SENTENCE.findall(words)]
    return _together(words, [_sentence(script, sentence) for sentence in sentences if sentence], len(said) > LONGEST)


def _foreign(words: str, script: Script) -> bool:
    """Whether this is not Chinese: English, code, an encoding. The name of a known test is not."""
    letters = sum(char.isascii() and char.isalpha() for char in words)
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in words)
    if letters <= 2 * chinese or letters < 3:
        return False
    return len(words) > 12 or not any(_cued(each, words) for each in script.investigations)


def _together(words: str, parts: list[Heard], cut: bool) -> Heard:
    manners = tuple(manner for manner in _SPOKEN_MANNERS if lexicon()[manner].search(words))
    spoken = tuple(dict.fromkeys((*manners, *(m for part in parts for m in part.manners))))
    return Heard(
        _joined(part.asked for part in parts),
        _joined(part.ordered for part in parts),
        any(part.open_question for part in parts),
        any(part.name for part in parts),
        cut or any(part.question for part in parts),
        bool(lexicon()["thanks"].search(words)),
        any(part.unknown_test for part in parts),
        _joined(part.blocked for part in parts),
        spoken,
    )


def _sentence(script: Script, sentence: str) -> Heard:
    if _asks_diagnosis(sentence):
        return Heard(question=True, blocked=("diagnosis",))
    if ordered := _ordered(script, sentence):
        return Heard(ordered=ordered)
    plain, jargon = _without_jargon(script, sentence)
    asked = tuple(_asked(script, plain, alike=not jargon))
    manners = ((Manner.OPEN,) if _is_open(plain, asked) else ()) + ((Manner.JARGON,) if jargon else ())
    if jargon and not asked:
        return Heard(question=True, blocked=("jargon",), manners=manners)
    name, question = (bool(lexicon()[each].search(plain)) for each in ("name", "question"))
    return Heard(asked, (), _is_open(plain, asked), name, question, False, _unknown_test(plain, asked), (), manners)


def _asks_diagnosis(sentence: str) -> bool:
    if "诊断" not in sentence and lexicon()["illness_history"].search(sentence):
        return False
    return lexicon()["asks_diagnosis"].search(sentence) is not None


def _unknown_test(sentence: str, asked: tuple[str, ...]) -> bool:
    return not asked and _is_order(sentence) and lexicon()["names_test"].search(sentence) is not None


def _is_open(sentence: str, asked: tuple[str, ...]) -> bool:
    return not asked and lexicon()["open"].search(sentence) is not None


def _is_order(sentence: str) -> bool:
    if lexicon()["offer"].search(sentence) and lexicon()["order"].search(sentence):
        return not re.search(r"(?:做|查|拍|测|量|看)过|以前|之前|平时", sentence)
    return (
        bool(lexicon()["order"].search(sentence))
        and not lexicon()["past_talk"].search(sentence)
        and not lexicon()["question"].search(sentence)
    )


def _ordered(script: Script, sentence: str) -> tuple[str, ...]:
    named = [each.id for each in script.investigations if _cued(each, sentence)]
    bare = (
        len(sentence.strip("。！!？?")) <= 8
        and not lexicon()["question"].search(sentence)
        and not lexicon()["past_talk"].search(sentence)
    )
    return tuple(named) if named and (_is_order(sentence) or bare) else ()


def _without_jargon(script: Script, sentence: str) -> tuple[str, bool]:
    plain = sentence
    for word in script.persona.jargon:
        plain = plain.replace(word.lower(), "")
    return plain, plain != sentence


def _asked(script: Script, sentence: str, alike: bool) -> Iterator[str]:
    """Items whose cues fit; a question about the family asks for nobody else's illness."""
    family = lexicon()["family"].search(sentence) is not None
    fitting = [each for each in script.items if not family or each.section in ("family", "social")]
    spans = {each.id: span for each in fitting if (span := _span(each, sentence))}
    found = [item for item, span in spans.items() if not any(_inside(span, other) for other in spans.values())]
    yield from found or (_likest(fitting, sentence) if alike else ())


def _span(item: Item, sentence: str) -> tuple[int, int] | None:
    """The longest stretch of the sentence that one of the item's cues covers."""
    hits = [hit.span() for cue in item.cues if (hit := cue.search(sentence))]
    return max(hits, key=lambda span: span[1] - span[0], default=None)


def _inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    """深呼吸会加重吗 asks for one thing, not also for 呼吸 and 加重."""
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _cued(each: Item | Investigation, sentence: str) -> bool:
    return any(cue.search(sentence) for cue in each.cues)


def _likest(items: list[Item], sentence: str) -> list[str]:
    pairs = _pairs(sentence)
    scored = [(_dice(pairs, _pairs(example)), each.id) for each in items for example in each.examples]
    best, item = max(scored, default=(0.0, ""))
    return [item] if best >= _ALIKE else []


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[？?。吗呢啊您你的了]", "", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))
