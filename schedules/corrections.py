"""Which pieces of a sentence the person means: 不是明天，是后天 means 后天; 明天不行，后天可以 means 后天."""

import re
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from schedules.pieces import AheadPiece, ClockPiece, DayPiece, PartPiece

AnyPiece = DayPiece | PartPiece | ClockPiece | AheadPiece


class Placed(Protocol):
    """Anything that has a place in a text."""

    @property
    def start(self) -> int: ...


P = TypeVar("P", bound=Placed)

_CUE: Final = re.compile(
    r"(?P<no>不是|不要(?!忘)|不想要?|不约|不挂|别(?!忘)|除了)"
    r"|(?P<unfit>不行|没空|不方便|不可以|没时间|有事|来不了|去不了|不能|不合适|太早|太晚|没号|约满)"
    r"|(?P<to>改成|改到|改为|改在|改约|换成|换到|换为|挪到|推迟到|提前到|哦不|不对|说错|错了|算了)"
    r"|(?P<yes>而是|就是|(?<!还)(?<!或)(?<!要)(?<!都)是|(?<!不)要|换|改|应该)"
    r"|(?P<rather>(?<=[,。;、!? ])还是)"
    r"|(?P<stop>[,。;!?\n])"
)


def meant(text: str, pieces: Sequence[P]) -> list[P]:
    """The pieces that stand after corrections and refusals, in order of place.

    A refusal before (不是, 不要) or after (不行, 没空) a piece drops it; 改到, 不对, 还是 (after a pause) and an
    是 that answers a 不是 make what follows replace the earlier pieces of its kind.
    """
    kept: list[P] = []
    clause: list[P] = []
    replacing: list[P] = []
    refusing = refused_before = False
    for piece, cue in _in_order(text, pieces):
        if piece is not None:
            if not refusing:
                kept, replacing = _replaced(kept, piece, replacing), replacing
                clause.append(piece)
        elif cue == "unfit":
            kept = [one for one in kept if not any(one is other for other in clause)]
        elif cue in ("to", "rather") or (cue == "yes" and refused_before):
            refusing, replacing, clause = False, list(kept), []
        elif cue == "stop":
            refusing, clause = False, []
        refusing = cue == "no" or (refusing and cue != "yes")
        refused_before = refused_before or cue == "no"
    return kept


def _replaced(kept: list[P], piece: P, replacing: list[P]) -> list[P]:
    """The kept pieces with those of the same kind that this one replaces left out, and this one added."""
    out = [one for one in kept if not (type(one) is type(piece) and any(one is old for old in replacing))]
    return [*out, piece]


def _in_order(text: str, pieces: Sequence[P]) -> list[tuple[P | None, str | None]]:
    cues: list[tuple[int, P | None, str | None]] = [
        (match.start(), None, match.lastgroup) for match in _CUE.finditer(text)
    ]
    placed: list[tuple[int, P | None, str | None]] = [(piece.start, piece, None) for piece in pieces]
    ordered = sorted([*cues, *placed], key=lambda entry: (entry[0], entry[1] is None))
    return [(piece, cue) for _, piece, cue in ordered]
