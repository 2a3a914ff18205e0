"""Who a complaint is about, as far as its words tell: age band, sex, pregnancy."""

import re
from dataclasses import dataclass

from knowledge.text import normalise

_CHILD = re.compile(
    r"孩子|小孩|宝宝|宝贝|娃|婴儿|幼儿|新生儿|儿童|小朋友|我家老[大二三]|幼儿园|小学生"
    r"|(?<!大)(?<!二)(?:儿子|女儿|闺女|孙子|孙女)|[\d一二三四五六七八九十两]\s*个?月(?:大|.{0,6}(?:牙|翻身|辅食|断奶|说话|走路|会坐|会爬))|(?<!\d)(?:1[0-3]|\d)\s*岁(?!以)|[一二三四五六七八九十两]岁(?!以)"
)
_GROWN = re.compile(r"(?<!\d)(?:1[89]|[2-9]\d)\s*岁|[二三四五六七八九]十[一二三四五六七八九]?岁|大学|工作|结婚")
_PREGNANT = re.compile(r"怀孕|孕妇|孕期|孕\d+\s*周|怀了|有喜|身孕|孕早期|孕晚期|孕中期|产检|\d+周了.{0,4}胎")
_NOT_PREGNANT = re.compile(r"没怀孕|没有怀孕|未怀孕|备孕|怀不上|不是怀孕|排除怀孕")
_FEMALE = re.compile(
    r"女士|女性|女孩|妈妈|我妈|母亲|奶奶|外婆|姥姥|老婆|妻子|媳妇|姐姐|妹妹|阿姨|月经|例假|大姨妈|白带|女儿"
)
_MALE = re.compile(r"男士|男性|男孩|爸爸|我爸|父亲|爷爷|外公|姥爷|老公|丈夫|哥哥|弟弟|叔叔|包皮|睾丸|阳痿|早泄|儿子")
_COMPLAINT = re.compile(r"疼|痛|烧|咳|吐|泻|拉|疹|痒|肿|血|难受|不舒服|不吃|哭闹|病|挂|看|抽|起|喘|晕")


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the words say about the person; unknown is False everywhere."""

    child: bool = False
    pregnant: bool = False
    female: bool = False
    male: bool = False
    complains: bool = False
    """Some word of illness or of seeking a doctor occurs."""

    def fits(self, audience: str) -> float:
        """How well a department for this audience suits the person: 1 fully, 0 not at all."""
        if audience == "female":
            return 0.0 if self.male and not self.female else 1.0
        if audience == "male":
            return 0.0 if self.female and not self.male else 1.0
        if self.child:
            return 0.6
        return 0.7 if self.pregnant else 1.0


def read_visitor(text: str) -> Visitor:
    """Read age band, sex and pregnancy from a complaint."""
    plain = normalise(text)
    pregnant = bool(_PREGNANT.search(plain)) and not _NOT_PREGNANT.search(plain)
    return Visitor(
        child=bool(_CHILD.search(plain)) and not _GROWN.search(plain) and not pregnant,
        pregnant=pregnant,
        female=pregnant or bool(_FEMALE.search(plain)),
        male=bool(_MALE.search(plain)),
        complains=bool(_COMPLAINT.search(plain)),
    )
