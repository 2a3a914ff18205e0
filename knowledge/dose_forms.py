"""By which way a dose form enters the body: eye drops are not told with the tablets of the same name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """Where a form is put."""

    MOUTH = "mouth"
    INJECTION = "injection"
    EYE = "eye"
    EAR = "ear"
    NOSE = "nose"
    LUNG = "lung"
    SKIN = "skin"
    PATCH = "patch"
    VAGINA = "vagina"
    RECTUM = "rectum"
    GUMS = "gums"


_WORDS = (
    (r"滴眼(?:液|剂|药)?|眼药水|眼药膏|眼(?:用)?(?:凝胶|软膏|膏|液)|滴眼", {Route.EYE}),
    (r"滴耳(?:液|剂|药水)?|耳药水", {Route.EAR}),
    (r"滴鼻(?:液|剂)?|鼻喷(?:雾剂|雾|剂)?|喷鼻剂?|鼻用(?:喷雾剂|凝胶)", {Route.NOSE}),
    (r"阴道(?:泡腾|膨胀|缓释|软|用)*(?:片|栓|凝胶|胶囊|乳膏)", {Route.VAGINA}),
    (r"口腔贴[片膜]|粘贴片|含漱[液剂]|漱口[水液]|口腔(?:软膏|凝胶|糊剂)", {Route.GUMS}),
    (
        r"雾化(?:吸入)?(?:用)?(?:混悬液|溶液|液)?|吸入(?:用)?(?:气雾剂|粉雾剂|喷雾剂|溶液|剂)?|粉雾剂|粉吸入剂",
        {Route.LUNG},
    ),
    (r"气雾剂", {Route.LUNG, Route.SKIN}),
    (r"喷雾剂|喷剂", {Route.LUNG, Route.SKIN, Route.NOSE}),
    (r"透皮贴[剂片]?|(?:凝胶)?贴[膏剂片]|凝胶膏|巴布膏|止痛贴|贴(?!着|心|现|身)", {Route.PATCH}),
    (r"混悬凝胶|煎膏", {Route.MOUTH}),
    (r"(?:氯化钠|葡萄糖)?注射[液剂]|(?:长效|皮下)注射液|注射用|粉针|针剂?(?!对|灸|眼|管|头)|笔芯", {Route.INJECTION}),
    (r"栓剂?(?!塞|子)", {Route.RECTUM, Route.VAGINA}),
    (r"灌肠[液剂]", {Route.RECTUM}),
    (r"乳膏|软膏|药膏|乳胶剂|凝胶|霜|搽剂|涂剂|洗剂|酊剂?|泡沫剂", {Route.SKIN}),
    (
        r"(?:缓释|控释|肠溶|分散|咀嚼|泡腾|口崩|口腔崩解|舌下|软|含|薄膜衣)*(?:片(?!面|刻|段)|胶囊|胶丸|颗粒)"
        r"|口服(?:混悬|溶)?液|糖浆|(?:干)?混悬[剂液]|冲剂|(?:滴|蜜|浓缩)?丸|散剂|合剂|滴剂|乳剂",
        {Route.MOUTH},
    ),
)
"""How people and labels name forms; the first that fits counts. What may be drunk or put on (溶液) is no clue."""
_FORM = re.compile("[ 的]?(?:" + "|".join(f"(?P<w{number}>{one})" for number, (one, _) in enumerate(_WORDS)) + ")")
_AHEAD = re.compile(r"(?P<injection>注射用)|(?P<lung>吸入用)|(?P<skin>外用)|(?P<other>复方|左旋|右旋|去甲|双氢)")
"""What stands before a name: a form, or what makes it another drug by any route."""
_LONGEST_AHEAD = 3


@dataclass(frozen=True, slots=True)
class FormWord:
    """A dose form named beside a drug's name."""

    start: int
    end: int
    routes: frozenset[Route]


def form_beside(text: str, start: int, end: int) -> FormWord | None:
    """What is said of the form right before and after the name that stands at start–end, with the whole stretch."""
    after = _FORM.match(text, end)
    words = _AHEAD.finditer(text, max(0, start - _LONGEST_AHEAD), start)
    ahead = next((word for word in words if word.end() == start), None)
    routes = _routes_of(after) if after else frozenset(Route)
    if ahead is not None:
        routes &= {route for route in Route if route == ahead.lastgroup}
    if after is None and ahead is None:
        return None
    return FormWord(ahead.start() if ahead else start, after.end() if after else end, routes)


def without_form(name: str) -> str:
    """A product's name without its dose form: 奥美拉唑肠溶胶囊 is 奥美拉唑. A name that is all form stays."""
    ahead = re.match("注射用|吸入用|外用", name)
    start = ahead.end() if ahead else 0
    ends = (at for at in range(start + 1, len(name)) if (form := _FORM.match(name, at)) and form.end() == len(name))
    return name[start : next(ends, len(name))]


def routes_in(texts: Iterable[str]) -> frozenset[Route]:
    """All ways that the form words in these texts stand for."""
    return frozenset(route for text in texts for word in _FORM.finditer(text) for route in _routes_of(word))


def _routes_of(word: re.Match[str]) -> frozenset[Route]:
    return frozenset(_WORDS[int((word.lastgroup or "w0")[1:])][1])
