"""A hint in training: where to look next, in two steps, never what it means."""

from cases.catalogue import catalogue
from cases.encounter import Encounter
from cases.model import Case, ChecklistItem, Manner

NOTHING_LEFT = "该问的、该查的都差不多了，可以小结一下，准备结束问诊。"
_SECTIONS = {
    "present": "现在的症状", "past": "以前得过的病", "drugs": "平时用的药", "allergy": "过敏",
    "family": "家里人的情况", "social": "生活和工作", "ideas": "病人自己的想法和担心",
}  # fmt: skip
_MANNERS = {
    Manner.GREETING: "先问候一下病人，说明您是谁。",
    Manner.INTRODUCTION: "先问候一下病人，说明您是谁。",
    Manner.OPEN: "先用一句开放的话，让病人自己说。",
    Manner.AGENDA: "问问病人还有没有别的想解决的事。",
    Manner.EMPATHY: "病人心里不好受，回应一下他的感受。",
    Manner.SUMMARY: "把您听到的小结给病人听，请他核对。",
    Manner.CLOSING: "告诉病人接下来要做什么。",
}


def hint(case: Case, encounter: Encounter) -> str:
    """The next hint: the area at first, the very item at the next call. Uses nothing a result or the key explains."""
    missing = sorted((each for each in case.key.checklist if not _reached(each, encounter)), key=_weight)
    if not missing:
        return NOTHING_LEFT
    next_one = missing[encounter.hints // 2 % len(missing)]
    plain = _words(case, encounter, next_one, plainly=True)
    told = any(word.lower() in plain.lower() for word in case.key.diagnosis.forbidden)  # 阑尾超声 would be the answer
    return _words(case, encounter, next_one, plainly=False) if told or encounter.hints % 2 == 0 else plain


def _weight(item: ChecklistItem) -> tuple[bool, int]:
    return not item.critical, -item.points


def _reached(item: ChecklistItem, encounter: Encounter) -> bool:
    if item.avoided or item.manner is Manner.PLAIN:
        return True  # nothing to be done
    if item.manner is not None:
        return any(item.manner in turn.manners for turn in encounter.turns)
    return bool(item.asked & encounter.asked or item.told & encounter.disclosed or item.ordered & encounter.ordered)


def _words(case: Case, encounter: Encounter, item: ChecklistItem, *, plainly: bool) -> str:
    if item.manner is not None:
        return _MANNERS[item.manner]
    if item.ordered:
        names = [each.label for each in case.script.investigations if each.id in item.ordered]
        return f"可以做：{names[0]}。" if plainly and names else "想一想：还有没有该做的查体或检查？"
    section, label = _named(case, sorted(item.asked | item.told)[0])
    if item.told & encounter.asked:
        return f"换个时机、换个口气，再问一次“{label}”。" if plainly else "有的话病人还没有说全，再问问看。"
    return f"可以问：{label}。" if plainly else f"还可以问问{_SECTIONS[section]}。"


def _named(case: Case, item_id: str) -> tuple[str, str]:
    """Section and label; a mark may be given for asking what this patient does not know."""
    own = {each.id: (each.section, each.label) for each in case.script.items}
    if item_id in own:
        return own[item_id]
    known = catalogue().items[item_id]
    return known.section, known.label
