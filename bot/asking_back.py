"""Whether words answer what we asked back, or begin something new. Pure."""

import re

LONGEST = 40  # characters; who tells more tells something new, which the knowledge reads anyway

_NEW = re.compile(
    r"[?？吗]|怎么|什么|多少|哪|挂.{0,6}号|预约|提醒|转人工|人工|护士|取消|退出|停一?下|算了|不问了|你好|谢谢|再见|能不能|可不可以|练习"
)
_TELLS = re.compile(
    r"岁|个月|大人|成人|成年|孩子|宝宝|小孩|娃|老人|怀孕|没怀|孕|哺乳|喂奶|没有|都没|慢性病|高血压|糖尿病|在吃|没吃|没在|不吃|过敏"
    r"|直接说|不方便|[一二两三四五六七八九十几半\d]+\s*(?:天|周|年|小时|个?星期|个?礼拜)|刚|昨|今天|我自己|本人|男|女|妈|爸|爷|奶|老公|老婆|^(?:没|无|不是|是|对|嗯|有)"
)


def answers_it(text: str) -> bool:
    """Whether the words tell of whom and how long, and ask for nothing."""
    return len(text) <= LONGEST and not _NEW.search(text) and _TELLS.search(text) is not None


def told_with(question: str, text: str) -> str:
    """The question with what was told, as one question."""
    return f"{question.rstrip('。？?！! ')}（{text.strip('。')}）？"
