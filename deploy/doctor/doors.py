"""The callback addresses of ours, and the secrets with which Tencent knocks there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bot.settings import Settings
from connectors.kf.routes import PATH as KF
from connectors.tencent.crypto import Envelope, EnvelopeRefused
from connectors.wechat.routes import PATH as WECHAT
from connectors.wecom.routes import PATH as WECOM
from deploy.doctor.finding import Finding, failed, mind, well

TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")  # 消息推送配置, developers.weixin.qq.com


@dataclass(frozen=True, slots=True)
class Door:
    """One address, and what Tencent knows of it."""

    name: str  # 微信, 企业微信 or 微信客服
    path: str
    envelope: Envelope
    ciphers_echo: bool  # WeCom sends the echo string ciphered, an official account in the clear


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the operator copied from the page of a callback."""

    name: str
    path: str
    token: SecretStr | None
    keys: Sequence[SecretStr | None]
    receive_id: str
    ciphers_echo: bool
    setting: str  # how the names of its settings begin


def secrets_of(settings: Settings) -> Iterator[Secrets]:
    """Of each callback that is to be answered."""
    s = settings
    if s.wechat_app_id:
        both = (s.wechat_aes_key, s.wechat_aes_key_before)
        yield Secrets("微信", WECHAT, s.wechat_token, both, s.wechat_app_id, False, "XINGLIN_WECHAT")
    if s.wecom_corp_id and s.wecom_agent_id and s.wecom_secret:
        one = (s.wecom_aes_key,)
        yield Secrets("企业微信", WECOM, s.wecom_token, one, s.wecom_corp_id, True, "XINGLIN_WECOM")
    if s.wecom_corp_id and s.kf_secret:
        yield Secrets("微信客服", KF, s.kf_token, (s.kf_aes_key,), s.wecom_corp_id, True, "XINGLIN_KF")


def doors_of(settings: Settings) -> tuple[Sequence[Door], Sequence[Finding]]:
    """The addresses that can be tried, and what is to be said of their secrets."""
    doors, found = list[Door](), list[Finding]()
    for each in secrets_of(settings):
        trouble = _trouble(each)
        found.append(trouble or _fine(each))
        if trouble is None:
            doors.append(Door(each.name, each.path, _envelope(each), each.ciphers_echo))
    return doors, found


def _trouble(one: Secrets) -> Finding | None:
    part, token = f"{one.name}密钥格式", one.token.get_secret_value() if one.token else ""
    if not TOKEN.fullmatch(token):
        return failed(part, f"{one.setting}_TOKEN 应为 3 到 32 个英文字母或数字，要与后台“Token”一栏相同")
    if one.ciphers_echo and not any(one.keys):
        return failed(part, f"缺少 {one.setting}_AES_KEY：请从后台“EncodingAESKey”一栏复制")
    try:
        _envelope(one)
    except EnvelopeRefused:
        return failed(part, f"{one.setting}_AES_KEY 应为 43 个英文字母或数字，请从后台“EncodingAESKey”一栏整段复制")
    return None


def _fine(one: Secrets) -> Finding:
    part = f"{one.name}密钥格式"
    if any(one.keys):
        return well(part, "Token 和 EncodingAESKey 的格式正确")
    return mind(part, f"没有 {one.setting}_AES_KEY，消息以明文往来。请在后台改成安全模式")


def _envelope(one: Secrets) -> Envelope:
    """Raises EnvelopeRefused for a key that is none."""
    keys = [key.get_secret_value() for key in one.keys if key]
    return Envelope(one.token.get_secret_value() if one.token else "", keys, one.receive_id)
