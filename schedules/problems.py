"""What can be missing or wrong in a said regimen: a short Chinese word, and the question that asks for it."""

from enum import StrEnum
from typing import Final


class RegimenProblem(StrEnum):
    """A short word each; a form picks its next question by it."""

    HOW_OFTEN = "多久一次"
    WHICH_HOUR = "几点"
    WHICH_HALF = "上午还是下午"
    WHICH_WEEKDAY = "星期几"
    WHICH_MONTH_DAY = "几号"
    WHICH_MEAL = "哪一餐"
    ONCE_OR_DAILY = "一次还是每天"
    COUNT = "次数不对"
    COUNT_RANGE = "次数不定"
    INTERVAL = "间隔不对"
    CONTRADICTION = "前后不一致"
    UNSUPPORTED = "暂不支持"
    IMPOSSIBLE = "没有这个时间"
    PAST = "时间已过"
    DOSE = "剂量不对"
    SEVERAL_DOSES = "剂量不止一个"
    BOUNDS = "起止时间不清楚"
    TOO_LONG = "太长"
    PER_WEIGHT = "按体重"
    CYCLE = "吃几天停几天"
    DAILY_SPLIT = "一天分几次"
    TAPER = "加减量不清楚"
    STEPS = "步骤接不上"
    UNREAD = "没读懂"
    TOO_MANY = "太多"

    @property
    def question(self) -> str:
        """A whole sentence for the person."""
        return _QUESTIONS[self]


_QUESTIONS: Final = {
    RegimenProblem.HOW_OFTEN: "多久吃一次？比如每天早上8点、一天三次、隔天一次。",
    RegimenProblem.WHICH_HOUR: "几点提醒您？比如早上8点。",
    RegimenProblem.WHICH_HALF: "这个钟点是上午还是下午？",
    RegimenProblem.WHICH_WEEKDAY: "每周星期几吃？",
    RegimenProblem.WHICH_MONTH_DAY: "每月几号？目前每月只能设一天。",
    RegimenProblem.WHICH_MEAL: "是早饭、午饭还是晚饭？或者三餐都要？",
    RegimenProblem.ONCE_OR_DAILY: "是只提醒这一次，还是每天都提醒？",
    RegimenProblem.COUNT: "每天的次数要在1到12次之间，请核对后再说一次。",
    RegimenProblem.COUNT_RANGE: "次数有两种说法，请按医嘱定一个次数。",
    RegimenProblem.INTERVAL: "间隔要在1小时以上，请核对后再说一次。",
    RegimenProblem.CONTRADICTION: "这句话里的时间前后不一致，请只说一种安排。",
    RegimenProblem.UNSUPPORTED: "这样的安排还设不了，请分开说，或者改成固定的钟点。",
    RegimenProblem.IMPOSSIBLE: "没有这样的日期或钟点，请再说一次。",
    RegimenProblem.PAST: "这个时间已经过去了，请换一个以后的时间。",
    RegimenProblem.DOSE: "剂量要大于零，也不能大得不合常理，请核对后再说一次。",
    RegimenProblem.SEVERAL_DOSES: "听到了不止一个剂量，请只说每次吃多少。",
    RegimenProblem.BOUNDS: "从哪天到哪天没有听清，请再说一次。",
    RegimenProblem.TOO_LONG: "这段话太长了，请用一句话说一种药的安排。",
    RegimenProblem.PER_WEIGHT: "按体重或速度算的剂量设不了，请医生或药师算好每次用多少。",
    RegimenProblem.CYCLE: "吃几天停几天的周期还设不了，请每个周期单独设一次起止日期。",
    RegimenProblem.DAILY_SPLIT: "一天的总量分几次吃？请说每次吃多少、一天几次。",
    RegimenProblem.TAPER: "加减量的步骤没有听清，请逐步说：每一步吃多少、吃几天，减到多少或停药。",
    RegimenProblem.STEPS: "前后步骤重叠或者接不上，请核对每一步的用量和天数。",
    RegimenProblem.UNREAD: "有一部分用法没有读懂，为了安全没有设置，请换一种说法。",
    RegimenProblem.TOO_MANY: "一次最多读20种药、每种药最多60步，请分几次说。",
}
