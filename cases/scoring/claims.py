"""What a text claims beyond a source: numbers, amounts, foreign letters, illnesses, drugs that it does not name."""

import re
from typing import Final

from cases.scoring.statements import plain

_ORGANS = "心脑肺肾肝肠胃脉肌胆胰脾骨眼耳鼻咽喉皮管"
_DRUG_ENDS = "沙坦|普利|地平|他汀|洛尔|拉唑|替丁|霉素|西林|沙星|硝唑|单抗|格雷|肝素|法林|西泮|洛芬|双胍|列净|列汀"
_CLAIMS: Final = {
    "number": re.compile(r"\d+(?:\.\d+)?"),
    "amount": re.compile(
        r"[一二两三四五六七八九十百千半]+(?:毫克|微克|克|毫升|片|粒|支|小时|分钟|天|周|个月|年|岁|分|%)"
    ),
    "letters": re.compile(r"[a-z]{2,}"),
    "illness": re.compile(
        rf"[\u4e00-\u9fff][炎癌瘤]|[{_ORGANS}]?(?:梗死|梗塞|栓塞|综合征|夹层|骨折|溃疡|结核|中毒|休克|衰竭|贫血|硬化)"
        r"|(?:糖尿|冠心|心脏|肺心|[肾肝胃]|血液|传染|精神|性)病|[心脑]梗|中风|抑郁症|焦虑症"
    ),
    "drug": re.compile(
        rf"[\u4e00-\u9fff](?:{_DRUG_ENDS})|阿司匹林|胰岛素|激素|硝酸甘油|吗啡|头孢|青霉素|抗生素|溶栓|抗凝"
    ),
}


def foreign_claims(text: str, source: str) -> tuple[str, ...]:
    """Kinds of claims in the text that the source does not make; compared without width, case and spaces."""
    said, known = plain(text), plain(source)
    return tuple(kind for kind, claim in _CLAIMS.items() if not set(claim.findall(said)) <= set(claim.findall(known)))
