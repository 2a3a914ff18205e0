"""`xinglin parse`, with an understanding set by hand."""

import json
from typing import Any

import pytest

from bot.errors import RasaUnavailable
from bot.rasa import RasaAt, RasaClient
from deploy.parse import parse_line
from knowledge.red_flags import RedFlags, load_red_flags

UNDERSTOOD: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "挂骨科": ("book_appointment", []),
    "阿司匹林伤胃吗": ("query_drug", [{"entity": "drug", "value": "阿司匹林", "start": 0, "end": 4, "extractor": "x"}]),
    "我妈没有发烧": (
        "describe_symptom",
        [
            {"entity": "person", "value": "我妈", "start": 0, "end": 2},
            {"entity": "symptom", "value": "发烧", "start": 4, "end": 6, "negated": True},
        ],
    ),
    "痛风怎么治": ("ask_health", []),
    "唱首歌": ("out_of_scope", []),
}


class Understands(RasaClient):
    """Knows a few sentences; of others it is unsure."""

    def __init__(self) -> None:
        super().__init__(RasaAt("http://127.0.0.1:1", "", 1.0, 500))
        self.asked: list[str] = []

    async def parse(self, text: str) -> dict[str, Any]:
        self.asked.append(text)
        if text == "down":
            raise RasaUnavailable("down")
        intent, entities = UNDERSTOOD.get(text, ("nlu_fallback", []))
        best = {"name": "greet" if intent == "nlu_fallback" else intent, "confidence": 0.91234}
        return {"intent": {"name": intent}, "intent_ranking": [best], "entities": entities}


@pytest.fixture(scope="module")
def flags() -> RedFlags:
    return load_red_flags()


async def parsed(text: object, flags: RedFlags) -> dict[str, Any]:
    return await parse_line(Understands(), flags, json.dumps({"text": text}))


async def test_an_intent_with_its_entities_and_the_aspect(flags: RedFlags) -> None:
    assert await parsed("阿司匹林伤胃吗", flags) == {
        "text": "阿司匹林伤胃吗",
        "intent": "query_drug",
        "confidence": 0.9123,
        "entities": [{"entity": "drug", "value": "阿司匹林", "start": 0, "end": 4}],
        "aspect": "side_effect",
        "route": "structured",
    }


async def test_two_intents_in_order(flags: RedFlags) -> None:
    found = await parsed("挂骨科，另外阿司匹林伤胃吗", flags)
    assert (found["intent"], found["second_intent"], found["aspect"]) == (
        "book_appointment",
        "query_drug",
        "side_effect",
    )
    assert "second_intent" not in await parsed("挂骨科", flags)


async def test_who_it_is_about_and_what_is_denied(flags: RedFlags) -> None:
    found = await parsed("我妈没有发烧", flags)
    assert (found["person"], found["negated"]) == ("我妈", ["发烧"])
    assert found["entities"][1]["negated"] is True


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("挂骨科", "structured"),
        ("痛风怎么治", "fallback"),
        ("唱首歌", "fallback"),
        ("嘟嘟", "fallback"),
        ("", "fallback"),
        ("挂骨科，另外痛风怎么治", "fallback"),
        ("我胸口压着疼，出冷汗，喘不上气", "red_flag"),
    ],
)
async def test_the_route(text: str, route: str, flags: RedFlags) -> None:
    assert (await parsed(text, flags))["route"] == route


async def test_no_words_are_parsed_twice(flags: RedFlags) -> None:
    rasa = Understands()
    await parse_line(rasa, flags, json.dumps({"text": "挂骨科，另外阿司匹林伤胃吗"}))
    assert len(rasa.asked) == len(set(rasa.asked)) == 3


@pytest.mark.parametrize("line", ["", "{", "[]", '{"text": 1}', '{"words": "x"}', "[" * 100_000])
async def test_a_broken_line_is_said_to_be_broken(line: str, flags: RedFlags) -> None:
    assert set(await parse_line(Understands(), flags, line)) == {"error"}


async def test_rasa_down_is_an_error_of_the_line(flags: RedFlags) -> None:
    assert await parsed("down", flags) == {"text": "down", "error": "down"}
