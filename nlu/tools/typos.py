"""Wrong spellings of names as people make them, one error each, from a given source of chance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from components.sounds import Sounds

# Characters of medicine names that are taken for each other by shape.
LOOK_ALIKES = (
    "阿啊呵何 西酉四 林木休沐 莫英奠漠 芬分粉纷 洛络落咯 布市希币 霉莓每 素索系紊 坦担但垣 沙纱砂 "
    "氨胺铵按 地他池她 平乎苹干 拉位垃啦 唑坐座挫 奥粤澳 格各恪洛 列例烈 酮铜同洞 汀订丁打 双叉又汉 "
    "胍瓜孤呱 硝销消稍 苯笨本体 磺横黄 孢抱胞饱 克兄刻 罗萝锣逻 普晋谱 利和科 氯绿录 那哪邦 吗妈马 "
    "丁了叮 啉淋琳 立位泣 妥妾受 泰秦奉 诺若偌 必心 得碍 开井升 瑞端喘 康庚 泼波拨 尼泥呢 松讼 酸酚 "
    "钙钓 片斤 达迖送 米来未 司同词 匹四 美羊关 托拖 洛路 替潜 甲田由 乙己已 丙内 胶校 囊襄 可司 "
    "定淀 万方 血皿 脂指 通诵 脑恼 心必 丹舟 参叁 连莲 清情请 瘟温 感惑 灵录 颗棵 粒拉 复夏 方万 "
    "草早 板版 蓝篮 根恨 银很 翘翅 解角 毒每 散撒 蒙濛 脱说 石右 乳孔 果课 糖搪 黄寅 曲典 舒舍 "
    "贝见 沐休 咳刻 喘瑞 止上 特持 福幅副 酯脂 托托 辛幸 伐代 他地 非韭 缬颉 厄危 依衣 那娜 卡上 "
    "培倍 哚朵 螺蜾 内肉 呋夫 塞寒 噻塞 嗪秦 双戏 "
)
_COMMON = [
    bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)
]  # nearly all of the 3,755 characters of everyday writing
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HAN = re.compile(r"[\u3400-\u9fff]+")


class Typos:
    """Makes misspelt names; the same chance gives the same ones."""

    def __init__(self, sounds: Sounds, chance: Random) -> None:
        self._sounds, self._chance = sounds, chance
        self._by_sound: dict[str, list[str]] = {}
        for char in _COMMON:
            self._by_sound.setdefault(sounds.pinyin(char), []).append(char)
        self._by_shape = {char: group.replace(char, "") for group in LOOK_ALIKES.split() for char in group}

    def all(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield (kind, wrong spelling) of a name, for each kind that it can have."""
        if _HAN.fullmatch(name):
            kinds: dict[str, Callable[[str], str | None]] = {
                "homophone": self._homophone,
                "look-alike": self._look_alike,
                "other character": self._other,
                "missing": self._missing,
                "extra": self._extra,
                "swapped": self._swapped,
                "pinyin": self._sounds.pinyin,
                "pinyin with spaces": lambda text: " ".join(map(self._sounds.pinyin, text)),
                "pinyin, wrong letter": lambda text: self._wrong_letter(self._sounds.pinyin(text)),
            }
        else:
            kinds = {"Latin": str, "Latin, wrong letter": self._wrong_letter} if name.isascii() else {}
        for kind, make in kinds.items():
            wrong = make(name)
            if wrong is not None and (wrong != name or kind == "Latin"):
                yield kind, wrong

    def _homophone(self, name: str) -> str | None:
        return self._replaced(name, lambda char: self._by_sound.get(self._sounds.pinyin(char), ()))

    def _look_alike(self, name: str) -> str | None:
        return self._replaced(name, lambda char: self._by_shape.get(char, ""))

    def _replaced(self, name: str, others: Callable[[str], str | list[str] | tuple[()]]) -> str | None:
        places = [(at, other) for at, char in enumerate(name) for other in others(char) if other != char]
        if not places:
            return None
        at, other = self._chance.choice(places)
        return name[:at] + other + name[at + 1 :]

    def _other(self, name: str) -> str:
        at = self._chance.randrange(len(name))
        return name[:at] + self._chance.choice(_COMMON) + name[at + 1 :]

    def _missing(self, name: str) -> str:
        at = self._chance.randrange(len(name))
        return name[:at] + name[at + 1 :]

    def _extra(self, name: str) -> str:
        at = self._chance.randrange(1, len(name))  # at an edge the name would stand there rightly
        return name[:at] + self._chance.choice([name[at], *self._chance.choices(_COMMON, k=2)]) + name[at:]

    def _swapped(self, name: str) -> str:
        at = self._chance.randrange(len(name) - 1)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    def _wrong_letter(self, name: str) -> str:
        at = self._chance.randrange(1, len(name))
        make = self._chance.choice(
            (
                lambda: name[:at] + self._chance.choice(_LETTERS) + name[at + 1 :],
                lambda: name[:at] + name[at + 1 :],
                lambda: name[:at] + self._chance.choice(_LETTERS) + name[at:],
                lambda: name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
            )
        )
        return make()
