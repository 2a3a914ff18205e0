"""Names of drugs in twenty characters, still readable, and never the name of another drug."""

import re
from collections.abc import Callable

from connectors.wechat.fitting import length
from knowledge.dose_forms import without_form
from knowledge.drug_names import DrugBook

IsOtherDrug = Callable[[str], bool]
"""Whether a name is that of another drug than the one being shortened."""

_ACIDS = (
    "苯磺酸|甲磺酸|对?甲苯磺酸|二甲磺酸|萘磺酸|双羟萘酸|马来酸|富马酸|反丁烯二酸|重?酒石酸|枸橼酸|琥珀酸|苹果酸|乳糖酸|葡萄糖酸"
    "|门冬氨酸|盐酸|硫酸氢?|氢溴酸|磷酸|硝酸|醋酸|乙酸|丙酸|戊酸|丁酸|糠酸|棕榈酸|草酸|月桂酸|二丙酸|消旋"
)
_SALT = re.compile(rf"^(?:{_ACIDS})(?=[^钠钾钙镁锌铁亚锂铝铵铋菌盐酯酸])")
"""In front of a base; 硫酸亚铁 and 乳酸菌素 are no drug without their first half."""
_PACKING = re.compile(r"[ 　]*[(（]?\d[\d.]*[ ]?(?:mg|g|ml|μg|ug|IU|毫克|克|毫升|微克|万?单位|[%％]).*$", re.IGNORECASE)
_REMARK = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]$")
_TELLING = re.compile(r"[\dⅠ-Ⅻ]")
"""In a remark: （30R）, （Ⅱ） and the like are part of the name."""
_CUT = "…"
_LEAST = 2  # characters; shorter is no name


def shorten_drug(name: str, most: int, is_other_drug: IsOtherDrug) -> str:
    """At most `most` characters: without packing, salt, dose form, remark, in this order; then without its middle.

    A step that would leave another drug's name (精蛋白人胰岛素 without 30R) is left out.
    """
    for step in (_without_packing, _without_salt, _without_form, _without_remark):
        if length(name) <= most:
            break
        shorter = step(name)
        if length(shorter) >= _LEAST and not is_other_drug(shorter):
            name = shorter
    return name if length(name) <= most else _without_middle(name, most, is_other_drug)


def other_drugs(book: DrugBook, name: str) -> IsOtherDrug:
    """What the book takes for a drug that `name` does not mean."""
    meant = {drug.id for mention in book.mentions(name) for drug in mention.drugs}

    def is_other(short: str) -> bool:
        said = [{drug.id for drug in mention.drugs} for mention in book.mentions(short)]
        return any(drugs and not drugs & meant for drugs in said)

    return is_other


def _without_packing(name: str) -> str:
    return _PACKING.sub("", name)


def _without_salt(name: str) -> str:
    return _SALT.sub("", name)


def _without_form(name: str) -> str:
    """苯妥英钠缓释片（美国） keeps the remark behind the form."""
    remark = _REMARK.search(name)
    head, tail = (name[: remark.start()], name[remark.start() :]) if remark else (name, "")
    return without_form(head) + tail if head else name


def _without_remark(name: str) -> str:
    return _REMARK.sub(lambda found: found[0] if _TELLING.search(found[0]) else "", name)


def _without_middle(name: str, most: int, is_other_drug: IsOtherDrug) -> str:
    """The end tells drugs of one family apart as often as the beginning; but 复方利血平… reads as another drug."""
    labels = [
        label
        for kept in range(most - 1, 0, -1)
        for tail in range(kept // 2, -1, -1)
        if length(label := name[: kept - tail] + _CUT + name[len(name) - tail :]) <= most
    ]
    return next((label for label in labels if not is_other_drug(label)), labels[0] if labels else _CUT)
