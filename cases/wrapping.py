"""Takes off what is wrapped around a question: politeness, reasons, and whom the patient is spoken of as."""

import re

from cases.lexicon import lexicon
from cases.model import Script
from cases.words import Said, joined

_PATIENT = "本人"
_ELDER = re.compile(
    r"(?:您|你|咱)?(?:家)?的?(?:父亲|母亲|爸爸?|妈妈?|老爷子|老太太|老人家?|大爷|大娘|爷爷|奶奶|他老人家)"
    r"(?!们|妈|爸|的?(?:父|母|爸|妈|家里|兄|弟|姐|妹))"
)
_CHILD = re.compile(
    r"(?:您|你|咱)?(?:们)?(?:家)?的?(?:孩子|宝宝|宝贝|小朋友(?!也)|小孩|小家伙|娃娃?|儿子|女儿|闺女|小宝)"
    r"(?!们|他?(?:爸|妈|爹|娘)|的?(?:父|母|爸|妈|爷|奶))"
)
_HOW_MANY = re.compile(r"(?:几|多少|别的|其他|有|没|生|带|同班|班上|周围|一个|哪个|跟|和)(?:个|的|没有|过|了)*$")


def unwrapped(said: Said) -> Said:
    """The question without politeness and reasons; as it was if nothing would be left."""
    parts = [said.plain[start:end] for start, end in said.parts()]
    bare = [kept for part in parts if (kept := _bare(part))]
    return joined(bare, said.asks) if bare and bare != parts else said


def _bare(part: str) -> str:
    kept = lexicon()["wrapping"].sub("", part)
    return kept if len(kept) >= 2 or not lexicon()["question"].search(part) else part


def about_patient(script: Script, said: Said) -> Said:
    """The question as if put to the patient, where it speaks of him by what he is to the one who answers."""
    if script.persona.speaker == _PATIENT:
        return said
    who = _CHILD if script.persona.age < 18 else _ELDER  # years
    return without(said, who)


def as_own(said: Said) -> Said:
    """The question without the relative it is asked of: 您父亲咳嗽吗 is meant for whom the learner takes him."""
    return without(without(said, _ELDER), _CHILD)


def without(said: Said, who: re.Pattern[str]) -> Said:
    """The sentence without the words for a person, unless they are counted or compared: 几个孩子, 别的小朋友."""
    parts = [said.plain[start:end] for start, end in said.parts()]
    bare = [who.sub(lambda found: _unless_counted(found), part) for part in parts]
    kept = [part for part in bare if part]
    return joined(kept, said.asks) if kept and bare != parts else said


def _unless_counted(found: re.Match[str]) -> str:
    return found.group() if _HOW_MANY.search(found.string[: found.start()]) else ""
