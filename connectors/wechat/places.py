"""The account's menu, its welcome words, and the places of the hospital whose codes people scan."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.commands import COMMANDS
from bot.messages import Button

TOP_BYTES = 16
SUB_BYTES = 60
"""Names in the menu, UTF-8 (40018 beyond): developers.weixin.qq.com/doc/service/api/custommenu. Phones show 4 and 8
Chinese characters of them.
"""
_KEY_CHARS = 24


class BadPlaces(ValueError):
    """Something in the menu or the places cannot be; says what, in Chinese."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu: it opens a page, presses a button of ours, or holds further ones."""

    name: str
    url: str = ""
    button: Button | None = None
    items: tuple["MenuItem", ...] = ()

    @property
    def key(self) -> str:
        """What WeChat sends back: the same for the same doing, so that phones with yesterday's menu still work."""
        button = self.button or Button(self.name)
        doing = repr((button.say, button.command, sorted(button.args.items())))
        return "menu-" + hashlib.sha256(doing.encode()).hexdigest()[:_KEY_CHARS]


@dataclass(frozen=True, slots=True)
class Scene:
    """A place with a code of its own: a ward, a department, a practice class."""

    id: str
    name: str
    say: str = ""  # what scanning it says; empty: the person is welcomed
    words: str = ""  # the welcome there; empty: the usual one


@dataclass(frozen=True, slots=True)
class Places:
    """All of it. Empty: no menu, one welcome for everybody."""

    menu: tuple[MenuItem, ...] = ()
    welcome: str = ""  # for who follows without a code; empty: the house's own words
    scenes: Mapping[str, Scene] = field(default_factory=dict)

    def menu_button(self, key: str) -> Button:
        """What a touched entry does; one that is no longer in the menu shows what there is."""
        found = (item.button for item in self._leaves() if item.button and item.key == key)
        return next(found, Button("菜单", command="welcome"))

    def scene_button(self, scene: str) -> Button:
        """What scanning a code does; empty: following without one. An unknown scene is welcomed like that."""
        place = self.scenes.get(scene, Scene(scene, "关注"))
        if place.say:
            return Button(place.name, say=place.say)
        args = {"scene": scene, "words": place.words or self.welcome}
        return Button(place.name, command="welcome", args={name: value for name, value in args.items() if value})

    def menu_body(self) -> dict[str, Any]:
        """The menu as /cgi-bin/menu/create takes it."""
        return {"button": [_menu_row(item) for item in self.menu]}

    def _leaves(self) -> Iterator[MenuItem]:
        for item in self.menu:
            yield from item.items or (item,)


def read_places(raw: Mapping[str, Any]) -> Places:
    """The part `menu`, `welcome`, `scenes` of a file that has passed its schema. Raises BadPlaces."""
    menu = tuple(_item(one, TOP_BYTES) for one in raw.get("menu", ()))
    scenes = {id: Scene(id, one["name"], one.get("say", ""), one.get("words", "")) for id, one in _scenes(raw)}
    return Places(menu, raw.get("welcome", ""), scenes)


def _scenes(raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield from raw.get("scenes", {}).items()


def _item(raw: Mapping[str, Any], most_bytes: int) -> MenuItem:
    name: str = raw["name"]
    if len(name.encode()) > most_bytes:
        raise BadPlaces(f"菜单名“{name}”太长：{len(name.encode())} 字节，最多 {most_bytes} 字节")
    items: Sequence[Mapping[str, Any]] = raw.get("items", ())
    button = Button(name, raw.get("say"), raw.get("command"), dict(raw.get("args", {})))
    if button.command is not None and button.command not in COMMANDS:
        raise BadPlaces(f"菜单“{name}”的 command 没有这一项：{button.command}；可用的有 {'、'.join(COMMANDS)}")
    presses = button.say is not None or button.command is not None
    subs = tuple(_item(one, SUB_BYTES) for one in items)
    return MenuItem(name, raw.get("url", ""), button if presses else None, subs)


def _menu_row(item: MenuItem) -> dict[str, Any]:
    if item.items:
        return {"name": item.name, "sub_button": [_menu_row(one) for one in item.items]}
    if item.url:
        return {"type": "view", "name": item.name, "url": item.url}
    return {"type": "click", "name": item.name, "key": item.key}
