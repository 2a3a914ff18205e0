"""Whether words answer what we asked back, or begin something new. Pure."""

import re

from knowledge.visitor import read_visitor

LONGEST = 40  # characters; who tells more tells something new, which the knowledge reads anyway

_NEW = re.compile(
    r"[?？吗]|怎么|什么|多少|哪|挂.{0,6}号|预约|提醒|转人工|人工|护士|取消|退出|停一?下|算了|不问了|你好|谢谢|再见|能不能|可不可以|练习"
)
_TELLS = re.compile(
    r"岁|个月|大人|成人|成年|孩子|宝宝|小孩|娃|老人|怀孕|没怀|孕|哺乳|喂奶|没有|都没|慢性病|高血压|糖尿病|在吃|没吃|没在|不吃|过敏"
    r"|[一二两三四五六七八九十几半\d]+\s*(?:天|周|年|小时|个?星期|个?礼拜)|刚|昨|今天|我自己|本人|男|女|妈|爸|爷|奶|老公|老婆|^(?:没|无|不是|是|对|嗯|有)"
)
_INSISTS = re.compile(
    r"(?:不想|不愿意?|不方便|懒得|不用)(?:再)?(?:说|讲|回?答)|(?:别|不要|少|不用)(?:再|老是?)?问|直接(?:说|讲|回答|告诉)"
    r"|都说[了过]|说[了过](?:多少|好几|几)(?:遍|次)|(?:快|先)点?(?:说|告诉我)"
)
_ARRANGES = re.compile(r"挂|预约|提醒|人工|护士|取消|退出|练习|不问了")
_CLAUSES = re.compile(r"[，,。；;！!\s]+")
_SAYS_NOTHING = re.compile(
    r"^(?:都|也)?(?:没有?|无|不是|是的?|对|嗯)(?:的|了|啊|呢)?$|没怀|(?:没有?|无)(?:怀孕|哺乳|慢性病|基础病|老毛病|别的|这些)"
    r"|没在?(?:吃|用)|不吃别的|别的药|慢性病|^给?(?:孩子|宝宝|小孩|娃|老人|大人)(?:问的)?$|^是?(?:怀孕了?|在?喂奶|哺乳期?)$"
)
_NURSES = re.compile(r"(?<!没)(?<!没有)(?<!不)(?:哺乳|喂奶|喂母乳|奶孩子)")
_NAMED = {
    "孩子": re.compile("孩|宝宝|宝贝|娃|儿童|儿子|女儿|闺女|婴|孙"),
    "孕妇": re.compile("孕"),
    "哺乳期": re.compile("哺乳|喂奶|母乳"),
}


def answers_it(text: str) -> bool:
    """Whether the words tell of whom and how long and ask for nothing, or want an answer without more questions."""
    if len(text) > LONGEST:
        return False
    if _INSISTS.search(text):
        return _ARRANGES.search(text) is None
    return not _NEW.search(text) and _TELLS.search(text) is not None


def told_with(question: str, text: str) -> str:
    """The question with what was told, as one question that the passages are searched with.

    For whom comes first: that decides which passage answers. What is denied would only lead the search away from what
    was asked; the notes know it.
    """
    who, bare = _who(text), question.rstrip("。？?！! ")
    lead = who if who and not _NAMED[who].search(bare) else ""
    tells = "" if _INSISTS.search(text) else "，".join(filter(_tells_more, _CLAUSES.split(text)))
    return f"{lead}{bare}（{tells}）？" if tells else f"{lead}{bare}？"


def _who(text: str) -> str:
    visitor = read_visitor(text)
    if visitor.pregnant:
        return "孕妇"
    return "哺乳期" if _NURSES.search(text) else "孩子" if visitor.child else ""


def _tells_more(clause: str) -> bool:
    return bool(clause) and not _SAYS_NOTHING.search(clause)
