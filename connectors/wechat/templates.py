"""Which template message serves which purpose, and how its fields are filled.

Three kinds: template messages (模板消息, verified service accounts), subscription notices (订阅通知) for one tap each,
and long-term ones, which need the medical category. Paths: developers.weixin.qq.com/doc/service/api/notify.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from connectors.wechat.drug_labels import IsOtherDrug, shorten_drug
from connectors.wechat.fitting import Unfit, Value, fit, takes_time, takes_words
from connectors.wechat.places import BadPlaces

TEMPLATE_PATH = "/cgi-bin/message/template/send"
SUBSCRIPTION_PATH = "/cgi-bin/message/subscribe/bizsend"


class Purpose(StrEnum):
    """What a message is for."""

    REMINDER = "reminder"
    APPOINTMENT = "appointment"
    NOTICE = "notice"


class TemplateKind(StrEnum):
    """By which call it leaves, and what it needs of the person."""

    TEMPLATE = "template"  # following is enough
    ONE_TIME = "one_time"  # one tap for each message
    LONG_TERM = "long_term"  # one tap for all


class Detail(StrEnum):
    """What a field shows."""

    DRUG = "drug"
    DOSE = "dose"
    TIME = "time"
    WORDS = "words"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Details:
    """What there is to show. Whatever is empty is told by `words`."""

    words: str
    at: datetime
    drug: str = ""
    dose: str = ""
    place: str = ""
    purpose: Purpose = Purpose.REMINDER
    page: str = ""  # address of the page about this very message; empty: the template's own

    def of(self, detail: Detail) -> Value:
        """The value of one detail."""
        told: Mapping[Detail, Value] = {
            Detail.DRUG: self.drug, Detail.DOSE: self.dose, Detail.PLACE: self.place, Detail.TIME: self.at,
        }  # fmt: skip
        return told.get(detail) or self.words


@dataclass(frozen=True, slots=True)
class Template:
    """One template of the account."""

    id: str
    kind: TemplateKind
    fields: Mapping[str, Detail | str]  # field name to what it shows; a str that is no Detail is shown as it is
    url: str = ""  # the page that touching it opens

    def body(self, user: str, details: Details, message: str, is_other_drug: IsOtherDrug) -> dict[str, Any]:
        """The call's body. `message`: our id, by which WeChat drops a repeated template message. Raises Unfit."""
        data = {name: {"value": _filled(name, what, details, is_other_drug)} for name, what in self.fields.items()}
        body: dict[str, Any] = {"touser": user, "template_id": self.id, "data": data}
        url = details.page or self.url
        if self.kind is TemplateKind.TEMPLATE:
            return body | {"client_msg_id": message} | ({"url": url} if url else {})
        return body | ({"page": url} if url else {})

    @property
    def path(self) -> str:
        """The call it leaves by; mixing them up is refused with 40037."""
        return TEMPLATE_PATH if self.kind is TemplateKind.TEMPLATE else SUBSCRIPTION_PATH


@dataclass(frozen=True, slots=True)
class Templates:
    """All of them. Empty: none, and reminders outside the window go to a nurse."""

    by_purpose: Mapping[Purpose, Template] = field(default_factory=dict)

    def of(self, purpose: Purpose) -> Template | None:
        """The template for a purpose, where there is one."""
        return self.by_purpose.get(purpose)

    def is_long_term(self, template_id: str) -> bool:
        """Whether one tap allows as many messages of this template as we like."""
        return any(one.id == template_id and one.kind is TemplateKind.LONG_TERM for one in self.by_purpose.values())


def read_templates(raw: Mapping[str, Any]) -> Templates:
    """The part `templates` of a file that has passed its schema. Raises BadPlaces."""
    return Templates({Purpose(name): _template(name, one) for name, one in raw.items()})


def _template(purpose: str, raw: Mapping[str, Any]) -> Template:
    fields = {name: what["text"] if isinstance(what, Mapping) else Detail(what) for name, what in raw["fields"].items()}
    for name, what in fields.items():
        if not _can_show(name, what):
            raise BadPlaces(f"模板 {purpose} 的字段 {name} 放不下“{what}”：字段类型不合，或文字太长")
    return Template(raw["id"], TemplateKind(raw["kind"]), fields, raw.get("url", ""))


def _can_show(name: str, what: Detail | str) -> bool:
    if isinstance(what, Detail):
        return takes_time(name) if what is Detail.TIME else takes_words(name)
    try:
        return fit(name, what) == what
    except Unfit:
        return False


def _filled(name: str, what: Detail | str, details: Details, is_other_drug: IsOtherDrug) -> str:
    if not isinstance(what, Detail):
        return what
    if what is Detail.DRUG and details.drug:
        return fit(name, details.drug, partial(shorten_drug, is_other_drug=is_other_drug))
    return fit(name, details.of(what))
