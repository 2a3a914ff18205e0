"""Where a sentence may turn to another matter. Pure and cheap; whether it really does is decided in `matters.py`.

Spoken text has no punctuation: there the words by which people turn (另外, 顺便, 帮我 …) stand for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 300  # characters; a longer text is a story, its parts belong together
MOST = 10  # clauses of a few requests

_TURN = (
    r"另外(?!一|的|找|换|那)|顺便|顺带|除此之外|此外|对了|哦对"
    r"|还有(?!号|没|多少|多久|几|什么|哪|谁|点|些|效|用|余|救)|还有一?(?:个|件)?(?:事|问题)"
    r"|再(?:帮|给|替)我|再(?:问|查)(?:一?下|个|一个|你|您)?|再(?:一个|有|者)(?=[，, 是就])"
    r"|还(?:想|要|需要)?(?:问|查|帮|请问|请帮)(?:一?下)?|还想|我还要|我还想"
    r"|以及(?:问|查|帮)(?:一?下)?|也(?:帮|给|替)我|然后(?:再|帮|我|给|还)"
)
_OPENING = (
    r"帮我|帮忙|给我|麻烦(?!你了|您了|了)|请问|(?<!我)想(?:问|挂|约|查)"
    r"|我(?:想|要)(?:挂|问|查|约|看|预约|咨询|知道)"
)
_TURNS = re.compile(_TURN)
_CUT = re.compile(
    rf"[,，。.;；!！?？~～\s]+(?![0-9])|(?<=[吗呢])(?=[^,，。;；!！?？\s吧啊呀])|(?<=.)(?={_TURN})|(?<=..)(?={_OPENING})"
)
_LEAD = re.compile(rf"^(?:(?:{_TURN}|(?:请|想|再)?问(?:一?下|问)|嗯|哦|啊|那个|就是|呃|我)[,，\s]*)+(?=..)")
_QUESTION = re.compile(
    r"[?？]|[吗么嘛](?:[^一-鿿]|$)|怎么|怎样|如何|咋|多少|什么|啥|哪|几(?:点|号|天|次|片|粒|楼|个)|多久|多长时间|能不能|可不可以|是不是|有没有|要不要|会不会"
    r"|行不行|好不好|为什么|为啥|谁|还是.|(.)不\1|可以不|能.{0,4}不$|呢[。!！]?$|..(?<![还都来也])没[?？]?$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence."""

    text: str  # as said, without the words that turn to it
    turns: bool  # it begins with words that turn to another matter
    start: int  # of the piece in the sentence, those words included
    end: int
    runs_on: bool = False  # nothing stands between it and the piece before but its own first words


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The pieces of a text in order; one when nothing in it turns, none of a text too long to be a few requests."""
    if len(text) > LONGEST:
        return ()
    bounds = [0]
    for match in _CUT.finditer(text):
        turn = _TURNS.match(text, bounds[-1])
        if turn is None or turn.end() <= match.end():  # 然后再帮我: words that turn are not cut themselves
            bounds.append(match.end())
    pieces = [(start, text[start:end]) for start, end in zip(bounds, [*bounds[1:], len(text)], strict=True)]
    clauses = _gathered(
        _clause(start, piece, runs_on=start > 0 and text[start - 1].isalnum())
        for start, piece in pieces
        if any(map(str.isalnum, piece))
    )
    return clauses if len(clauses) <= MOST else ()


def _clause(start: int, piece: str, *, runs_on: bool) -> Clause:
    end = start + len(piece)
    turns = bool(_TURNS.match(piece))
    return Clause(without_turn(piece) if turns else trimmed(piece), turns, start, end, runs_on)


def without_turn(text: str) -> str:
    """A text without the words by which it turns to its matter."""
    return trimmed(_LEAD.sub("", text))


def trimmed(text: str) -> str:
    """A text without the punctuation around it; question marks stay."""
    return text.strip(" \n\t,，。.;；!！~～、")


def _gathered(found: Iterable[Clause]) -> tuple[Clause, ...]:
    """Without pieces that say nothing but `另外` or `对了`: the next piece turns instead."""
    kept: list[Clause] = []
    turning: Clause | None = None
    for one in found:
        bare = one.turns and _TURNS.fullmatch(one.text)
        if bare:
            turning = turning or one
            continue
        kept.append(Clause(one.text, True, turning.start, one.end) if turning else one)
        turning = None
    return tuple(kept)


def asks(text: str) -> bool:
    """The words are a question."""
    return bool(_QUESTION.search(text))
