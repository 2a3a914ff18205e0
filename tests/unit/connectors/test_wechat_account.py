"""The account's own calls, tried on the stand-in of WeChat's server."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.tencent.api import ApiRefused, File
from connectors.wechat.account import WeChatAccount
from connectors.wechat.account_file import EXAMPLE, read_account_file
from connectors.wechat.places import Places
from deploy.standin.wechat.settings import EXAMPLE_TEMPLATES
from knowledge.drug_names import DrugBook, load_drug_book
from tests.unit.connectors.wechat_hall import LONG_TERM, OPENID, PLAIN, WHO, Hall, open_hall

Open = Callable[..., AbstractAsyncContextManager[Hall]]


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


@pytest.fixture
def hall(tmp_path: Path, book: DrugBook) -> Open:
    """Opens one: `async with hall(templates(…), customer_service=…) as here`."""
    return partial(open_hall, tmp_path, book)


async def test_the_account_is_set_up_with_its_file(hall: Open) -> None:
    async with hall() as here:
        account, places = WeChatAccount(here.client.api), read_account_file(EXAMPLE).places
        assert await account.menu() == {}
        await account.push_menu(places)
        assert [row["name"] for row in (await account.menu())["button"]] == ["看病", "用药", "找护士"]
        await account.push_menu(Places())
        assert await account.menu() == {}


async def test_codes_bring_their_scene(hall: Open) -> None:
    async with hall() as here:
        account = WeChatAccount(here.client.api)
        for lasts in (None, timedelta(minutes=10), timedelta(days=60)):
            code = await account.create_code("ward-5a", lasts)
            assert code.url and "ticket=" in code.picture


async def test_its_templates_are_listed(hall: Open) -> None:
    async with hall() as here:
        listed = {one.id: one for one in await WeChatAccount(here.client.api).templates()}
        assert {one.id for one in EXAMPLE_TEMPLATES} == set(listed)
        assert listed[LONG_TERM].subscription and not listed[PLAIN].subscription
        assert "{{thing1.DATA}}" in listed[PLAIN].content


async def test_media_both_ways(hall: Open) -> None:
    async with hall() as here:
        account = WeChatAccount(here.client.api)
        png = b"\x89PNG\r\n\x1a\n" + bytes(100)
        id = await account.upload("image", File("code.png", png, "image/png"))
        assert (await account.download(id)).content == png
        with pytest.raises(ApiRefused):
            await account.download("no-such-media")


async def test_who_opens_a_page_of_ours(hall: Open) -> None:
    async with hall() as here:
        api, told = here.client.api, here.wechat.settings
        asked = {"appid": told.app_id, "redirect_uri": "https://xl.cn/", "response_type": "code", "openid": OPENID}
        async with api.http.get(
            api.base_url + "/connect/oauth2/authorize", params=asked, allow_redirects=False
        ) as sent:
            code = parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]
        account = WeChatAccount(api)
        assert await account.opener(told.app_id, told.secret, code) == OPENID
        for wrong, expected in ((code, 40163), ("x", 40029)):
            with pytest.raises(ApiRefused) as refused:
                await account.opener(told.app_id, told.secret, wrong)
            assert refused.value.code == expected


async def test_writing_is_shown_and_its_failing_is_no_matter(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        await here.client.typing(WHO)
        assert here.is_typing()
        here.trouble(45080, "/cgi-bin/message/custom/typing")
        await here.client.typing(WHO)
