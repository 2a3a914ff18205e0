"""What a person or a program is told about several medicines taken together."""

from collections.abc import Iterator
from typing import Any

from knowledge.drug_answer import cited, which_of
from knowledge.drug_names import DrugMatch
from knowledge.interactions import Duplicate, Interaction, Severity
from knowledge.together import Asked, Together

SEVERITY_NAMES = {
    Severity.CONTRAINDICATED: "禁止同用",
    Severity.MAJOR: "有严重风险",
    Severity.MODERATE: "需要注意",
    Severity.MINOR: "影响较小",
    Severity.UNRATED: "没有分级",
}
_NOTHING = "没有查到这些之间的相互作用；没有列出不等于可以放心一起用。"
_LAST = "以上按说明书摘编，不能代替医生、药师；不要自己停医生开的药。"


def in_words(found: Together) -> str:
    """For a person, gravest first; what is not known is said before the end."""
    told = [*map(_pair, found.pairs), *map(_repeated, found.duplicates)]
    return "\n".join((*(told or [_NOTHING]), *map(_which, found.unclear), *_not_held(found), _LAST))


def _pair(one: Interaction) -> str:
    source = f"{one.source.publisher}《{one.source.title}》"
    return f"【{SEVERITY_NAMES[one.severity]}】{one.a}＋{one.b}：{one.mechanism}。{one.advice}。（{source}）"


def _repeated(one: Duplicate) -> str:
    limit = f"，大人24小时内一共不超过{one.daily_max.spoken}" if one.daily_max else ""
    return f"【成分重复】{'、'.join(one.drugs)}都含{one.ingredient}{limit}。不要重复吃，先问医生或药师。"


def _which(one: Asked) -> str:
    return f"{one.name}：{which_of(DrugMatch(None, one.drugs or one.guesses))}"


def _not_held(found: Together) -> Iterator[str]:
    names = [name for one in found.asked if not one.guesses for name in one.unknown]
    if names:
        yield f"没有收录：{'、'.join(names)}。没有收录不等于没有冲突，请问医生或药师。"


def as_data(found: Together) -> dict[str, Any]:
    """For a program."""
    return {
        "pairs": [
            {
                "a": one.a,
                "b": one.b,
                "severity": one.severity.value,
                "mechanism": one.mechanism,
                "advice": one.advice,
                "source": cited(one.source),
                **({"original": one.original} if one.original else {}),
            }
            for one in found.pairs
        ],
        "duplicates": [
            {
                "ingredient": one.ingredient,
                "drugs": list(one.drugs),
                "daily_max": str(one.daily_max) if one.daily_max else None,
            }
            for one in found.duplicates
        ],
        "unknown": list(found.unknown),
        "unclear": [
            {"name": one.name, "candidates": [drug.name for drug in one.drugs or one.guesses]} for one in found.unclear
        ],
    }
