"""Which examinations and tests a sentence orders from the test desk."""

import re
from collections.abc import Iterator, Mapping

from cases.catalogue import catalogue
from cases.lexicon import lexicon
from cases.model import Script
from cases.words import Said

_NEAR = 12  # characters between the verb and the name of the test
_TRAILING = re.compile(r"[不没]$")  # 吃药起疹子不 asks
_PLACE = re.compile(r"[身脸手头腿背脚嘴]上")  # holds no 上 as in 上监护
_ULTRASOUND = re.compile("b超|彩超|超声")
_BARE = 0.6  # share of a short sentence that the name must fill when there is no verb


def ordered(script: Script, said: Said) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Ids of the investigations ordered, of the case or of the catalogue, and the parts of the sentence that did."""
    found: list[str] = []
    parts: list[tuple[int, int]] = []
    for start, end in said.parts():
        part = said.plain[start:end]
        if not _may_order(part, said.asks):
            continue
        named = dict(_named(script, part)) or _ultrasound(part)
        wanted = [item for item, span in named.items() if _wants(part, span, said.asks, bool(parts))]
        if wanted:
            found += _widest(named, wanted)
            parts.append((start, end))
    return tuple(dict.fromkeys(found)), tuple(parts)


def _may_order(part: str, asks: bool) -> bool:
    """Cheaply, before every name is tried."""
    if lexicon()["past_talk"].search(part) or _tells(part):
        return False
    if _TRAILING.search(part):
        return False
    return lexicon()["offer"].search(part) is not None or not (asks or lexicon()["question"].search(part))


def unknown(said: Said) -> bool:
    """Whether it orders something that sounds like a test and is none of ours."""
    return any(
        _is_order(said.plain[start:end]) and lexicon()["names_test"].search(said.plain[start:end]) is not None
        for start, end in said.parts()
    )


def names_test(script: Script, words: str) -> bool:
    """Whether the words name a test of this case or of the catalogue."""
    return any(True for _ in _named(script, words))


def _named(script: Script, part: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each investigation named, with the longest stretch that names it; the case's own come first."""
    own = {each.id: each.cues for each in script.investigations}
    shared = {name: test.cues for name, test in catalogue().investigations.items() if name not in own}
    for name, cues in (own | shared).items():
        spans = [match.span() for cue in cues for match in cue.finditer(part) if match.group() and not _fasting(match)]
        if spans:
            yield name, max(spans, key=lambda span: span[1] - span[0])


def _fasting(match: re.Match[str]) -> bool:
    """查空腹血糖 is not 查…腹."""
    return match.group().endswith("空腹")


def _ultrasound(part: str) -> dict[str, tuple[int, int]]:
    """做个B超, without saying of what, is of the belly; its result says so."""
    found = _ULTRASOUND.search(part)
    return {"abdominal_us": found.span()} if found else {}


def _widest(named: Mapping[str, tuple[int, int]], wanted: list[str]) -> list[str]:
    """心脏彩超 is not also 彩超; 肝肾功 are two tests on one stretch."""
    return [
        item
        for item in wanted
        if not any(
            (start <= named[item][0] and named[item][1] <= end) and (start, end) != named[item]
            for start, end in named.values()
        )
    ]


def _wants(part: str, span: tuple[int, int], asks: bool, goes_on: bool) -> bool:
    """A verb beside the name, or the bare name."""
    if lexicon()["offer"].search(part) and _verb_beside(part, span):
        return True
    if asks or lexicon()["question"].search(part):
        return False
    bare = lexicon()["politeness"].sub("", part)
    named = part[slice(*span)]
    return (
        _verb_beside(part, span)
        or (len(bare) <= 12 and len(named) >= _BARE * len(bare))
        or (goes_on and len(bare) <= 8)
    )


def _tells(part: str) -> bool:
    """It speaks of a result, it does not order."""
    return re.search(r"结果|显示|提示|报告", part) is not None


def _verb_beside(part: str, span: tuple[int, int]) -> bool:
    start, end = span
    before, after = _PLACE.sub("", part[max(0, start - _NEAR) : start]), part[end : end + 4]
    verb = lexicon()["order"]
    return bool(verb.search(before) or verb.match(part[start:end]) or re.search(r"[查做拍测检开量]", after))


def _is_order(part: str) -> bool:
    if lexicon()["past_talk"].search(part):
        return False
    if lexicon()["offer"].search(part) and lexicon()["order"].search(part):
        return True
    return bool(lexicon()["order"].search(part)) and not lexicon()["question"].search(part)
