"""An answer is watched while it is written, and stands there once in the end."""

import asyncio
import itertools
from dataclasses import replace
from datetime import datetime

from bot.answers import Answer
from bot.conversation import Route
from bot.errors import StoreUnavailable
from bot.house import House
from bot.messages import Kind, Reply
from connectors.telegram.streaming import Pacing
from deploy.standin.telegram.settings import Refused, too_many
from tests.unit.bot.conftest import Says
from tests.unit.bot.conftest import house as house
from tests.unit.bot.conftest import red_flags as red_flags
from tests.unit.connectors.telegram_hall import LEARNER, UNHURRIED, DictShelf, Hall, Tells, hall
from tests.unit.connectors.telegram_hall import quick_house as quick_house
from tests.unit.connectors.telegram_hall import rooms as rooms

SENTENCES = [f"第{n}句，饭后吃。" for n in range(8)]
MARK = "（AI 生成，仅供参考）\n"
FINAL = MARK + "".join(SENTENCES)


def telling(house_: House, sentences: list[str] = SENTENCES, **how: object) -> House:
    model = Tells(house_.outcomes.stream, sentences, **how)  # type: ignore[arg-type]
    return replace(house_, rasa=Says([None]), llm=model)


async def seen_while(here: Hall, over: str) -> list[str]:
    """The different states of the answer on the phone, until it is there."""
    states: list[str] = []

    def look() -> bool:
        texts = here.telegram.texts(LEARNER)
        if texts and (not states or states[-1] != texts[0]):
            states.append(texts[0])
        return bool(texts) and texts[-1] == over

    await here.shows(look, within_s=15)
    return states


def calls(here: Hall, method: str) -> int:
    return sum(name == method for name, _ in here.telegram.calls)


async def test_the_answer_grows_and_ends_as_one_message(house: House) -> None:
    async with hall(telling(house)) as here:
        here.telegram.say(LEARNER, "怎么吃")
        states = await seen_while(here, FINAL)
        await here.quiet()
        assert here.telegram.texts(LEARNER) == [FINAL], "one message, not a preview and another"
        assert len(states) >= 4
        assert all(state.startswith(MARK) for state in states), "marked as a machine's from the first word on"
        assert all(later.startswith(earlier.removesuffix("……")) for earlier, later in itertools.pairwise(states))
        assert [[one["text"] for one in row] for row in here.telegram.chat(LEARNER).messages[-1].rows] == [["转人工"]]
        assert calls(here, "sendMessage") == 1
        assert calls(here, "sendChatAction") >= 1


async def test_a_quick_answer_is_not_shown_half_first(house: House) -> None:
    async with hall(telling(house, pause_s=0.001), pacing=Pacing()) as here:
        here.telegram.say(LEARNER, "怎么吃")
        assert await seen_while(here, FINAL) == [FINAL]
        assert [name for name, chat in here.telegram.calls if chat == LEARNER] == ["sendMessage"]


async def test_edits_keep_to_telegrams_limit(house: House) -> None:
    bot = replace(UNHURRIED, burst=3, per_s=1.0, flood_s=3.0)
    model = telling(house, [f"第{n}句。" for n in range(60)], pause_s=0.1)
    async with hall(model, bot, Pacing()) as here:
        here.telegram.say(LEARNER, "怎么吃")
        await seen_while(here, MARK + "".join(f"第{n}句。" for n in range(60)))
        assert (here.registry.get_sample_value("xinglin_telegram_refused_total", {"error": "TooFast"}) or 0) == 0
        assert calls(here, "editMessageText") <= 7


async def test_a_refused_preview_is_left_alone_and_the_final_words_wait_out_the_pause(house: House) -> None:
    async with hall(telling(house)) as here:
        here.telegram.faults.next["editMessageText"] = [too_many(1)]
        here.telegram.say(LEARNER, "怎么吃")
        await seen_while(here, FINAL)
        await here.quiet()
        assert here.telegram.texts(LEARNER) == [FINAL]
        assert calls(here, "editMessageText") == 2, "the refused one and the last; none within the pause"


async def test_a_preview_that_is_gone_does_not_stop_the_final_words(house: House) -> None:
    async with hall(telling(house)) as here:
        here.telegram.say(LEARNER, "怎么吃")
        await here.shows(lambda: here.telegram.texts(LEARNER))
        here.telegram.chat(LEARNER).messages.pop()
        await seen_while(here, FINAL)
        await here.quiet()
        assert here.telegram.texts(LEARNER) == [FINAL]


async def test_final_words_sent_after_a_restart_take_the_place_of_the_preview(house: House) -> None:
    async with hall(telling(house)) as here:
        here.telegram.say(LEARNER, "怎么吃")
        await asyncio.sleep(2.5)  # nobody delivers: the courier of this process is gone
        assert here.telegram.texts(LEARNER)[0].endswith("……")
        other = replace(here.connector, previews=replace(here.connector.previews))
        here.courier = replace(here.courier, connectors={"telegram": other})
        await seen_while(here, FINAL)
        assert here.telegram.texts(LEARNER) == [FINAL]


async def test_an_answer_that_comes_out_otherwise_takes_its_preview_back(house: House) -> None:
    async with hall(telling(house, kind=Kind.TEXT, final="我说错了，请问药师。")) as here:
        here.telegram.say(LEARNER, "怎么吃")
        await here.shows(lambda: here.telegram.texts(LEARNER))
        await here.shows(lambda: here.telegram.texts(LEARNER) == ["我说错了，请问药师。"])


async def test_several_answers_of_one_turn_each_stand_once(house: House) -> None:
    """A turn of two questions tells its sentences from 0 on twice."""

    class Twice(Tells):
        async def respond(self, asked: object) -> Answer | None:
            for _ in range(2):
                await Tells.respond(self, asked)  # type: ignore[arg-type]
            words = "".join(self.sentences)
            return Answer(Route.FALLBACK, (Reply(words, kind=Kind.GENERATED), Reply("二", kind=Kind.GENERATED)))

    model = Twice(house.outcomes.stream, SENTENCES[:3], 0.1)
    async with hall(replace(house, rasa=Says([None]), llm=model)) as here:
        here.telegram.say(LEARNER, "怎么吃")
        await here.shows(lambda: len(here.telegram.texts(LEARNER)) == 2)
        await here.quiet()
        assert here.telegram.texts(LEARNER) == [MARK + "".join(SENTENCES[:3]), MARK + "二"]


async def test_two_messages_at_once_are_shown_in_order(house: House) -> None:
    async with hall(telling(house, SENTENCES[:3])) as here:
        here.telegram.say(LEARNER, "一")
        here.telegram.say(LEARNER, "二")
        words = MARK + "".join(SENTENCES[:3])
        await here.shows(lambda: here.telegram.texts(LEARNER) == [words, words], within_s=8)
        await here.quiet()
        assert here.telegram.texts(LEARNER) == [words, words]


async def test_lost_answers_of_telegram_do_not_lose_the_final_words(house: House) -> None:
    async with hall(telling(house, SENTENCES[:3])) as here:
        here.telegram.faults.next["sendMessage"] = [Refused(502, "Bad Gateway")]
        here.telegram.say(LEARNER, "一")
        await here.shows(lambda: here.telegram.texts(LEARNER) == [MARK + "".join(SENTENCES[:3])], within_s=8)


class NoShelf(DictShelf):
    """A database that takes nothing."""

    async def put(self, name: str, value: str, until: datetime, /) -> None:
        raise StoreUnavailable("down")


async def test_a_database_that_takes_nothing_only_costs_the_preview(house: House) -> None:
    async with hall(telling(house, SENTENCES[:3])) as here:
        here.connector.previews = replace(here.connector.previews, shelf=NoShelf())
        here.telegram.say(LEARNER, "一")
        await here.shows(lambda: here.telegram.texts(LEARNER) == [MARK + "".join(SENTENCES[:3])], within_s=8)
        assert calls(here, "editMessageText") == 0
