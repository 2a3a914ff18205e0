"""What a person or a program is told about a drug: in words, and as plain data, always with the sources."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from knowledge.aspects import Aspect
from knowledge.drug_names import DrugMatch
from knowledge.drugs import Dose, Drug, Form, Said
from knowledge.sources import Source
from knowledge.statements import LABELS, NOT_WRITTEN, Statement

ASPECT_LABELS = {
    **{Aspect(one.value): label for one, label in LABELS.items() if one.value in set(Aspect)},
    Aspect.INDICATION: "适应症",
    Aspect.SIDE_EFFECT: "不良反应",
    Aspect.INTERACTION: "相互作用",
    Aspect.PREGNANCY: "孕期和哺乳",
    Aspect.MISSED_DOSE: "漏服怎么办",
    Aspect.STORAGE: "怎么保存",
    Aspect.ALCOHOL: "能不能喝酒",
    Aspect.PRICE_OR_WHERE: "哪里买",
    Aspect.CHILD: "儿童用药",
    Aspect.ELDERLY: "老人用药",
    Aspect.LACTATION: "哺乳期",
    Aspect.DRIVING: "能不能开车",
    Aspect.FOOD: "饮食注意",
    Aspect.CRUSH: "能不能掰开嚼碎",
    Aspect.MAX: "一天最多",
}
"""What people see for an aspect."""
_MOST_NAMED = 6
_NOT_HELD = "本册没有收录，请问医生、药师或护士；名字相近的药和别的剂型用法不同，不要照着用。"
_LAST_CHECKED = "以上按说明书摘编，不能代替医生、药师。"


def in_words(drug: Drug, aspect: Aspect | None = None) -> str:
    """One aspect, or the whole entry, for a person; every line's source by number."""
    told = list(_lines(drug)) if aspect is None else [(ASPECT_LABELS[aspect], *_answer(drug, aspect))]
    cited = list(dict.fromkeys(source for _, _, sources in told for source in sources)) or [drug.source]
    lines = [f"{label}：{text}{_numbers(sources, cited)}" for label, text, sources in told]
    return "\n".join((_head(drug), *lines, *_listed(cited), _LAST_CHECKED))


def _answer(drug: Drug, aspect: Aspect) -> tuple[str, tuple[Source, ...]]:
    text = drug.aspects.get(aspect)
    if text is None:
        return NOT_WRITTEN, ()
    return text, drug.sources_of(aspect) or (drug.source,)


def _lines(drug: Drug) -> Iterator[tuple[str, str, tuple[Source, ...]]]:
    for statement, label in LABELS.items():
        said = drug.says.get(statement, ())
        yield label, "".join(map(_marked, said)) or NOT_WRITTEN, tuple(dict.fromkeys(one.source for one in said))
    for aspect in (Aspect.MAX, Aspect.PRICE_OR_WHERE):
        yield ASPECT_LABELS[aspect], *_answer(drug, aspect)


def _marked(said: Said) -> str:
    return f"{said.text}（{said.of_class}都这样）" if said.of_class else said.text


def _head(drug: Drug) -> str:
    brands = f"（{'、'.join(drug.brands)}）" if drug.brands else ""
    kind = "只有说明书，没有收录成分和剂量" if drug.from_leaflet else "有非处方品种" if drug.otc else "处方药"
    control = f"，{drug.control}" if drug.control else ""
    forms = "；".join(f"{form.name} {_strengths(form)}" for form in drug.forms)
    herbs = f"\n药味：{drug.herbs}" if drug.herbs else ""
    kind_of = f"{drug.class_name}；{kind}" if drug.class_name else kind
    return f"{f'{drug.name}{brands} {drug.english}'.strip()}\n{kind_of}{control}\n剂型规格：{forms}{herbs}"


def _strengths(form: Form) -> str:
    """One after the other; of compounds, whose strengths are lists themselves, it is told where the next one starts."""
    return ("，或" if any("、" in one for one in form.strengths) else "、").join(form.strengths)


def _numbers(sources: Iterable[Source], cited: Sequence[Source]) -> str:
    return "".join(f"[{cited.index(source) + 1}]" for source in sources)


def _listed(cited: Sequence[Source]) -> list[str]:
    return [
        f"[{number}] {one.publisher}《{one.title}》（{one.reviewed} 整理）" for number, one in enumerate(cited, start=1)
    ]


def which_of(match: DrugMatch) -> str:
    """Asking back between similar names; of a whole class only the first are named."""
    names = [f"{drug.name}（{'、'.join(drug.brands[:2])}）" if drug.brands else drug.name for drug in match.candidates]
    if len(names) > _MOST_NAMED:
        return f"有{len(names)}种药都这样叫。您是指{'、'.join(names[:_MOST_NAMED])}，还是别的？请说全名。"
    return f"您是指{'、'.join(names[:-1])}{'还是' if len(names) > 1 else ''}{names[-1]}？"


def not_found(name: str, match: DrugMatch) -> str:
    """Saying that the book has no such entry."""
    return f"未找到：{'、'.join(match.unknown) or name}。{_NOT_HELD}"


def as_data(drug: Drug, aspect: Aspect | None = None) -> dict[str, Any]:
    """One aspect, or the whole entry, for a program: amounts as decimal text with their unit, nothing rounded."""
    if aspect is not None:
        text, sources = _answer(drug, aspect)
        status = "said" if aspect in drug.aspects else "unknown"
        answer = {"aspect": aspect.value, "status": status, "text": text, "sources": [cited(one) for one in sources]}
        return {"found": True, "drug": {"id": drug.id, "name": drug.name}, "answer": answer}
    return {
        "found": True,
        "drug": _facts(drug),
        "statements": {one.value: _statement(drug, one) for one in Statement},
        "source": cited(drug.source),
        "read_by": dict(drug.read_by),
    }


def _facts(drug: Drug) -> dict[str, Any]:
    return {
        "id": drug.id,
        "name": drug.name,
        "english": drug.english,
        "brands": list(drug.brands),
        "aliases": list(drug.aliases),
        "class": {"id": drug.class_id, "name": drug.class_name},
        "otc": drug.otc,
        "control": drug.control,
        "local": drug.local,
        "forms": [{"form": one.name, "strengths": list(one.strengths)} for one in drug.forms],
        "ingredients": [
            {"id": one.ingredient, "amount": str(one.amount) if one.amount else None, "per": one.per}
            for one in drug.ingredients
        ],
        "herbs": drug.herbs,
        "doses": [_dose(one) for one in drug.doses],
        "daily_max": {id: str(limit) for id, limit in drug.daily_max.items()},
    }


def _dose(dose: Dose) -> dict[str, Any]:
    return {
        "who": dose.who.value,
        "what": dose.what,
        "each": [str(dose.least), str(dose.most)],
        "times": list(dose.times),
        "every": dose.every,
        "max": str(dose.max) if dose.max else None,
    }


def _statement(drug: Drug, statement: Statement) -> dict[str, Any]:
    said = drug.says.get(statement, ())
    status = "unknown" if not said else "none_known" if said[0].nothing else "said"
    return {
        "status": status,
        "said": [{"text": one.text, "of_class": one.of_class, "source": cited(one.source)} for one in said],
    }


def cited(source: Source) -> dict[str, str]:
    """A source for a program."""
    return {"title": source.title, "publisher": source.publisher, "reviewed": source.reviewed.isoformat()}


def unclear_as_data(name: str, match: DrugMatch) -> dict[str, Any]:
    """No single drug: who may be meant, or that nothing is known, for a program."""
    candidates = [{"id": one.id, "name": one.name, "brands": list(one.brands)} for one in match.candidates]
    return {"found": False, "asked": name, "candidates": candidates, "unknown": list(match.unknown)}
