"""What a person wants of their medicines, told by their words alone: 暂停三天, 现在能吃布洛芬吗, 还剩20片.

Rasa tells roughly what a sentence is about; which of the things that can be done with a plan is meant stands in the
words. Two tables of patterns, the first that fits counts: a strict one, which may speak wherever medicines are talked
of, and a loose one for sentences that Rasa has already placed.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

LONGEST: Final = 60
"""Characters of a wish about a plan; longer ones are stories."""


class Ask(StrEnum):
    """What is wanted."""

    UNDO = "undo"
    MISSED = "missed"  # what to do about a forgotten dose
    MAY_TAKE = "may_take"  # may a dose be taken now
    STOCK_LEFT = "stock_left"
    STOCK_COUNT = "stock_count"
    FAMILY_END = "family_end"
    FAMILY = "family"
    QUIET = "quiet"
    RESUME = "resume"
    PAUSE = "pause"
    ZONE = "zone"
    HABITS = "habits"
    MOVE = "move"  # today's doses, to a clock time
    SHIFT = "shift"  # so much earlier or later
    ADHERENCE = "adherence"
    TODAY = "today"  # what is to be taken on a day, and what has been


_KIN_NAMES: Final = (
    "(?:女儿|闺女|姑娘|丫头|儿子|老伴儿?|老婆|老公|爱人|媳妇儿?|儿媳妇?|女婿|孙子|孙女|外孙女?|妈妈?|爸爸?|母亲|父亲"
    "|哥哥?|姐姐?|弟弟?|妹妹?|侄子|侄女|外甥女?|孩子们?|家里人|家人|家属|亲人|子女|保姆|护工|照顾我的人)"
)
_KIN: Final = f"(?:大|小|二|我|俺|咱|的|那个)*{_KIN_NAMES}"
_N: Final = r"(?:\d+(?:\.\d+)?|[一二两俩三四五六七八九十百半几]+)"
_LENGTH: Final = f"{_N}个?半?(?:小时|钟头|钟|分钟|刻钟)"
_DAYS: Final = f"{_N}个?(?:天|日|周|星期|礼拜|月)"
_PIECES: Final = "(?:片|粒|颗|丸|袋|包|支|瓶|盒|板|排|贴|针|个单位|单位)"
_NO: Final = "(?:别|不再|不要|不用|不必|甭|莫|勿|不许|不准|先不|停止)(?:再|给我|来|总|老|把)*"
_NOT_CALLED: Final = f"{_NO}(?:提醒|叫|喊|响|催|吵|打扰|发|通知|闹)"
_TAKE: Final = "(?:吃|服|用|喝)"
_NOW: Final = "(?:现在|这会儿?|这时候|今天|马上)"
_ASKING: Final = r"(?:吗|么|不|没|呢|[?？]|$)"
_BACK: Final = "(?:撤销|撤回|撤消|还原|回退|恢复原来?样?的?|改回去|改回来)"
_LATELY: Final = "(?:刚才|刚刚|上一步|上次)"
_WRONG: Final = "(?:说|记|弄|搞)错"
_A_DAY: Final = (
    "(?:今[天日晚早儿]|今儿个|明[天日早晚儿]|明儿个?|后天|早上|中午|晚上|睡前|现在|等下|等会儿?|待会儿?|接下来)"
)

_STRICT: Final[Mapping[Ask, Sequence[str]]] = {
    Ask.UNDO: (
        "^(?!.*(?:挂号|预约|医生|日期|时间)).*?(?:点错|按错|摁错|戳错|撳错|误点|误触|误按|手滑|点快了)",
        f"^(?:我)?(?:{_LATELY}|那[个次]|的)*(?:我)?{_WRONG}了?[，,。 ]*(?:我)?(?:还)?(?:没吃|撤.*)?$",
        f"{_LATELY}.{{0,6}}{_WRONG}了?[^到成]*$",
        f"^(?:请|帮我|给我|那|我要|把|{_LATELY})*(?:的|那[个次]?|操作|改的?|改动|记录|不要了)*{_BACK}"
        f"(?:一下|吧|{_LATELY}|的|那[个次]?样?|操作|修改|改动|记录|它)*[。！!]*$",
        "^undo\\b",
    ),
    Ask.MISSED: (
        "(?:漏|忘)(?:记|了|服|吃|打|用|掉|点)*.{0,12}(?:怎么办|咋办|咋整|怎么弄|怎么补|要不要|补不补|[要用能还该]补|可以补)",
        "(?:漏|忘)(?:记|了|服|吃|打|用|掉|点)*.{0,12}(?:还[能要]|可以).?吃",
        f"(?:要不要|能不能|可不可以|用不用|还能|可以|需要)补(?:吃|上|一次)?.{{0,6}}{_ASKING}",
    ),
    Ask.MAY_TAKE: (
        f"{_NOW}.{{0,4}}(?:能不能|可不可以|可以|能|可)(?:再|又|接着)?{_TAKE}.{{0,14}}{_ASKING}",
        f"(?:能不能|可不可以|可以|能)(?:再|又){_TAKE}.{{0,14}}{_ASKING}",
        f"(?:什么时候|几点|多久).{{0,6}}(?:能|可以)再{_TAKE}",
    ),
    Ask.STOCK_LEFT: (
        f"(?:能|够|可以){_TAKE}(?:到)?(?:多久|多少天|几天|几号|哪天|多长时间|什么时候|几周|几个星期)",
        "还(?:剩|有|余)(?:下|了)?(?:几|多少)(?:片|粒|颗|袋|包|支|瓶|盒|天的量|天的药)|药.{0,4}还(?:剩|有)多少|余量|库存|存货",
        "(?:什么时候|哪天|几号|几时).{0,4}(?:吃完|用完|吃光|用光|断药|没药|[该要得]去?[买配开拿取续]药)",
        "药(?:还)?够不够|够不够吃|还能撑",
    ),
    Ask.STOCK_COUNT: (
        f"(?:剩|有|余)(?:下|了|大概|大约|差不多|最后|着)*{_N}(?:来|多)?{_PIECES}",
        f"(?:买|配|开|拿|取|领|补)(?:了|到|回来|来)+药?.{{0,6}}?{_N}{_PIECES}|{_N}{_PIECES}.{{0,3}}(?:剩|了没吃)",
    ),
    Ask.FAMILY_END: (
        f"(?:{_NO}(?:让|告诉|跟|通知|提醒|打扰|发给?|给)*|(?:不想|取消|解除|删除|去掉|移除)(?:再|让|给|把)*)(?:给|我)?{_KIN}",
        f"{_KIN}(?:的提醒|那边)?.{{0,4}}(?:{_NO}(?:提醒|通知|收|看|知道|发)|不[要用]再?[收看]|取消|停掉|去掉|解除|解绑|关掉)",
    ),
    Ask.FAMILY: (
        f"(?:让|叫|请|使|给|把|喊)(?:我)?{_KIN}.{{0,6}}?(?:也|一起|同时|能|可以|都).{{0,4}}?(?:收|看|接|知道|提醒|盯|督促)",
        f"(?:提醒|消息|通知)(?:也|同时|都|顺便|一起|一并|还)*(?:发|抄送|转发|通知|告诉|给|推|抄)(?:送|发|一份|给|到)*{_KIN}",
        f"(?:没吃|忘了吃|漏了|忘吃|没按时吃|漏吃|没确认|不确认).{{0,8}}(?:通知|告诉|提醒|找|叫|发给|联系|打给){_KIN}",
        f"(?:添加|加|绑定|设置|邀请|关联)(?:一个|一下|个|上|我)*{_KIN}",
        f"{_KIN}(?:想|要|也想|能不能|可以|也能|怎么)*(?:一起|也|同时)?(?:收到|看到|知道|接到|监督).{{0,8}}(?:药|提醒|消息|通知)",
    ),
    Ask.QUIET: (
        f"(?:夜里|半夜|夜间|深夜|睡觉|睡着|午睡|凌晨|晚上|{_N}点).{{0,14}}{_NOT_CALLED}|{_NOT_CALLED}.{{0,8}}(?:夜里|半夜|睡觉)",
        "免打扰|(?<!诚)勿扰|安静时[段间]|静音时[段间]|夜间静音",
    ),
    Ask.RESUME: (
        "(?:恢复|重新开始|重新开启|重启|继续|接着|重新打开)[^，。不]{0,8}?(?:提醒|叫我|喊我)",
        "提醒(?:可以|请|帮我|都|给我|先)*(?:恢复|重新(?:打?开|来)|继续|再开|开了)|(?:取消|结束|解除)(?:提醒的?)?暂停|不用?暂停了",
        "暂停.{0,4}(?:取消|恢复|解除|结束)|又(?:可以|能)(?:开始)?(?:提醒|叫)我|(?:回来|到家|回家|出院)了.{0,8}(?:提醒|叫我|喊我)",
    ),
    Ask.PAUSE: (
        f"暂停|停(?:用|吃|服|药)?上?{_DAYS}",
        f"(?:先|暂时|这几天|这段时间|这阵子?|这[两三]天)(?:都|就|把.{{0,6}})?(?:{_NOT_CALLED}|停)",
        f"(?:出差|旅游|旅行|出门|出国|度假|住院|探亲|外出).{{0,14}}{_NOT_CALLED}|{_NOT_CALLED}.{{0,6}}(?:{_N}天|到.{{1,6}}再)",
    ),
    Ask.HABITS: (
        "(?:早饭|早餐|午饭|午餐|中饭|晚饭|晚餐|吃饭|三餐|睡觉|起床|作息).{0,6}(?:改|变|调|换|一般|平时).{0,8}点",
        "(?:一般|平时|通常|现在).{0,6}点.{0,4}(?:吃[早中午晚]?饭|吃早餐|睡|起床)|^就按平常",
    ),
    Ask.MOVE: (
        "(?:今天|今晚|今早|今儿|这次|这顿|这一次|这一顿).{0,14}(?:推迟|推|延后?|延迟|挪|移|改|放|换|提前|调)[到至在]",
    ),
    Ask.SHIFT: (
        "(?:提醒|药|都|全部|所有|统一|每天|每顿|以后|整个|今天|时间).{0,10}(?:推迟|延后|延迟|推后|往后|后推|顺延|提前|往前|提早|晚|早)"
        f".{{0,5}}{_LENGTH}",
        f"(?:推迟|延后|提前|往后推|往前)移?{_LENGTH}.{{0,6}}(?:提醒|吃药|全部|所有)",
    ),
    Ask.ZONE: (
        "时差|时区",
        r"[按用照]着?(?!药)\w{1,6}?时间(?:提醒|吃|走|算|来|$)|[按用照]着?(?:这边|那边|当地|国内|北京)的?时间",
    ),
    Ask.ADHERENCE: (
        "按时(?:吃|服|用)|依从|(?:吃药|服药|用药|打卡).{0,4}(?:记录|情况|统计|报告|打卡|日历|得怎么样)|打卡.{0,2}(?:几|多少)天",
        "(?:记录|情况|报告).{0,6}(?:医生|大夫)|给(?:医生|大夫)看的?|漏(?:了|过|服|吃)*(?:几|多少)|(?:断|忘)过?了?(?:几|多少)[次回天]",
        "有没有漏|坚持(?:吃药|了)?.{0,4}(?:几|多少)天|[吃服]了(?:几|多少)天",
    ),
    Ask.TODAY: (
        f"(?:{_A_DAY}|下一[次顿]|下顿|本周|这周).{{0,10}}(?:吃什么|吃啥|吃哪|哪[些个种几顿].{{0,3}}药|[什啥]么?药|要吃的|该吃)",
        f"(?:{_A_DAY}|下一[次顿]|下顿|本周|这周).{{0,10}}(?:还有.{{0,5}}[药顿次吃]|几[顿次]|安排|计划|吃[了过药]*(?:没|吗|么|几)|剩)",
        "(?:到底|是不是|有没有|记不清|忘了).{0,8}吃(?:过|了)?(?:没|了|药|过)|该吃(?:什么|哪|啥)|吃过没有",
        "(?:下一[次顿]|下顿).{0,6}(?:几点|什么时候|啥时候)|几点吃(?:下一?顿|药)",
    ),
}
_LOOSE: Final[Mapping[str, Mapping[Ask, Sequence[str]]]] = {
    "manage_plan": {
        Ask.UNDO: ("撤|错|不算|还原|改回|不要了改",),
        Ask.RESUME: ("恢复|重新|resume|开返|打开",),
        Ask.QUIET: ("静音|disturb|嘈我",),
        Ask.PAUSE: ("停|歇|关着|pause|别提醒|不提醒",),
        Ask.HABITS: ("[早午中晚][饭餐]|睡|起床",),
        Ask.MOVE: ("今[日天晚].*[到至]",),
        Ask.SHIFT: ("推|提前|往后|往前|later|earlier",),
        Ask.ZONE: ("到了?|在|飞|回国|时间|time zone",),
    },
    "stock": {Ask.STOCK_LEFT: ("几|多少|够|吗|哪|什么时候|是不是|有没有|how|when|快没了|断",), Ask.STOCK_COUNT: ("",)},
    "family": {
        Ask.FAMILY_END: ("不再|别|不用|不想|取消|解除|删|移除|去掉|关掉|停止|唔好|stop|remove",),
        Ask.FAMILY: ("",),
    },
}
"""What a sentence of an intent of ours means when the strict table says nothing."""
_THIS_ONE: Final = re.compile("跳过|这[次顿回片粒]|不吃了|本次")


def _compiled(table: Mapping[Ask, Sequence[str]]) -> Mapping[Ask, re.Pattern[str]]:
    return {ask: re.compile("|".join(patterns), re.IGNORECASE) for ask, patterns in table.items()}


_STRICTLY: Final = _compiled(_STRICT)
_LOOSELY: Final = {intent: _compiled(table) for intent, table in _LOOSE.items()}
_KIN_NAME: Final = re.compile(_KIN_NAMES)


def asked(text: str, intent: str = "") -> Ask | None:
    """What the words want of the person's plan; None when they want nothing of it, or tell a story.

    `intent` is Rasa's: a sentence of the intents that are about plans alone is read loosely too.
    """
    if len(text) > LONGEST:
        return None
    found = _first(_STRICTLY, text)
    if found in (Ask.PAUSE, Ask.RESUME, Ask.QUIET) and _THIS_ONE.search(text):
        return None  # 这次不吃了，明天继续提醒: one dose, not the plan
    return found or _first(_LOOSELY.get(intent, {}), text)


def _first(table: Mapping[Ask, re.Pattern[str]], text: str) -> Ask | None:
    return next((ask for ask, words in table.items() if words.search(text)), None)


def kin_named(text: str) -> str:
    """The member of the family that the words name, as said; empty for nobody."""
    match = _KIN_NAME.search(text)
    return match[0] if match else ""
