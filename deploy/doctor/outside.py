"""The address under which the gateway is reached from outside: name, port, certificate."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509

from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import WAIT_S, Kit
from deploy.doctor.listeners import who_listens
from deploy.doctor.practising import practises

RENEW_DAYS = 21
CALLED_PORTS = (80, 443)  # WeChat calls no other: page 消息推送配置 of developers.weixin.qq.com

# OpenSSL's verification results (x509_vfy.h), for those that an operator meets.
WHY = {
    10: "已过期。请续期后重载 nginx",
    9: "还没到生效日期。请检查证书和本机时钟",
    18: "是自签名的，微信不接受。请换成受信任机构签发的证书",
    19: "链里有不受信任的根。请换成受信任机构签发的证书",
    20: "链不完整或签发者不受信任。nginx 的 ssl_certificate 要用含中间证书的 fullchain 文件",
    21: "链不完整或签发者不受信任。nginx 的 ssl_certificate 要用含中间证书的 fullchain 文件",
    62: "上面没有这个域名。请为它重新签发",
    64: "上面没有这个地址。请用域名，并为它签发",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Host and port of an address."""

    host: str
    port: int
    secure: bool


def place_of(url: str) -> Place:
    """Taken from a URL."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    return Place(parts.hostname or "", parts.port or (443 if secure else 80), secure)


async def look_outside(kit: Kit) -> Sequence[Finding]:
    """Name first, then the port, then the certificate: each needs the one before."""
    if not kit.settings.public_url:
        return [_no_address(kit)]
    place = place_of(kit.settings.public_url)
    found = [await _name(kit, place)]
    if not found[-1].failed:
        found.append(await _port(kit, place))
    if not found[-1].failed:
        found.append(await _certificate(kit, place))
    return found


def _no_address(kit: Kit) -> Finding:
    s = kit.settings
    if s.wechat_app_id or s.wecom_corp_id or (s.telegram_token and not s.telegram_polling):
        return failed("外网地址", "未配置，微信等外部服务器找不到这里。请填 XINGLIN_PUBLIC_URL=https://您的域名")
    return well("外网地址", "未配置，没有外部渠道时不需要")


async def _name(kit: Kit, place: Place) -> Finding:
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError:
        return failed("域名", f"{place.host} 解析不到。请在域名服务商处添加 A 记录，生效要等几分钟")
    found = sorted({str(row[4][0]) for row in rows})
    hidden = [each for each in found if not ip_address(each).is_global]
    words = f"{place.host} → {'、'.join(found)}"
    if hidden and not practises(kit.settings):
        return failed("域名", f"{words}：{'、'.join(hidden)} 是内网地址，微信服务器到不了。请解析到公网地址")
    if any(_is_own(each) for each in found):
        return well("域名", words)
    return mind("域名", f"{words}，不在本机网卡上。经过代理或 NAT 时正常，是否通到这里看“回调（外网）”一行")


def _is_own(address: str) -> bool:
    """Only a machine's own address can be bound."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe, contextlib.suppress(OSError):
        probe.bind((address, 0))
        return True
    return False


async def _port(kit: Kit, place: Place) -> Finding:
    part, own = f"端口 {place.port}", who_listens(place.port)
    if place.port not in CALLED_PORTS and not practises(kit.settings):
        return failed(part, "微信只回调 80 和 443 端口。请由 nginx 在 443 接收再转给网关")
    try:
        async with asyncio.timeout(WAIT_S):
            _, writer = await asyncio.open_connection(place.host, place.port)
    except (OSError, TimeoutError) as error:
        here = f"本机由 {own} 监听，多半是防火墙或安全组没有放行" if own else "本机没有程序监听，请启动 nginx"
        return failed(part, f"连不上（{type(error).__name__}）。{here}")
    writer.close()
    return well(part, f"可达，本机由 {own} 监听" if own else "可达")


async def _certificate(kit: Kit, place: Place) -> Finding:
    if not place.secure:
        return mind("证书", "没有部署：外网地址是明文 http，病人的话会在路上被看到。请部署证书并改成 https")
    try:
        shown = await _shown(place, kit.trust)
    except ssl.SSLCertVerificationError as error:
        return failed("证书", WHY.get(error.verify_code, f"不被信任（{error.verify_message}）"), error.verify_code)
    except (OSError, TimeoutError) as error:
        return failed("证书", f"TLS 握手没有完成（{type(error).__name__}）。请检查 nginx 的 ssl 配置")
    return _judged(shown, kit.clock())


async def _shown(place: Place, trust: ssl.SSLContext) -> x509.Certificate:
    """The certificate that the server shows. Raises SSLCertVerificationError, OSError, TimeoutError."""
    async with asyncio.timeout(WAIT_S):
        _, writer = await asyncio.open_connection(place.host, place.port, ssl=trust, server_hostname=place.host)
    try:
        session: ssl.SSLObject = writer.get_extra_info("ssl_object")
        return x509.load_der_x509_certificate(session.getpeercert(binary_form=True) or b"")
    finally:
        writer.close()


def _judged(shown: x509.Certificate, at: datetime) -> Finding:
    """Trusted; but how long still?"""
    days = (shown.not_valid_after_utc - at.astimezone(UTC)).days
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
        x509.DNSName
    )
    words = f"{'、'.join(names) or '（按地址签发）'}，还有 {days} 天到期"
    return well("证书", words) if days > RENEW_DAYS else mind("证书", f"{words}，请尽快续期并打开自动续期")
