"""Drug entries as passages, one per aspect: a question about a drug finds its words and their source."""

from collections.abc import Iterator
from datetime import timedelta

from knowledge.aspects import Aspect
from knowledge.drug_names import DrugBook
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
    Aspect.CHILD: ("儿童用药", "孩子能吃吗", "小孩吃多少"),
    Aspect.ELDERLY: ("老人用药", "老人能吃吗"),
    Aspect.RENAL: ("肾功能不好", "肾不好能吃吗"),
    Aspect.HEPATIC: ("肝功能不好", "肝不好能吃吗"),
}
"""What people say for an aspect; the first is the title's word. The others are told within one of these."""


class DrugShelf:
    """The drug book as passages: one per drug and aspect, with the drug's own source."""

    def __init__(self, drugs: DrugBook) -> None:
        self._drugs = drugs

    def __iter__(self) -> Iterator[Passage]:
        for drug in self._drugs:
            yield from self.of(drug.id)

    def of(self, drug: str) -> tuple[Passage, ...]:
        """The passages of one drug; none for an unknown id."""
        entry = self._drugs.get(drug)
        if entry is None:
            return ()
        return tuple(_passage(entry, aspect, words) for aspect, words in ASKED_AS.items() if aspect in entry.aspects)


def _passage(drug: Drug, aspect: Aspect, asked_as: tuple[str, ...]) -> Passage:
    return Passage(
        id=f"drug:{drug.id}:{aspect}",
        title=f"{drug.name}：{asked_as[0]}",
        text=drug.aspects[aspect],
        topics=(drug.name, *drug.brands, *asked_as),
        source=drug.source_of(aspect),
        valid_until=drug.source_of(aspect).reviewed + _HOLDS,
        reviewer="编辑二次核对",
        drug=drug.id,
        aspect=str(aspect),
    )
