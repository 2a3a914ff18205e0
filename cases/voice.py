"""A model's voice for the patient: it is given the sentences that may be said, and nothing else of the case.

Diagnosis, findings, locked facts and even the persona's inner worries never stand in its context; what it makes of
the sentences is checked one by one (`cases.voice_check`), and a sentence that fails is said as scripted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cases.encounter import Sentence, Voice
from cases.model import Persona, Script
from cases.patient import Answering
from cases.voice_check import faithful

LONGEST_QUESTION = 300  # characters of the learner's words that the model reads

_MOODS = {
    -3: "又生气又委屈",
    -2: "很不高兴",
    -1: "有点不高兴",
    0: "平静",
    1: "比较放松",
    2: "放心、信任医生",
    3: "很信任医生",
}
_SYSTEM = """你替一位来看病的人说话。说话的人：{who}，{education}文化，此刻{mood}。
下面每一行是他这次要说的一句话。请一行一行换成更自然的口语，意思不能多，也不能少：
不加症状、数字、时间、药名、原因，不说病名，不劝医生，不解释自己是谁；数字和有没有照原样。
行数不变，每行不超过原句的一倍半。{dialect}只输出 JSON：{{"lines": ["…", "…"]}}。"""


def worth_voicing(answering: Answering) -> bool:
    """Set phrases need no model, and an attack shall not reach one."""
    return any(each.items for each in answering.sentences)


def prompt(script: Script, answering: Answering) -> Sequence[Mapping[str, str]]:
    """The messages for the model: who speaks, the learner's question, the sentences that may be said."""
    facts = [each.text for each in answering.sentences if each.items]
    asked = {"医生的话": answering.said[:LONGEST_QUESTION], "要说的话": facts}
    return (
        {"role": "system", "content": _system(script.persona, answering.mood)},
        {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
    )


def schema(answering: Answering) -> Mapping[str, Any]:
    """The form of the model's answer: one line for each fact."""
    count = sum(bool(each.items) for each in answering.sentences)
    lines = {"type": "array", "items": {"type": "string"}, "minItems": count, "maxItems": count}
    return {"type": "object", "properties": {"lines": lines}, "required": ["lines"], "additionalProperties": False}


def voiced(
    script: Script, answering: Answering, choice: Mapping[str, Any], forbidden: Sequence[str]
) -> tuple[Sequence[Sentence], Voice]:
    """The answer with every line that is faithful, the others as scripted. `forbidden`: words of the diagnosis."""
    lines, sentences, kept = iter(choice["lines"]), [], 0
    for each in answering.sentences:
        line = str(next(lines)).strip() if each.items else ""
        good = bool(line) and faithful(line, _wordings(script, each), answering.said, forbidden)
        kept += good
        sentences.append(replace(each, text=_closed(line)) if good else each)
    return sentences, Voice.MODEL if kept else Voice.FELL_BACK


def _wordings(script: Script, sentence: Sentence) -> Sequence[str]:
    """All wordings of what the sentence says: the model may well find another of them."""
    return (sentence.text, *(words for each in sentence.items for words in script.item(each).words))


def _system(persona: Persona, mood: int) -> str:
    speaker = "" if persona.speaker == "本人" else f"病人的{persona.speaker}，代"
    dialect = "、".join(f"“{plain}”说成“{own}”" for plain, own in persona.dialect.items())
    return _SYSTEM.format(
        who=f"{speaker}{persona.age}岁{persona.sex}病人", education=persona.education, mood=_MOODS[mood],
        dialect=f"口音：{dialect}。" if dialect else "",
    )  # fmt: skip


def _closed(line: str) -> str:
    return line if line[-1] in "。？！…" else line + "。"
