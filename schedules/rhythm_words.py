"""Chinese and Latin words for how often: 每天三次, 隔天, 每8小时一次, 每周一三五, bid, q8h, 必要时."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from schedules import latin
from schedules.day_words import weekday_of
from schedules.numbers import CHINESE, DIGITS, INTEGER, NUMBER, read_int, read_number
from schedules.spelling import masked
from schedules.timing import PeriodUnit, Weekday, WhenCode

_DAYS: Final = tuple(Weekday)
_DAY: Final = r"[一二三四五六日天1-7](?![0-9点时:次片粒天个号])"
_WEEK: Final = r"(?:周|星期|礼拜)"
_LIST: Final = rf"{_WEEK}({_DAY}(?:[、,和及跟与 ]{{0,2}}{_WEEK}?{_DAY}){{0,6}})"


@dataclass(slots=True)
class Rhythm:
    """What was said of how often, gathered piece by piece while a sentence is read."""

    periods: set[tuple[Decimal, PeriodUnit]] = field(default_factory=set)
    counts: set[int] = field(default_factory=set)
    """Times a day."""
    weekly_counts: set[int] = field(default_factory=set)
    weekdays: set[Weekday] = field(default_factory=set)
    month_days: set[int] = field(default_factory=set)
    codes: list[WhenCode] = field(default_factory=list)
    as_needed: bool = False
    as_needed_for: str | None = None
    gap: Decimal | None = None
    """Least hours between two takings."""
    most_per_day: int | None = None
    range_of_counts: bool = False
    range_of_hours: str | None = None

    @property
    def said(self) -> bool:
        """Whether anything that recurs was said."""
        return bool(self.periods or self.counts or self.weekly_counts or self.weekdays or self.month_days)

    def every(self, amount: Decimal | int | None, unit: PeriodUnit) -> None:
        """Note a period; one that could not be read becomes zero, which is refused later."""
        self.periods.add((Decimal(amount or 0), unit))


def find_rhythm(said: str) -> tuple[Rhythm, str]:
    """What a plain text says of how often, and the text with it blanked out."""
    rhythm = Rhythm()
    for pattern, note in _RULES:
        for match in list(pattern.finditer(said)):
            note(rhythm, match)
            said = masked(said, match.start(), match.end())
    return rhythm, said


def _needed(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.as_needed = True
    rhythm.as_needed_for = rhythm.as_needed_for or match[1] or None


def _most(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.most_per_day = read_int(match[1]) or 0


def _gap(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.gap = read_number(match[1] or match[2] or match[3]) or Decimal(0)


def _hours(rhythm: Rhythm, match: re.Match[str]) -> None:
    amount = read_number(match[1]) if match[1] else Decimal(1)
    rhythm.every((amount or 0) + (Decimal("0.5") if match[2] else 0), PeriodUnit.HOUR)


def _minutes(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(Decimal(read_int(match[1]) or 0) / 60, PeriodUnit.HOUR)


def _other_days(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(2, PeriodUnit.DAY)
    _note_once(rhythm, match)


def _gap_days(rhythm: Rhythm, match: re.Match[str]) -> None:
    days = read_int(match[1])
    rhythm.every(None if days is None else days + 1, PeriodUnit.DAY)
    _note_once(rhythm, match)


def _some_days(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(read_int(match[1] or match[2]), PeriodUnit.DAY)
    _note_once(rhythm, match)


def _note_once(rhythm: Rhythm, match: re.Match[str]) -> None:
    """隔天一次 is a whole rhythm; 隔天 alone still wants its time. qod says once by itself."""
    if match[0].endswith(("次", "d", "d.")):
        rhythm.counts.add(1)


def _weekday_range(rhythm: Rhythm, match: re.Match[str]) -> None:
    first, last = weekday_of(match[1]), weekday_of(match[2])
    rhythm.weekdays.update(_DAYS[place % 7] for place in range(first, last + 1 + (7 if last < first else 0)))


def _workdays(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.weekdays.update(_DAYS[5:] if "末" in match[0] or "休" in match[0] else _DAYS[:5])


def _weekdays(rhythm: Rhythm, match: re.Match[str]) -> None:
    if match[1]:
        rhythm.every(2 if "隔" in match[1] else read_int(match[2] or "1"), PeriodUnit.WEEK)
    rhythm.weekdays.update(_DAYS[weekday_of(day)] for day in re.findall("[一二三四五六日天1-7]", match[3]))


def _weeks(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(2 if match[0].startswith("隔") else read_int(match[1] or "1"), PeriodUnit.WEEK)
    if match[2]:
        rhythm.weekly_counts.add(read_int(match[2]) or 0)


def _months(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(1, PeriodUnit.MONTH)
    rhythm.month_days.update(read_int(day) or 0 for day in re.findall(INTEGER, match[1] or ""))


def _some_months(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(read_int(match[1]), PeriodUnit.MONTH)
    if match[2]:
        rhythm.month_days.add(read_int(match[2]) or 0)


def _counted(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(1, PeriodUnit.DAY)
    number = read_int(match[2])
    two_digits = len(match[2]) == 2 and all(char in DIGITS for char in match[2])  # 一天两三次
    rhythm.range_of_counts = rhythm.range_of_counts or match[3] is not None or two_digits
    rhythm.counts.add(-1 if match[1] or number is None else number)


def _per_day(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(1, PeriodUnit.DAY)
    rhythm.counts.add(read_int(match[1]) or 0)


def _daily(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(1, PeriodUnit.DAY)


def _latin(rhythm: Rhythm, match: re.Match[str]) -> None:
    word = match[0].replace(".", "")
    if word in latin.TIMES_A_DAY:
        rhythm.every(1, PeriodUnit.DAY)
        rhythm.counts.add(latin.TIMES_A_DAY[word])
        return
    rhythm.codes.append(latin.CODES[word])
    if word.startswith("q"):
        rhythm.every(1, PeriodUnit.DAY)


def _latin_week(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.every(1, PeriodUnit.WEEK)
    rhythm.weekly_counts.add(latin.TIMES_A_WEEK[match[0].replace(".", "")])


def _latin_period(rhythm: Rhythm, match: re.Match[str]) -> None:
    """q3d, q2w."""
    rhythm.every(int(match[1]), PeriodUnit.DAY if match[2] == "d" else PeriodUnit.WEEK)
    (rhythm.counts if match[2] == "d" else rhythm.weekly_counts).add(1)


def _at_once(rhythm: Rhythm, match: re.Match[str]) -> None:
    """顿服: the whole of a day at one time."""
    rhythm.counts.add(1)


def _fever(rhythm: Rhythm, match: re.Match[str]) -> None:
    rhythm.as_needed = True
    rhythm.as_needed_for = f"发热{match[1]}℃以上"


def _hours_between(rhythm: Rhythm, match: re.Match[str]) -> None:
    """每4~6小时: as needed, the shorter is the least gap; a plan needs one number."""
    rhythm.gap = read_number(match[1]) or Decimal(0)
    rhythm.range_of_hours = f"间隔{match[1]}~{match[2]}小时"


def _bare_count(rhythm: Rhythm, match: re.Match[str]) -> None:
    """三次 beside 每天 counts; 一次 says nothing (每天早上一次, 一次一片)."""
    number = -1 if match[1] else read_int(match[2])
    if number != 1:
        rhythm.counts.add(-1 if number is None else number)


_COMPLAINT: Final = (
    "发热|发烧|头疼|头痛|牙疼|牙痛|关节痛|关节疼|胸痛|胸闷|心绞痛|胃痛|胃疼|腹痛|肚子疼|疼痛|疼|痛|咳嗽|失眠|睡不着|过敏"
    "|腹泻|拉肚子|恶心|想吐|呕吐|便秘|气喘|气促|憋气|喘|瘙痒|痒|不舒服|难受|发作|头晕|鼻塞|流鼻涕|打喷嚏|烧心|反酸|胃胀"
    "|腹胀|心慌|心悸|痛经|抽筋|焦虑|紧张|皮疹|高热|低血糖"
)
_TOOK: Final = r"(?:吃|服用?|用)?药?"
_ONCE: Final = rf"(?:(?:可以?)?(?:重复)?(?:使用|用药|给药)?{_TOOK}(?:一|1)次)?"
_PER_DAY: Final = r"(?:每天|每日|一天|一日|1天|1日|每24小时|24小时)"
_BARE_PER_DAY: Final = rf"(?<![每{CHINESE}0-9月周期])[日天]"
_TIMES: Final = rf"(负|-)?({INTEGER})(?:(?:-|~|到|至|或)({INTEGER}))?次"
_ANY_DAY: Final = "[一二三四五六日天]"
_EVERY_WEEKS: Final = rf"每({INTEGER})?个?(?={_WEEK})(?:{_WEEK}(?:里|内)?的?(?={_WEEK}))?"
_DAYS_ONCE: Final = rf"(?<![连服吃用共])(?!一|1[天日])({INTEGER})[天日](?={_TOOK}(?:一|1)次)"
_NO_MORE: Final = r"(?:最多|最大|不超过|不要超过|不得超过|不能超过|不可超过|不宜超过|不多于|不得多于|至多)"
_DEGREES: Final = r"(?:度|℃|°c?|摄氏度)"
_REASON: Final = rf"(?:{_COMPLAINT})(?:(?:或者?|、|和|及)(?:{_COMPLAINT}))?"

_RULES: Final = (
    (re.compile(r"(?<![a-z])(?:prn|sos)(?![a-z])()?|(?:有需要|必要|需要)(?:的时候|时)()?|按需()?"), _needed),
    (re.compile(
        r"(?:发热|高热)?[,(]?(?:体温)?(?:超过|高于|大于|达到?|≥|>=?|在)?(3[5-9](?:\.[0-9])?|4[01](?:\.[0-9])?)"
        rf"(?:{_DEGREES}|(?<=\.[0-9])(?=及?以上))"
        r"(?:及?以上)?\)?(?: ?的?时候?)?"
    ), _fever),
    (re.compile(rf"({_REASON})(?:发作)?(?:的?时候?|了?(?:再|才)吃)"), _needed),
    (re.compile(rf"(?:{_PER_DAY}|24小时)(?:之?内)?{_NO_MORE}{_TOOK}({INTEGER})次"), _most),
    (re.compile(rf"{_NO_MORE}{_TOOK}({INTEGER})次(?:/|每)(?:日|天|d(?![a-z]))"), _most),
    (re.compile(rf"{_NO_MORE}(?:{_PER_DAY}|24小时){_TOOK}({INTEGER})次"), _most),
    (re.compile(
        rf"(?:每隔|每|间隔|隔)?({NUMBER})个?(?:小时|h)?(?:-|~|到|至)({NUMBER})个?(?:小时|h){_ONCE}"
    ), _hours_between),
    (re.compile(
        rf"(?:每次|两次)?(?:之间|服药)?(?:间隔|隔)时?间?(?:至少|不少于|不低于|大于|最少|不能少于|不得少于)({NUMBER})个?(?:小时|h)"
        rf"|(?:至少|最少)(?:要)?(?:间隔|隔)({NUMBER})个?(?:小时|h)|(?:间隔|隔)({NUMBER})个?(?:小时|h)以上"
    ), _gap),
    (re.compile(rf"(?:每隔|每间隔|间隔|每|隔)({NUMBER})?个?(半)?(?:小时|钟头|h(?![a-z])) ?{_ONCE}"), _hours),
    (re.compile(rf"(?<![0-9{CHINESE}.])({NUMBER})个?(半)?(?:小时|钟头){_TOOK}(?:一|1)次"), _hours),
    (re.compile(r"(?<![a-z])q ?([0-9]{1,3})()h(?![a-z])"), _hours),
    (re.compile(r"(?<![a-z])q([0-9]{1,3})([dw])k?(?![a-z])"), _latin_period),
    (re.compile(rf"(?:每隔|每)({INTEGER})分钟{_ONCE}"), _minutes),
    (re.compile(rf"(?:隔天|隔日|(?<![a-z])q\.?o\.?d\.?(?![a-z])){_ONCE}"), _other_days),
    (re.compile(rf"每?隔({INTEGER})[天日]{_ONCE}"), _gap_days),
    (re.compile(rf"{_WEEK}({_ANY_DAY})(?:到|至|-|~){_WEEK}?({_ANY_DAY})(?![次点])(?:每[天日])?"), _weekday_range),
    (re.compile(r"(?:每个?)?(?:工作日|双休日)(?:每[天日])?|每个?周末(?:每[天日])?"), _workdays),
    (re.compile(rf"({_EVERY_WEEKS}|隔{_WEEK}的?(?={_WEEK})){_LIST}"), _weekdays),
    (re.compile(rf"()()(?={_WEEK}{_DAY}[、,和及跟与 ]{{0,2}}{_WEEK}?{_DAY}){_LIST}"), _weekdays),
    (re.compile(
        rf"(?:每个?({INTEGER})?个?|隔|[一1](?={_WEEK}{_TOOK}{INTEGER}次)){_WEEK}{_TOOK}(?:({INTEGER})次)?"
    ), _weeks),
    (re.compile(rf"每({INTEGER})个?月的?(?:({INTEGER})[日号])?"), _some_months),
    (re.compile(rf"每个?月的?({INTEGER}[日号]?(?:[、,和及 ]{{0,2}}{INTEGER}[日号]){{1,5}}|{INTEGER}[日号])?"), _months),
    (re.compile(rf"(?:每({INTEGER})[天日]|{_DAYS_ONCE}){_ONCE}"), _some_days),
    (re.compile(rf"(?:{_PER_DAY}|{_BARE_PER_DAY})(?:要|共|分)?{_TOOK}{_TIMES}"), _counted),
    (re.compile(rf"({INTEGER})次(?:/|每)(?:日|天|d(?![a-z]))"), _per_day),
    (re.compile(r"每[天日]|每(?=[晚早晨夜\0](?!饭|餐))|天天|日日|每一[天日]|(?<![0-9一])一[天日]"), _daily),
    (latin.WEEKLY, _latin_week),
    (latin.DAILY, _latin),
    (re.compile("顿服"), _at_once),
    (re.compile(rf"(负|-)?({INTEGER})次"), _bare_count),
)  # fmt: skip
