"""Drug entries as passages, one per aspect: a question about a drug finds its words and their source."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from knowledge.aspects import Aspect
from knowledge.drugs import Drug
from knowledge.passages import Passage

_HOLDS = timedelta(days=365)
"""How long a drug entry is served after its review."""

ASKED_AS: dict[Aspect, tuple[str, ...]] = {
    Aspect.USAGE: ("用法用量", "怎么吃", "吃多少", "一天几次", "饭前饭后", "吃几片", "怎么用", "剂量"),
    Aspect.INDICATION: ("适应症", "治什么", "干什么用的", "作用", "功效", "管什么"),
    Aspect.SIDE_EFFECT: ("不良反应", "副作用", "有什么害处"),
    Aspect.CONTRAINDICATION: ("禁忌", "什么人不能吃", "不能用"),
    Aspect.INTERACTION: ("相互作用", "一起吃", "同时吃", "同服"),
    Aspect.PREGNANCY: ("孕期和哺乳期", "孕妇能吃吗"),
    Aspect.MISSED_DOSE: ("漏服", "忘记吃", "补服"),
    Aspect.STORAGE: ("储存", "怎么保存", "放冰箱", "有效期"),
    Aspect.ALCOHOL: ("饮酒", "喝酒", "酒后"),
    Aspect.PRICE_OR_WHERE: ("价格和购买", "多少钱", "哪里买", "处方"),
}
"""What people say for an aspect; the first is the title's word."""


def drug_passages(drugs: Iterable[Drug]) -> Iterator[Passage]:
    """One passage per drug and aspect, with the drug's own source."""
    for drug in drugs:
        for aspect, text in drug.aspects.items():
            yield _passage(drug, aspect, text)


def _passage(drug: Drug, aspect: Aspect, text: str) -> Passage:
    asked_as = ASKED_AS[aspect]
    return Passage(
        id=f"drug:{drug.id}:{aspect}",
        title=f"{drug.name}：{asked_as[0]}",
        text=text,
        topics=(drug.name, *drug.brands, *asked_as),
        source=drug.source_of(aspect),
        valid_until=drug.source_of(aspect).reviewed + _HOLDS,
        reviewer="编辑二次核对",
        drug=drug.id,
        aspect=str(aspect),
    )
