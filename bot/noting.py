"""Reading notes from a person's words, by rules: who it is about, age, pregnancy, allergies, illnesses, drugs taken.

Only what is plainly said is noted; what is denied, asked or feared is not.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.notes import SELF, About, Notes, merged

_WHO = {
    "孩子": r"孩子|宝宝|宝贝|小孩|[女男]?娃|婴儿|(?<!孙)(?:儿子|女儿|闺女)|孙[子女]|小朋友",
    "妈妈": r"妈妈?|母亲|老娘",
    "爸爸": r"爸爸?|父亲|老爹",
    "爷爷": r"爷爷|外公|姥爷|公公",
    "奶奶": r"奶奶|外婆|姥姥|婆婆",
    "爱人": r"老公|老婆|丈夫|妻子|媳妇|爱人|老伴|对象",
}
_BY_OTHERS = (
    r"(?!让我|叫我|劝我|说我|给我|带我|陪我|非?要我|[^，,]{0,2}(?:照顾|陪着)我)"  # 我妈让我喝姜汤 is not about her
)
_NAMED = {who: re.compile(f"(?:{words}){_BY_OTHERS}") for who, words in _WHO.items()}
_GROWN = re.compile(r"^(?:是|给)?(?:大人|成年人|老人)")
_SELF = re.compile(r"我(?!们?家|妈|爸|爷|奶|外|姥|老|儿|女|孙|孩|宝|娃|爱人|对象|媳|丈|妻|母|父|公|婆)|本人|自己")
_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_YEARS = re.compile(
    rf"((?:{_NUMBER}(?:个月|周?岁)?[到至])?{_NUMBER})\s*周?岁(半)?((?:以[上下]|多)(?=$))?(?!以[上下内前后])"
)
_MONTHS = re.compile(
    rf"((?:不[到满足]|未满|快)?{_NUMBER})\s*个多?月(?:大|龄|的?(?:宝|孩|娃|婴))"
    rf"|(?:宝宝|孩子|娃|儿子|女儿|孙子|孙女)\D{{0,3}}?((?:不[到满足]|未满|快)?{_NUMBER})\s*个月(?!前|以前|没)"
)
_BANDS = {"成人": re.compile(r"^大人|是大人|成年人"), "老人": re.compile(r"^老人|是老人|老年人")}
_STATES = {
    "怀孕": re.compile(
        r"(?<!没)(?<!没有)(?<!未)(?<!不)(?<!备)(?:怀孕|怀着|有孕|孕期|孕\d|怀了|我是孕妇|孕早期|孕晚期|孕中期)(?!测|了?吗|了?没)"
    ),
    "哺乳": re.compile(r"(?<!没)(?<!没有)(?<!不)(?:哺乳期?|喂奶|母乳喂养|在喂母乳|奶孩子)(?!吗)"),
}
_NOT_EXPECTING = re.compile(r"(?:没有?|未|不是)怀孕|没怀|不是孕妇|断奶了|不喂奶")
_ALLERGIC = re.compile(r"(?<!不)(?<!没)(?<!没有)过敏(?!吗|么|性|药|科|原|试验|测)")
_ALLERGENS = re.compile(
    r"青霉素|头孢|磺胺|阿司匹林|海鲜|虾|螃?蟹|鸡蛋|牛奶|花生|花粉|芒果|酒精|碘|乳胶|尘螨|大豆|小麦|坚果"
)
_ILLNESS = re.compile(
    r"高血压|糖尿病|冠心病|心力?衰竭?|房颤|哮喘|慢阻肺|肾功能不[好全]|肾衰竭?|透析|肝硬化|乙肝|肝功能不[好全]|胃溃疡|胃出血|甲亢|甲减"
    r"|痛风|癫痫|青光眼|前列腺增生|抑郁症|焦虑症|脑梗死?|脑出血|心梗|支架|蚕豆病|高血脂|帕金森|类风湿|红斑狼疮|重症肌无力|[胃肺肝肠乳]腺?癌"
)
_HAS = re.compile(r"有|得过?|患|查出|确诊|做过|装过|放过|是个?$|老?毛病|一直|多年|我是|诊断")
_HAS_SINCE = re.compile(r"^(?:患者|病人|病史|[一二两三四五六七八九十\d]+多?年|好几年|多年|老病号|史)")
_WHOSE = tuple(re.compile(f"(?:{words})$") for words in _WHO.values())  # 我妈糖尿病
_DENIED = re.compile(r"没有?|无|不是|否认|是不是|会不会|怕|担心|预防|有没有|吗|会得|怀疑|排除")
_TAKES = re.compile(
    r"(?:在|正|一直|长期|每天|天天|平时|最近|现在|目前|常年|还)(?:都|在|要)?(?:吃|服|用|打|喝)|(?:吃|服|用|打)着|常吃|服用中"
)
_ASKS = re.compile(
    r"能不能|可不可以|可以.{0,6}[吗么]|能.{0,8}[吗么]|该不该|要不要|想(?:吃|用|买)|怎么[吃用]|没(?:有)?在?[吃用]|不[吃用]"
)
_CLAUSES = re.compile(r"[，,。；;！!\n]")


@dataclass(frozen=True, slots=True)
class Noting:
    """Learns from words."""

    drugs_named: Callable[[str], Sequence[str]]
    """Names of the drugs in a text."""
    complaints_told: Callable[[str], Mapping[str, str]]
    """Complaints in a text: a key for each, and the words used."""

    def learn(self, notes: Notes, text: str, at: datetime) -> Notes:
        """The notes after a person's words."""
        notes = self._about_people(notes, text)
        for key, words in self.complaints_told(text).items():
            notes = notes.with_complaint(key, words, at)
        return notes

    def _about_people(self, notes: Notes, text: str) -> Notes:
        for clause in filter(None, _CLAUSES.split(text)):
            last = notes.people[-1].who if notes.people else SELF
            named = next((one for one, words in _NAMED.items() if words.search(clause)), None)
            who = named or (SELF if _is_about_self(clause, last) else last)
            before = notes.about(who)
            after = self._read(before, clause)
            if named or after != before:  # who is named is spoken of from now on, even if nothing is told yet
                notes = notes.with_person(after)
        return notes

    def _read(self, about: About, clause: str) -> About:
        return replace(
            about,
            age=_age(clause) or about.age,
            state=_state(clause, about.state),
            allergies=merged(about.allergies, self._allergies(clause)),
            illnesses=merged(about.illnesses, tuple(_illnesses(clause))),
            drugs=merged(about.drugs, self._taken(clause)),
        )

    def _allergies(self, clause: str) -> tuple[str, ...]:
        found = _ALLERGIC.search(clause)
        if not found or _DENIED.search(clause):
            return ()
        before = clause[max(0, found.start() - 12) : found.start()]
        return tuple(dict.fromkeys((*self.drugs_named(before), *_ALLERGENS.findall(before))))

    def _taken(self, clause: str) -> tuple[str, ...]:
        if not _TAKES.search(clause) or _ASKS.search(clause):
            return ()
        return tuple(self.drugs_named(clause))


def _is_about_self(clause: str, last: str) -> bool:
    no_child = _GROWN.search(clause) or _state(clause, "")
    return _SELF.search(clause) is not None or (last == "孩子" and bool(no_child))


def _age(clause: str) -> str:
    if years := _YEARS.search(clause):
        return f"{years[1]}岁{years[2] or ''}{years[3] or ''}"
    if months := _MONTHS.search(clause):
        return f"{months[1] or months[2]}个月"
    return next((age for age, words in _BANDS.items() if words.search(clause)), "")


def _state(clause: str, before: str) -> str:
    if _NOT_EXPECTING.search(clause):
        return ""
    return next((state for state, words in _STATES.items() if words.search(clause)), before)


def _illnesses(clause: str) -> Iterator[str]:
    for found in _ILLNESS.finditer(clause):
        before, after = clause[: found.start()], clause[found.end() :]
        has = _HAS.search(before) or _HAS_SINCE.match(after) or any(one.search(before[-3:]) for one in _WHOSE)
        if has and not _DENIED.search(clause):
            yield found[0]
