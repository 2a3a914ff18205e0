"""The record in words: short and plain, for an older reader; it counts and never blames."""

from typing import Final

from bot.record import Record
from schedules.adherence import DayPart, Tally, by_drug, day_of, most_forgotten, part_of, tally
from schedules.clock import local
from schedules.doses import Outcome, Reason

NOTHING_DUE: Final = "{period}还没有到过点的药，等有了记录再看。"
HEAD: Final = "{period}的用药记录："
COUNTED: Final = "{drug}：应吃{due}次，吃了{taken}次（{percent}%）。"
NONE_COUNTED: Final = "{drug}：还没有能算的次数。"
LATE: Final = "其中{late}次晚了半小时以上。"
MISSED: Final = "漏了{missed}次{where}。"
SKIPPED: Final = "跳过{skipped}次（{reasons}）。"
OURS: Final = "还有{undeliverable}次提醒没送到您手里，是我们的问题，不算您漏的。"
NOT_DOUBLE: Final = "漏掉的不要自己加量补吃，拿不准就问医生或药师。"
ALL_TAKEN: Final = "一次都没落下，真不容易。"
UNWELL: Final = "吃药后不舒服的事，请告诉医生或药师，一起想办法。"
NONE_LEFT: Final = "药快吃完时，可以早几天告诉我，我提醒您去配。"
PUT_IT: Final = {
    DayPart.NIGHT: "凌晨那次不好记，可以把药和水放在床头。",
    DayPart.MORNING: "早上那次容易忘，可以把药放在早饭的碗边。",
    DayPart.FORENOON: "上午那次容易忘，可以把药放在常坐的地方。",
    DayPart.NOON: "中午那次容易忘，可以把药放在饭桌上，出门就随身带一份。",
    DayPart.AFTERNOON: "下午那次容易忘，可以把药放在茶杯旁边。",
    DayPart.EVENING: "晚上那次容易忘，可以把药放在牙刷旁边，也可以请家人提醒一声。",
}
KEEP_AT_HAND: Final = "可以分一份药放在常用的包里，出门也不会忘带。"


def in_words(record: Record) -> str:
    """The whole record: a line for each drug, what was our fault, and one sentence that may help."""
    whole = tally(record.doses)
    if not whole.due and not whole.undeliverable:
        return NOTHING_DUE.format(period=period(record))
    drugs = by_drug(record.doses)
    mark = "· " if len(drugs) > 1 else ""
    lines = [mark + _line(record, drug, sums) for drug, sums in drugs.items()]
    ours = OURS.format(undeliverable=whole.undeliverable) if whole.undeliverable else ""
    after = "".join((ours, helpful(record), NOT_DOUBLE if whole.missed else ""))
    return "\n".join(filter(None, (HEAD.format(period=period(record)), *lines, after)))


def period(record: Record) -> str:
    """The span: 最近4周（10月25日到11月21日）, or only its days when it does not reach today."""
    first, last = record.first_day, record.last_day
    days = f"{_day(first.month, first.day)}到{_day(last.month, last.day)}" if record.days > 1 else ""
    if last != local(record.made_at, record.timezone).date():
        return days or _day(first.month, first.day)
    if not days:
        return "今天"
    length = f"{record.days // 7}周" if record.days % 7 == 0 else f"{record.days}天"
    return f"最近{length}（{days}）"


def _day(month: int, day: int) -> str:
    return f"{month}月{day}日"


def _line(record: Record, drug: str, sums: Tally) -> str:
    if not sums.due:
        return NONE_COUNTED.format(drug=drug)
    parts = [COUNTED.format(drug=drug, due=sums.due, taken=sums.taken, percent=sums.percent)]
    if sums.late:
        parts.append(LATE.format(late=sums.late))
    if sums.missed:
        parts.append(MISSED.format(missed=sums.missed, where=_where(record, drug)))
    if sums.skipped:
        parts.append(SKIPPED.format(skipped=sums.skipped, reasons=reasons_in_words(sums)))
    return "".join(parts)


def reasons_in_words(sums: Tally) -> str:
    """恶心不舒服2次、忘带1次; without a number where there is one reason only."""
    if len(sums.reasons) == 1:
        return sums.reasons[0][0].chinese
    return "、".join(f"{reason.chinese}{times}次" for reason, times in sums.reasons)


def _where(record: Record, drug: str) -> str:
    """When doses of a drug were missed: the day of a single one, the part of the day of several."""
    missed = [one for one in record.doses if one.drug == drug and one.outcome is Outcome.MISSED]
    parts = {part_of(one, record.timezone) for one in missed}
    if len(missed) == 1:
        day = day_of(missed[0], record.timezone)
        return f"（{_day(day.month, day.day)}{parts.pop()}）"
    if len(parts) == 1:
        return f"，都在{parts.pop()}"
    most = most_forgotten(missed, record.timezone)
    return f"，{most}最多" if most else ""


def helpful(record: Record) -> str:
    """One sentence that may help, by what stood in the way; empty when there is nothing to say."""
    whole = tally(record.doses)
    reasons = dict(whole.reasons)
    most = most_forgotten(record.doses, record.timezone)
    if Reason.UNWELL in reasons:
        return UNWELL
    if whole.missed and most:
        return PUT_IT[most]
    if Reason.NONE_LEFT in reasons:
        return NONE_LEFT
    if Reason.NOT_AT_HAND in reasons:
        return KEEP_AT_HAND
    return ALL_TAKEN if whole.due and whole.taken == whole.due else ""
