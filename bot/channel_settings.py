"""The settings of the channels outside our own pages. What is unset is off."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class ChannelSettings(BaseSettings):
    """WeChat, WeCom, WeChat customer service (KF), Telegram."""

    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]+$",
        description="where the gateway is reached from outside, such as https://xl.example-hospital.cn; for links",
    )
    wechat_app_id: str | None = Field(default=None, description="AppID of the official account; unset: no WeChat")
    wechat_app_secret: SecretStr | None = Field(default=None, description="its AppSecret")
    wechat_token: SecretStr | None = Field(default=None, description="token of the server configuration page")
    wechat_aes_key: SecretStr | None = Field(
        default=None, description="EncodingAESKey, 43 characters; unset: plain mode"
    )
    wechat_aes_key_before: SecretStr | None = Field(
        default=None, description="the EncodingAESKey before, kept while the key is being changed"
    )
    wechat_customer_service: bool = Field(
        default=True, description="the account may send customer-service messages; false: it answers in replies only"
    )
    wechat_reply_s: float = Field(
        default=4.2, gt=0, le=4.8, description="how long WeChat's own 5 s are used for the answer, seconds"
    )
    wechat_file: Path | None = Field(
        default=None, description="menu, welcome, codes and templates; unset: {var}/wechat.yml if there is one"
    )
    wechat_api_url: str = Field(default="https://api.weixin.qq.com", description="WeChat's API")

    wecom_corp_id: str | None = Field(default=None, description="CorpID of the hospital's WeCom; unset: no WeCom")
    wecom_agent_id: int | None = Field(default=None, description="AgentId of the nurses' application")
    wecom_secret: SecretStr | None = Field(default=None, description="its secret")
    wecom_token: SecretStr | None = Field(default=None, description="token of its callback")
    wecom_aes_key: SecretStr | None = Field(default=None, description="EncodingAESKey of its callback")
    wecom_webhook_key: SecretStr | None = Field(default=None, description="key of the group robot; unset: none")
    wecom_api_url: str = Field(default="https://qyapi.weixin.qq.com", description="WeCom's API")
    nurses_file: Path | None = Field(
        default=None, description="who is told of handoffs and may take them in WeCom; unset: {var}/nurses.yml"
    )
    alert_min: int = Field(default=3, gt=0, description="minutes until the next nurse is told of a handoff")
    alert_red_flag_min: int = Field(default=1, gt=0, description="the same when it is a red flag")
    kf_secret: SecretStr | None = Field(default=None, description="secret of WeChat customer service; unset: none")
    kf_token: SecretStr | None = Field(default=None, description="token of its callback")
    kf_aes_key: SecretStr | None = Field(default=None, description="EncodingAESKey of its callback")

    chatwoot_url: str | None = Field(default=None, description="a Chatwoot whose agents take handoffs; unset: none")
    chatwoot_account: int = Field(default=0, description="number of the account there")
    chatwoot_inbox: int = Field(default=0, description="number of its API inbox")
    chatwoot_token: SecretStr | None = Field(default=None, description="access token of one of its administrators")
    chatwoot_secret: SecretStr | None = Field(default=None, description="secret in its webhook's address; unset: made")
    chatwoot_signing_secret: SecretStr | None = Field(
        default=None, description="secret of its API inbox, from version 4.13 on; unset: signatures are not checked"
    )

    telegram_token: SecretStr | None = Field(default=None, description="the bot's token; unset: no Telegram")
    telegram_secret: SecretStr | None = Field(default=None, description="secret of its webhook; unset: made")
    telegram_polling: bool = Field(default=False, description="fetch messages ourselves instead of by webhook")
    telegram_api_url: str = Field(default="https://api.telegram.org", description="Telegram's API")
