"""WeCom, put together: nurses are told of handoffs; patients come by WeChat customer service."""

from datetime import timedelta
from functools import partial

from pydantic import SecretStr

from bot.alert_rows import AlertRows, spend_ticket
from bot.alerting import Alerter, Alerting
from bot.escalation import Pace
from bot.roster import BadRoster, Roster, RosterFile, read_roster
from bot.settings import Settings
from connectors.desk import tickets
from connectors.desk.entering import DeskEntry
from connectors.kf.client import KfClient
from connectors.kf.codec import CHANNEL as KF
from connectors.kf.routes import KfConnector
from connectors.tencent.api import Api
from connectors.tencent.callback import Callback
from connectors.tencent.crypto import Envelope
from connectors.tencent.fetching import TencentFetcher
from connectors.tencent.remedies import WECOM_REMEDIES
from connectors.tencent.tokens import TokenHolder
from connectors.wecom.client import GroupRobot, NurseCards, fetch_token
from connectors.wecom.routes import WeComRoutes
from connectors.wecom.taking import Taking
from deploy.channels.outside import CLOSING_S, Channels, Outside, drug_names, secret
from deploy.trouble import bad_roster

WECOM = "wecom"


def open_wecom(outside: Outside, channels: Channels) -> None:
    """Alerts by the group robot, by cards of the application, or both. Raises Trouble."""
    settings, bot = outside.settings, outside.bot
    roster = _roster(settings)
    cards = _nurse_cards(outside) if settings.wecom_secret and settings.wecom_agent_id else None
    alerters: list[Alerter] = [*_robots(outside), *([cards] if cards else [])]
    pace = Pace(timedelta(minutes=settings.alert_min), timedelta(minutes=settings.alert_red_flag_min))
    rows = AlertRows(bot.memory.databases)
    alerting = Alerting(settings.clinic, rows, bot.memory.handoffs, alerters, roster.now, pace)
    channels.beats.append(alerting.beat)
    channels.routes += _desk_entry(outside).routes()
    if cards is None:
        return
    databases, clock = bot.memory.databases, bot.house.clock
    taking = Taking(settings.clinic, databases, bot.nursing, alerting, cards, roster.now, clock)
    receiving = WeComRoutes(_callback(outside, settings.wecom_token, settings.wecom_aes_key), taking)
    channels.routes += receiving.routes()
    channels.closing.append(partial(receiving.kept.finish, CLOSING_S))


def open_kf(outside: Outside, channels: Channels) -> None:
    """WeChat customer service, a second door for patients."""
    settings, bot = outside.settings, outside.bot
    api = _api(outside, KF, settings.kf_secret)
    client = KfClient(api, bot.memory.reach, bot.house.clock)
    callback = _callback(outside, settings.kf_token, settings.kf_aes_key)
    connector = KfConnector(settings.clinic, bot.house, callback, client, outside.shelf, drug_names(bot))
    channels.connectors.append(connector)
    channels.fetchers[KF] = TencentFetcher(api)
    channels.workers.append(connector.pulling.work)
    channels.closing.append(partial(connector.kept.finish, CLOSING_S))


def _roster(settings: Settings) -> RosterFile:
    """The nurses; a broken list is told at the start. Raises Trouble."""
    path = settings.nurses_file or settings.var / "nurses.yml"
    try:
        _ = read_roster(path.read_text("utf-8")) if path.exists() else Roster()
    except (BadRoster, OSError, UnicodeDecodeError) as error:
        raise bad_roster(str(error)) from error
    return RosterFile(path)


def _robots(outside: Outside) -> list[GroupRobot]:
    settings = outside.settings
    if settings.wecom_webhook_key is None:
        return []
    bare = Api(settings.wecom_api_url, None, outside.http, outside.errors.counting(WECOM), WECOM_REMEDIES)
    return [GroupRobot(bare, settings.wecom_webhook_key)]


def _nurse_cards(outside: Outside) -> NurseCards:
    api = _api(outside, WECOM, outside.settings.wecom_secret)
    link = partial(tickets.link, outside.public_url, outside.bot.desk_key)
    return NurseCards(api, outside.settings.wecom_agent_id or 0, link)


def _desk_entry(outside: Outside) -> DeskEntry:
    bot = outside.bot
    return DeskEntry(
        bot.desk_key, partial(spend_ticket, bot.memory.databases, outside.settings.clinic), bot.house.clock
    )


def _api(outside: Outside, channel: str, key: SecretStr | None) -> Api:
    """WeCom's calls, with the token of the application that has this secret."""
    settings, memory = outside.settings, outside.bot.memory
    count, corp_id = outside.errors.counting(channel), settings.wecom_corp_id or ""
    bare = Api(settings.wecom_api_url, None, outside.http, count, WECOM_REMEDIES)
    fetch = partial(fetch_token, bare, corp_id, key or SecretStr(""))
    holder = TokenHolder(fetch, outside.shelf, memory.locks, outside.bot.house.clock, f"token:{channel}:{corp_id}")
    return Api(settings.wecom_api_url, holder, outside.http, count, WECOM_REMEDIES)


def _callback(outside: Outside, token: SecretStr | None, key: SecretStr | None) -> Callback:
    envelope = Envelope(secret(token), (secret(key),), outside.settings.wecom_corp_id or "")
    return Callback(envelope, outside.bot.house.clock)
