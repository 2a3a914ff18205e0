"""`xinglin doctor` and the way in from outside: name, port, certificate, clock."""

import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.doctor import Finding, State
from deploy.doctor.hours import look_at_clock
from deploy.doctor.outside import look_outside
from tests.unit.deploy.examining import by_part, kit_of, serving, settings_of, url_of

STAND_IN: Mapping[str, Any] = {"wechat_app_id": "wx0123456789abcdef", "wechat_api_url": "http://127.0.0.1:1"}
REAL: Mapping[str, Any] = {"wechat_app_id": "wx0123456789abcdef"}


class Authority:
    """Issues certificates for the tests."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        self.own = self._signed(self._name, self._key, [], timedelta(days=-400), timedelta(days=400), ca=True)

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, names: Sequence[x509.GeneralName],
        begins: timedelta, ends: timedelta, *, ca: bool,
    ) -> x509.Certificate:  # fmt: skip
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(
            self._name, subject, key.public_key(), x509.random_serial_number(), now + begins, now + ends
        ).add_extension(x509.BasicConstraints(ca, None), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(identifier, critical=False).add_extension(issuer, critical=False)
        if ca:
            usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def server(self, folder: Path, ends: timedelta, names: Sequence[x509.GeneralName] | None = None) -> ssl.SSLContext:
        """What a server with such a certificate uses."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = names if names is not None else [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "xl.test")])
        certificate = self._signed(subject, key, names, timedelta(days=-300), ends, ca=False)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = folder / f"{certificate.serial_number}.pem"
        file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def trusted(self) -> ssl.SSLContext:
        """A visitor who knows this authority and no other."""
        pem = self.own.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


async def hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def found(var: Path, trust: ssl.SSLContext | None = None, **fields: Any) -> Mapping[str, Finding]:
    async with kit_of(settings_of(var, **fields), trust=trust) as kit:
        return by_part(await look_outside(kit))


async def shown(var: Path, server: ssl.SSLContext, trust: ssl.SSLContext, host: str = "localhost") -> Finding:
    """What is said of a certificate."""
    async with serving([web.get("/", hello)], ssl=server) as running:
        return (await found(var, trust, public_url=f"https://{host}:{running.port}", **STAND_IN))["证书"]


async def test_no_address_is_needed_without_channels(tmp_path: Path) -> None:
    assert (await found(tmp_path))["外网地址"].state is State.WELL


async def test_wechat_needs_an_address(tmp_path: Path) -> None:
    finding = (await found(tmp_path, **REAL))["外网地址"]
    assert finding.failed and "XINGLIN_PUBLIC_URL" in finding.words


async def test_a_name_that_nobody_knows(tmp_path: Path) -> None:
    parts = await found(tmp_path, public_url="https://nowhere.invalid", **REAL)
    assert list(parts) == ["域名"] and parts["域名"].failed and "A 记录" in parts["域名"].words


async def test_a_private_address_is_of_no_use_to_wechat(tmp_path: Path) -> None:
    parts = await found(tmp_path, public_url="https://127.0.0.1", **REAL)
    assert parts["域名"].failed and "内网地址" in parts["域名"].words


async def test_a_closed_port(tmp_path: Path, free_port: int) -> None:
    parts = await found(tmp_path, public_url=f"http://127.0.0.1:{free_port}", **STAND_IN)
    assert parts["域名"].state is State.WELL, "the stand-in is on this machine as well"
    assert parts[f"端口 {free_port}"].failed and "启动 nginx" in parts[f"端口 {free_port}"].words


async def test_wechat_calls_only_two_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.doctor.outside.ip_address", lambda _address: ip_address("8.8.8.8"))
    parts = await found(tmp_path, public_url="https://127.0.0.1:8443", **REAL)
    assert parts["端口 8443"].failed and "80 和 443" in parts["端口 8443"].words


async def test_an_open_port_names_the_program_and_plain_http_is_told(tmp_path: Path) -> None:
    async with serving([web.get("/", hello)]) as server:
        parts = await found(tmp_path, public_url=url_of(server), **STAND_IN)
        port = parts[f"端口 {server.port}"]
    assert port.state is State.WELL and "本机由" in port.words
    assert parts["证书"].state is State.MIND and "没有部署" in parts["证书"].words


async def test_a_good_certificate(tmp_path: Path, authority: Authority) -> None:
    finding = await shown(tmp_path, authority.server(tmp_path, timedelta(days=60)), authority.trusted())
    assert finding.state is State.WELL and "localhost" in finding.words and "59 天" in finding.words


async def test_a_certificate_that_ends_soon(tmp_path: Path, authority: Authority) -> None:
    finding = await shown(tmp_path, authority.server(tmp_path, timedelta(days=7)), authority.trusted())
    assert finding.state is State.MIND and "续期" in finding.words


async def test_a_certificate_by_address_has_no_names(tmp_path: Path, authority: Authority) -> None:
    server = authority.server(tmp_path, timedelta(days=60), [x509.IPAddress(ip_address("127.0.0.1"))])
    finding = await shown(tmp_path, server, authority.trusted(), "127.0.0.1")
    assert finding.state is State.WELL


async def test_an_expired_certificate(tmp_path: Path, authority: Authority) -> None:
    finding = await shown(tmp_path, authority.server(tmp_path, timedelta(days=-1)), authority.trusted())
    assert finding.failed and "已过期" in finding.words


async def test_a_certificate_of_another_name(tmp_path: Path, authority: Authority) -> None:
    server = authority.server(tmp_path, timedelta(days=60), [x509.DNSName("other.test")])
    finding = await shown(tmp_path, server, authority.trusted())
    assert finding.failed and "没有这个域名" in finding.words


async def test_a_certificate_that_nobody_trusts(tmp_path: Path, authority: Authority) -> None:
    finding = await shown(tmp_path, authority.server(tmp_path, timedelta(days=60)), ssl.create_default_context())
    assert finding.failed and "fullchain" in finding.words


async def test_a_port_that_speaks_no_tls(tmp_path: Path, authority: Authority) -> None:
    async with serving([web.get("/", hello)]) as server:
        parts = await found(tmp_path, authority.trusted(), public_url=f"https://localhost:{server.port}", **STAND_IN)
    assert parts["证书"].failed and "握手" in parts["证书"].words


@pytest.mark.parametrize(
    ("apart_s", "state"),
    [
        (0, State.WELL),
        (-50, State.WELL),
        (100, State.MIND),
        (-100, State.MIND),
        (400, State.FAILED),
        (-400, State.FAILED),
    ],
)
async def test_the_clock(tmp_path: Path, apart_s: int, state: State) -> None:
    def wrong() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=apart_s)

    async with serving([web.get("/", hello)]) as server:
        settings = settings_of(tmp_path, **{**STAND_IN, "wechat_api_url": url_of(server)})
        async with kit_of(settings, at=wrong) as kit:
            (finding,) = await look_at_clock(kit)
    assert finding.state is state, finding.words
    assert (state is State.WELL) or ("校时" in finding.words and ("快" if apart_s > 0 else "慢") in finding.words)


async def test_the_clock_without_a_server_to_compare_with(tmp_path: Path) -> None:
    async with kit_of(settings_of(tmp_path)) as kit:
        assert await look_at_clock(kit) == []
    silent = {**STAND_IN, "wechat_api_url": f"http://127.0.0.1:{unused_port()}"}
    async with kit_of(settings_of(tmp_path, **silent)) as kit:
        (finding,) = await look_at_clock(kit)
    assert finding.state is State.MIND and "无从比较" in finding.words
