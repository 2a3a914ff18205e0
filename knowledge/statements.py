"""What a drug entry says: twenty statements, the labels people see, and what the data may write instead of words."""

from enum import StrEnum


class Statement(StrEnum):
    """One thing an entry says, in the order in which it is written and read out."""

    INDICATION = "indication"
    USAGE = "usage"
    CRUSH = "crush"
    CHILD = "child"
    ELDERLY = "elderly"
    RENAL = "renal"
    HEPATIC = "hepatic"
    CONTRAINDICATION = "contraindication"
    CAUTION = "caution"
    SIDE_EFFECT = "side_effect"
    GRAVE = "grave"
    CALL = "call"
    INTERACTION = "interaction"
    FOOD = "food"
    ALCOHOL = "alcohol"
    DRIVING = "driving"
    PREGNANCY = "pregnancy"
    LACTATION = "lactation"
    MISSED_DOSE = "missed_dose"
    STORAGE = "storage"


UNKNOWN = "unknown"
"""Written where the sources were looked up and say nothing; a statement that is absent is unknown as well."""
NONE_KNOWN = "none known"
"""Written where the fact is that there is nothing."""

LABELS = {
    Statement.INDICATION: "治什么",
    Statement.USAGE: "用法用量",
    Statement.CRUSH: "能不能掰开、嚼碎",
    Statement.CHILD: "儿童",
    Statement.ELDERLY: "老人",
    Statement.RENAL: "肾功能不好",
    Statement.HEPATIC: "肝功能不好",
    Statement.CONTRAINDICATION: "禁忌",
    Statement.CAUTION: "要小心",
    Statement.SIDE_EFFECT: "常见不良反应",
    Statement.GRAVE: "严重不良反应",
    Statement.CALL: "什么时候联系医生",
    Statement.INTERACTION: "和别的药",
    Statement.FOOD: "饮食",
    Statement.ALCOHOL: "喝酒",
    Statement.DRIVING: "开车",
    Statement.PREGNANCY: "怀孕",
    Statement.LACTATION: "哺乳",
    Statement.MISSED_DOSE: "漏服",
    Statement.STORAGE: "保存",
}

NOT_WRITTEN = "资料里没有写明，请问医生或药师。"
"""What a person is told where nothing is known."""
_NOTHING = {
    Statement.ELDERLY: "一般不用因为年纪大调整用量。",
    Statement.RENAL: "一般不用调整用量。",
    Statement.HEPATIC: "一般不用调整用量。",
    Statement.FOOD: "没有已知的饮食禁忌。",
    Statement.ALCOHOL: "没有已知的冲突。",
    Statement.DRIVING: "没有已知的影响。",
    Statement.INTERACTION: "没有已知的重要冲突。",
}


def nothing_known(statement: Statement) -> str:
    """What a person is told where the fact is that there is nothing."""
    return _NOTHING.get(statement, "没有已知需要特别注意的。")
