"""Marks of the ending: diagnosis, what else was thought of, reasons, plan, handover, and the changed fact."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cases.ending import Ending
from cases.model import Case, Counter, Diagnosis, Differential, Keyword
from cases.scoring.sheet import CONCLUSION, HANDOVER, Group, Mark, Noticed, Verdict
from cases.scoring.statements import LONGEST, QUOTE, named, plain, shown

RIGHT, PARTLY = 8, 4
"""Points for the diagnosis."""
MOST_DIFFERENTIALS: Final = 3
"""Illnesses that had to be thought of; one point each."""
MOST_BESIDE: Final = 5
"""Other illnesses that may stand with the right one, such as high blood pressure, before it is a list of guesses."""
_GUESSES = re.compile(r"[，,、；;。\n]|(?<![A-Za-z])/|或者?|还是|\+|＋")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_NOT_MEANT = re.compile(r"排除|除外|不是|不考虑|不支持|可能性(?:较?小|不大|低)|不像|并非|没有|待排|否认")


def verdict_of(case: Case, ending: Ending) -> Verdict:
    """The diagnosis held against the truth."""
    known = case.key.diagnosis
    said = ending.diagnosis.strip()
    return Verdict(said[:QUOTE], diagnosis_points(known, case.key.differentials, said) == RIGHT, known.truth)


def conclusion_marks(case: Case, ending: Ending) -> Iterator[Mark]:
    """Diagnosis, differentials, reasons and plan."""
    key, said = case.key, ending.diagnosis.strip()
    points = diagnosis_points(key.diagnosis, key.differentials, said)
    yield _mark("diagnosis", Group.DIAGNOSIS, "诊断", points, RIGHT, said, f"参考诊断：{key.diagnosis.truth}。")
    yield _differentials(key.differentials, ending)
    for at, each in enumerate(key.reasons):
        yield _point(f"reason_{at}", Group.REASONS, each, f"{ending.reasons}\n{ending.differentials}")
    for at, each in enumerate(key.plan):
        yield _point(f"plan_{at}", Group.PLAN, each, ending.plan)


def handover_marks(case: Case, ending: Ending) -> Iterator[Mark]:
    """The four parts of the SBAR handover."""
    for part in ("situation", "background", "assessment", "recommendation"):
        keywords: Sequence[Keyword] = getattr(case.key.sbar, part)
        for at, each in enumerate(keywords):
            reported = part != "recommendation"
            yield _point(f"sbar_{part}_{at}", Group.HANDOVER, each, getattr(ending.sbar, part), HANDOVER, reported)


def noticed(counter: Counter, ending: Ending) -> Noticed:
    """Whether the one changed fact came through to what the learner concludes."""
    return Noticed(counter.label, _sentence_of(counter, ending) is not None, counter.why)


def counter_mark(counter: Counter, ending: Ending) -> Mark:
    """The mark for having noticed the changed fact."""
    sentence = _sentence_of(counter, ending)
    points = counter.points if sentence else 0
    label = f"注意到：{counter.label}"
    return _mark("counter", Group.COUNTER, label, points, counter.points, sentence or "", counter.why)


def _sentence_of(counter: Counter, ending: Ending) -> str | None:
    sbar = ending.sbar
    handed = (sbar.situation, sbar.background, sbar.assessment, sbar.recommendation)
    text = "\n".join((ending.reasons, ending.differentials, ending.plan, *handed))
    return shown(Keyword(counter.label, counter.any, counter.points), text)


def diagnosis_points(known: Diagnosis, rivals: Sequence[Differential], said: str) -> int:
    """Points for the words of a diagnosis; what is ruled out does not count.

    A list of guesses is no diagnosis: no rival may stand before the right one, and one at most after it.
    """
    guesses = [each for each in _named_in(said) if not _NOT_MEANT.search(each)]
    right = [at for at, each in enumerate(guesses) if _accepted(known, each)]
    partly = [at for at, each in enumerate(guesses) if named(known.partly, each)]
    if not right:
        return PARTLY if partly else 0
    against = [at for at, each in enumerate(guesses) if at not in right and _is_rival(rivals, each)]
    beside = len(guesses) - len({*right, *partly, *against})
    committed = len(against) <= 1 and min(against, default=right[0]) >= right[0] and beside <= MOST_BESIDE
    return RIGHT if committed else PARTLY


def _named_in(said: str) -> list[str]:
    """The illnesses of a diagnosis, one by one; a comma in brackets does not part them."""
    whole = _ASIDE.sub(lambda aside: _GUESSES.sub(" ", aside.group()), said[:LONGEST])
    return [each for each in _GUESSES.split(whole) if each.strip()]


def _is_rival(rivals: Sequence[Differential], guess: str) -> bool:
    return any(named((rival.name, *rival.accepted), guess) for rival in rivals)


def _accepted(known: Diagnosis, guess: str) -> bool:
    """非ST段抬高型心肌梗死 holds 心肌梗死, yet it is another illness: the longer name counts."""
    fitting = [word for word in (*known.accepted, *known.partly) if named((word,), guess)]
    if not any(word in known.accepted for word in fitting):
        return False
    longest = max(fitting, key=lambda word: len(plain(word)))
    return longest in known.accepted or not any(plain(word) in plain(longest) for word in known.accepted)


def _differentials(known: Sequence[Differential], ending: Ending) -> Mark:
    text = "；".join((ending.diagnosis, ending.differentials, ending.reasons))
    thought = [each.name for each in known if named((each.name, *each.accepted), text)]
    most = min(MOST_DIFFERENTIALS, len(known))
    why = "；".join(
        f"{each.name}（支持：{'、'.join(each.supports)}；不支持：{'、'.join(each.against)}）" for each in known
    )
    return _mark(
        "differentials", Group.DIFFERENTIALS, "鉴别诊断", min(most, len(thought)), most, "、".join(thought), why
    )


def _point(
    item: str, group: Group, keyword: Keyword, text: str, part: str = CONCLUSION, reported: bool = False
) -> Mark:
    sentence = shown(keyword, text, reported=reported)
    why = f"要点：{keyword.label}。可以这样写：{'、'.join(keyword.any[:3])}。"
    points = keyword.points if sentence else 0
    return _mark(item, group, keyword.label, points, keyword.points, sentence or "", why, part)


def _mark(
    item: str, group: Group, label: str, points: int, most: int, quote: str, why: str, part: str = CONCLUSION
) -> Mark:
    return Mark(item, part, label, points, most, points > 0, False, quote[:QUOTE] or None, None, why, group)
