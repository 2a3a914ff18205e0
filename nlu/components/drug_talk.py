"""Does a sentence talk about medicine at this place? Short names and bold guesses count only where it does."""

from __future__ import annotations

import re

_MARKS = "、；，。？！：,.?!: \n“”\"'（(《）)》;/+"
# What stands directly before and after a medicine's name in people's sentences.
BEFORE = frozenset(
    _MARKS + "吃服用喝打药和跟与同加开买了换把是叫给问查在过或的片种着有到说要再停盒颗粒抹涂擦含抓瓶支对下个"
)
AFTER = frozenset(
    _MARKS
    + "片胶颗口注缓怎能可要会有和跟与同吃的多饭是一及还吗用饮喝孕哺放什存了在忘漏早晚每对副贵治疗效都也加就饱降"
    + "咋如主禁保价哪适需该应两几这那呢啊不类过软滴隔含挺打"
)
_SENTENCE = re.compile(
    r"药|多少钱|一盒|查一下|治什么|医生|大夫|管用|换成|提醒|怀孕|孕妇|服用|副作用|不良反应|胶囊|颗粒|冲剂|口服|片|饭[前后]|[吃喝打停漏忘开买]|剂量|用量|用法|一天几|一次几|说明书|禁忌|适应症|功效|过期"
)
_AFTER_SURELY = re.compile(
    r"(?:缓释|控释|分散|肠溶|咀嚼|含|薄膜衣)?片|胶囊|颗粒|口服|注射|滴|软膏|乳膏|糖浆|冲剂|喷雾|栓"
    r"|怎么[吃服用喝打]|咋[吃用]|如何[吃服用]|[一每]?[天日次][吃服]?[几多]|[吃服用]多|副作用|不良反应|禁忌|说明|多少钱"
    r"|[能可][以不]?[能可]?[以]?[跟和与]|[和跟与].{1,8}(?:一起|同时|能)|(?:饭|餐|空腹|睡)[前后]|过期|过敏|吃完|吃了|是治|治什么|是什么药|管什么"
)
_BEFORE_SURELY = re.compile(
    r"(?:[吃服喝停换打开买]了?点?|服用了?|[漏忘]了?|忘记吃|(?:提醒|叫|喊)我[吃服用]|在[吃用]|[一两三几半0-9][片粒颗盒袋支瓶]|涂|抹|(?<=药)[叫是]?|对)$"
)
_REACH = 10


def about_medicine(text: str) -> bool:
    """Whether the sentence anywhere speaks of taking or of medicine."""
    return _SENTENCE.search(text) is not None


def fits(text: str, start: int, end: int) -> bool:
    """Whether both neighbours may stand beside a medicine's name."""
    return (start == 0 or text[start - 1] in BEFORE) and (end == len(text) or text[end] in AFTER)


def surely(text: str, start: int, end: int) -> bool:
    """Whether what comes directly before or after is said of medicines and hardly of anything else."""
    return (
        _AFTER_SURELY.match(text, end) is not None
        or _BEFORE_SURELY.search(text[max(0, start - _REACH) : start]) is not None
    )
