"""An imported leaflet in its own words, for a professional."""

from typing import Any

from knowledge.drug_answer import cited
from knowledge.drug_names import DrugMatch, load_drug_book, own_names
from knowledge.leaflets import Leaflet, LeafletDrugs, leaflets_named
from knowledge.overlay import Overlay


def leaflets_for(overlay: Overlay, name: str, match: DrugMatch) -> tuple[Leaflet, ...]:
    """Leaflets of exactly this name; none so called: those of the drug it means, by any of its names."""
    exact = leaflets_named(overlay.served, name)
    if exact or match.drug is None:
        return exact
    drug = match.drug
    products = LeafletDrugs(load_drug_book(overlay.data), overlay.served).products(drug)
    names = dict.fromkeys((*products, *own_names(drug), *filter(None, (drug.english,))))
    found = (one for spelling in names for one in leaflets_named(overlay.served, spelling))
    return tuple({(one.source, one.key): one for one in found}.values())


def in_words(leaflet: Leaflet) -> str:
    """The whole leaflet, with what it is and where it comes from."""
    data = leaflet.data
    brands = f"（{'、'.join(data['brands'])}）" if data["brands"] else ""
    facts = [str(data[key]) for key in ("form", "approval", "maker") if data.get(key)]
    strengths = "；".join(data.get("strengths", ()))
    sections = [f"【{one['heading']}】{one['text']}" for one in data["sections"]]
    source = f"{leaflet.source.publisher}《{leaflet.source.title}》（{leaflet.source.reviewed} 发布）"
    head = "；".join(filter(None, (*facts, strengths)))
    return "\n".join(filter(None, (f"{leaflet.name}{brands}", head, *sections, source)))


def as_data(leaflet: Leaflet) -> dict[str, Any]:
    """The same for a program."""
    return {"key": leaflet.key, **leaflet.data, "source": cited(leaflet.source)}
