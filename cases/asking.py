"""Which history items a sentence asks for: cues, the longest stretch wins; then likeness to questions we know.

All items of the catalogue take part, also those the case does not have: what they win is `elsewhere`, so that a
question about something the case is silent on never brings a neighbour's fact to light.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cases.ears import OF_WHAT, Ears, ears, general, kin, topics
from cases.following import follow_up, followed
from cases.lexicon import lexicon
from cases.model import Script
from cases.words import Said

SAME = 0.93  # likeness from which a question counts as one we know, whatever the cues say
ALIKE = 0.50  # likeness from which a question without a cue is understood; both chosen on our development questions
DIM, ALONE = 0.40, 0.15  # what is less alike is understood if nothing else is nearly as much so
CLEAR, FAR = 0.72, 0.20  # likeness from which, and by how much more, a question overrules the cues
AHEAD = 0.04  # and by how much more than any other item's

_SUMMARIES = frozenset(("chronic_diseases", "family_history"))  # not meant once any one illness is named
_OTHERS = ("family", "social")  # sections a question about the family may ask for
_AT_HOME = frozenset(("contact", "confusion", "suicide_plan", "suicide_means"))  # may name the family and mean himself
_HABITS = frozenset(("smoking", "alcohol"))  # his own, not his wife's: 你老婆抽烟吗 is not answered by them
_RELATIVE = re.compile(
    r"(?:女儿|闺女|儿子|老婆|老公|爱人|丈夫|妻子|媳妇|老伴|父亲|母亲|爸|妈|爹|兄弟|哥|弟|姐妹?|同事|家里?人|家里(?:有没有|有)(?:别?人|谁)?)"
    r".{0,4}(?:抽|吸|喝|饮|戒)"
)
_NAMES = 8  # characters of a part that may be just names
_ASKING = re.compile(r"[吗呢么没不]|什么|哪|几|多少|怎么|[吃用打输服]")
_ASIDE = re.compile(
    r"线索|术语|打个?赌|我猜|谜|箭头|环境变量|(?:哪些|什么|几个)系统|长得(?:很|真|挺)?(?:好看|漂亮|帅|丑|美)"
    r"|(?:该|应该|应当)(?:给(?:您|你))?(?:用|吃|开|打)(?:什么|哪种|哪些)药|哪些?结果|结果.{0,3}(?:高|低)的"
)  # said of the talk or of medicine, never asked of what he has lived through


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a sentence that asks for an item."""

    start: int
    end: int
    item: str
    special: bool = False  # by a cue that the case's author wrote

    def inside(self, other: "Hit") -> bool:
        """深呼吸会加重吗 asks for one thing, not also for 呼吸 and 加重."""
        mine, its = (self.start, self.end), (other.start, other.end)
        return mine != its and its[0] <= mine[0] and mine[1] <= its[1]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one sentence asks for."""

    items: tuple[str, ...] = ()  # of the case
    elsewhere: tuple[str, ...] = ()  # of the catalogue, not of the case
    complaint: bool = False  # names the complaint itself, of which the case has no item of its own


def asked(script: Script, said: Said, before: Sequence[str] = ()) -> Asked:
    """The items a sentence asks for. `before`: items asked for in the last turn."""
    if _ASIDE.search(said.plain):
        return Asked()
    known = ears(script)
    found = _asked(script, known, said, before)
    return _without_habits(found) if _RELATIVE.search(said.plain) else found


def _asked(script: Script, known: Ears, said: Said, before: Sequence[str]) -> Asked:
    if same := _same(known, said):
        again = followed(script, same, said.plain, before)
        return Asked((again,)) if again else _sorted_out(known, same)
    hits = _competing(known, said)
    if hits and before and (again := followed(script, [hit.item for hit in hits], said.plain, before)):
        return Asked((again,))
    if not hits and before and (again := follow_up(script, said.plain, before)):
        return Asked((again,))
    named = [item for start, end in said.parts() for item in _of_part(known, said.plain[start:end], start, end, hits)]
    named += [item for part in _unheard_parts(said, hits) if (item := _likest(known, part, bool(hits)))]
    return _sorted_out(known, named)


def _without_habits(found: Asked) -> Asked:
    items, elsewhere = (tuple(item for item in each if item not in _HABITS) for each in (found.items, found.elsewhere))
    return Asked(items, elsewhere, found.complaint)


def _of_part(known: Ears, words: str, start: int, end: int, hits: Iterable[Hit]) -> list[str]:
    """What the cues hear in one part, or what it is far more like, whatever they say."""
    inside = sorted((hit for hit in hits if start <= hit.start < end), key=lambda hit: (hit.start, hit.item))
    named = [hit.item for hit in inside]
    if not named or len(words) < 4 or any(hit.special for hit in inside):
        return named
    nearest = _nearest(known, words)
    best, item = nearest[0] if nearest else (0.0, "")
    heard = max((score for score, other in nearest if other in named), default=0.0)
    far = item not in named and best >= CLEAR and best - heard >= FAR
    return [item] if far and _may_overrule(known, words, item, named) else named


def _may_overrule(known: Ears, words: str, item: str, named: Sequence[str]) -> bool:
    """Nothing the case lacks overrules what it has, and nothing about himself a question about the family."""
    if lexicon()["family"].search(words) and known.sections[item] not in _OTHERS:
        return False
    return item in known.own or not any(name in known.own for name in named)


def resolve(script: Script, item: str) -> Asked:
    """One item of the catalogue, as this case has it."""
    return _sorted_out(ears(script), [item])


# -- cues -----------------------------------------------------------------------------------------------------


def _competing(known: Ears, said: Said) -> list[Hit]:
    """The stretches that win. Cues are tried between the pauses first: 高血压、糖尿病 holds no 血尿."""
    hits = [hit for start, end in said.parts() for hit in _part_hits(known, said, start, end)]
    if not hits and said.pauses:
        hits = _part_hits(known, said, 0, len(said.plain))
    if not hits and said.text != said.plain:
        hits = _hits(known, said.text, 0)
    hits = _outside_contexts(said, _without_examples(said, hits))
    hits = _specific(known, hits)
    hits = _authors_first(known, hits)
    hits = [hit for hit in hits if not any(hit.inside(other) for other in hits)]
    hits = _own_first(known, hits)
    return [hit for part in _by_part(said, hits) for hit in _about(known, part)]


def _part_hits(known: Ears, said: Said, start: int, end: int) -> list[Hit]:
    return _hits(known, said.plain[start:end], start)


def _hits(known: Ears, words: str, at: int) -> list[Hit]:
    family = lexicon()["family"].search(words) is not None
    return [
        Hit(at + match.start(), at + match.end(), item, cue in known.special)
        for item, cues in known.cues
        if not family or known.sections[item] in _OTHERS or item in _AT_HOME
        for needed, cue in cues
        if needed is None or not needed.isdisjoint(words)
        for match in cue.finditer(words)
        if match.end() > match.start() and _spoken_of(known, item, words)
    ]


def _spoken_of(known: Ears, item: str, words: str) -> bool:
    """Whether the item may be meant at all: 从哪一天开始 asks for no rash unless he has one."""
    needed = topics().get(item)
    return needed is None or item in known.own or needed.search(words) is not None


def _without_examples(said: Said, hits: list[Hit]) -> list[Hit]:
    """打针吃药出过事吗，头孢、青霉素这些: what is only named after the question is an example of what was asked."""
    names = [
        (start, end)
        for start, end in said.parts()
        if start and end - start <= _NAMES and not _ASKING.search(said.plain[start:end])
    ]
    meant = {hit.item for hit in hits if not any(start <= hit.start < end for start, end in names)}
    return [
        hit
        for hit in hits
        if general().get(hit.item, frozenset()).isdisjoint(meant)
        or not any(start <= hit.start < end for start, end in names)
    ]


def _outside_contexts(said: Said, hits: list[Hit]) -> list[Hit]:
    """疼的时候出汗吗 asks for sweat; the pain only says when."""
    contexts = [
        (start + match.start(), start + match.end())
        for start, end in said.parts()
        for match in lexicon()["context"].finditer(said.plain[start:end])
    ]
    free = [hit for hit in hits if not any(start <= hit.start and hit.end <= end for start, end in contexts)]
    return free or ([] if lexicon()["open"].search(said.plain) else hits)


def _specific(known: Ears, hits: list[Hit]) -> list[Hit]:
    """What is general yields to what is particular on the same stretch, however long its own."""
    return [hit for hit in hits if not any(_yields(known, hit, other) for other in hits)]


def _yields(known: Ears, one: Hit, other: Hit) -> bool:
    apart = one.end <= other.start or other.end <= one.start
    if one.item == other.item or (apart and one.item not in _SUMMARIES):
        return False
    stronger = general().get(one.item, frozenset())
    return other.item in stronger or f"section:{known.sections[other.item]}" in stronger


def _authors_first(known: Ears, hits: list[Hit]) -> list[Hit]:
    """Where the case's author wrote a cue, nothing is meant that the case does not have: 喝凉茶吗 is not 喝茶吗."""
    special = [hit for hit in hits if hit.special]
    return [
        hit
        for hit in hits
        if hit.item in known.own or not any(hit.start < other.end and other.start < hit.end for other in special)
    ]


def _own_first(known: Ears, hits: list[Hit]) -> list[Hit]:
    """On the same stretch the case's own item is meant, not one of the catalogue it does not have."""
    own = [hit for hit in hits if hit.item in known.own]
    return [hit for hit in hits if hit.item in known.own or not any(_same_stretch(hit, other) for other in own)]


def _same_stretch(one: Hit, other: Hit) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _by_part(said: Said, hits: list[Hit]) -> Iterator[list[Hit]]:
    parts = list(said.parts())
    for start, end in parts:
        yield [hit for hit in hits if start <= hit.start < end]


def _about(known: Ears, hits: list[Hit]) -> list[Hit]:
    """抽烟多久了 asks for smoking, not for the onset; 咳嗽多久了 for the onset, if he has come for his cough."""
    about = [hit for hit in hits if hit.item in OF_WHAT]
    topics = [hit for hit in hits if hit.item not in OF_WHAT]
    if not about or not topics:
        return hits
    complaints = [hit for hit in topics if hit.item in known.complaint]
    if complaints:
        return [hit for hit in hits if hit not in complaints or hit.item in known.own]
    return topics


# -- likeness -------------------------------------------------------------------------------------------------


def _same(known: Ears, said: Said) -> list[str]:
    nearest = _nearest(known, said.plain)
    return [item for score, item in nearest if score >= SAME]


def _nearest(known: Ears, words: str) -> list[tuple[float, str]]:
    return sorted((*known.extra.nearest(words), *known.likeness.nearest(words)), key=lambda each: (-each[0], each[1]))


def _unheard_parts(said: Said, hits: list[Hit]) -> Iterator[str]:
    """The parts of a sentence in which no cue fits; the whole sentence if none fits anywhere."""
    if not hits:
        parts = list(said.parts())
        yield said.plain
        if len(parts) > 1:
            yield from (said.plain[start:end] for start, end in parts if end - start >= 3)
        return
    for start, end in said.parts():
        part = said.plain[start:end]
        free = not any(hit.start < end and start < hit.end for hit in hits)
        if free and len(part) >= 4 and lexicon()["question"].search(part):
            yield part


def _likest(known: Ears, words: str, strict: bool) -> str | None:
    nearest = _nearest(known, words)
    if lexicon()["family"].search(words):
        nearest = [each for each in nearest if known.sections[each[1]] in _OTHERS]
    if not nearest:
        return None
    best, item = nearest[0]
    rival = max((score for score, other in nearest if other != item), default=0.0)
    if best >= ALIKE + 0.08 * strict:
        return item if best - rival >= AHEAD or item in known.own else None
    return item if not strict and best >= DIM and best - rival >= ALONE else None


# -- what the case has ------------------------------------------------------------------------------------------


def _sorted_out(known: Ears, named: Iterable[str]) -> Asked:
    items: list[str] = []
    elsewhere: list[str] = []
    complaint = False
    for name in dict.fromkeys(named):
        found = _of_case(known, name)
        if found:
            items += found
        elif name in known.complaint:
            complaint = True
        else:
            elsewhere.append(name)
    return Asked(tuple(dict.fromkeys(items)), tuple(elsewhere), complaint)


def _of_case(known: Ears, name: str) -> list[str]:
    if name in known.own:
        return [name]
    if name in known.stands_for:
        return [known.stands_for[name]]
    near = [other for other in kin().get(name, ()) if other in known.own]
    return near[:3] if name in ("stool_urine", "family_history") else near[:1]
