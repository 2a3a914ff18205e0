"""Every documented error number has a remedy and words; every refusal is counted and can be read."""

import re

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry

from connectors.metrics import metrics_routes
from connectors.tencent.metrics import TencentErrors
from connectors.tencent.remedies import REMEDIES, UNKNOWN, WECOM_REMEDIES, Remedy

# Tencent's pages on customer-service, template and subscription messages, tokens and quotas, web login.
OFFICIAL = [
    *(-1, 40001, 40003, 40013, 40014, 40029, 40037, 40125, 40163, 40164, 40243, 41001, 41030, 42001, 42003),
    *(43004, 43019, 43101, 45007, 45009, 45011, 45015, 45047, 45066, 45067, 47001, 47003),
    *(48001, 48002, 48004, 48006, 48008, 40016, 40017, 63002),
]
WECOM = [
    *(-1, 40001, 40013, 40014, 41001, 42001, 45009, 45033, 48002, 60011, 60020, 81013, 41051, 41096),
    *(95000, 95001, 95002, 95004, 95007, 95011, 95012, 95013, 95017, 95018),
]
REPEATED = (Remedy.RETRY, Remedy.TOKEN)


@pytest.mark.parametrize("code", OFFICIAL)
def test_every_number_of_the_official_account(code: int) -> None:
    assert code in REMEDIES


@pytest.mark.parametrize("code", WECOM)
def test_every_number_of_wecom(code: int) -> None:
    assert code in WECOM_REMEDIES


@pytest.mark.parametrize("table", [REMEDIES, WECOM_REMEDIES])
def test_the_words_are_chinese_whole_and_short(table: dict[int, tuple[Remedy, str]]) -> None:
    for code, (remedy, words) in [*table.items(), (0, UNKNOWN)]:
        assert isinstance(remedy, Remedy)
        assert len(re.findall("[\u4e00-\u9fff]", words)) >= 10, code
        assert words.endswith("。") and len(words) <= 90, code
        # Whoever has to act reads what to do; what we repeat says that it needs nobody yet.
        if remedy is Remedy.OPERATOR:
            assert re.search("请|只能|须", words), code
        if remedy in REPEATED:
            assert re.search("自动|放慢|继续拉取|恢复", words), code


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (45015, Remedy.CLOSED),
        (45047, Remedy.WAIT),
        (45009, Remedy.WAIT),
        (40003, Remedy.GONE),
        (43004, Remedy.GONE),
        (43101, Remedy.ASK_AGAIN),
        (47003, Remedy.BAD_FIELDS),
        (40001, Remedy.TOKEN),
        (-1, Remedy.RETRY),
        (48001, Remedy.OPERATOR),
    ],
)
def test_what_the_connector_does(code: int, remedy: Remedy) -> None:
    assert REMEDIES[code].remedy is remedy


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(40003, Remedy.OPERATOR), (48002, Remedy.OPERATOR), (95001, Remedy.WAIT), (95002, Remedy.CLOSED)],
)
def test_what_the_connector_does_at_wecom(code: int, remedy: Remedy) -> None:
    assert WECOM_REMEDIES[code].remedy is remedy


async def test_what_was_counted_can_be_fetched() -> None:
    registry = CollectorRegistry()
    errors = TencentErrors(registry)
    for _ in range(3):
        errors.counting("wechat")(45015, Remedy.CLOSED)
    errors.counting("kf")(95001, Remedy.WAIT)
    app = web.Application()
    app.add_routes(metrics_routes(registry))
    async with TestServer(app) as server, ClientSession() as http, http.get(server.make_url("/metrics")) as response:
        body = await response.text()
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert 'xinglin_tencent_errors_total{channel="wechat",code="45015",remedy="closed"} 3.0' in body
    assert 'xinglin_tencent_errors_total{channel="kf",code="95001",remedy="wait"} 1.0' in body


def test_two_registries_do_not_meet() -> None:
    one, other = CollectorRegistry(), CollectorRegistry()
    TencentErrors(one).counting("wechat")(-1, Remedy.RETRY)
    TencentErrors(other)
    labels = {"channel": "wechat", "code": "-1", "remedy": "retry"}
    assert one.get_sample_value("xinglin_tencent_errors_total", labels) == 1
    assert other.get_sample_value("xinglin_tencent_errors_total", labels) is None
