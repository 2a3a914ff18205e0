"""The pages as a person sees them: thin hands and eyes over Playwright, and checks for those who see or hear less."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright, ViewportSize, expect

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WAIT_MS = 20_000
# The browser itself reports requests that fail because a test has cut the line.
_CUT_LINE = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")

_WATCH = """
addEventListener("securitypolicyviolation", (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`));
window.announced = [];
window.hurried = [];  // taken away before a screen reader has said them
addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
  for (const { target, addedNodes, removedNodes } of changes) if (target.ariaLive === "polite") {
    for (const one of addedNodes) { one.since = performance.now(); window.announced.push(one.textContent); }
    for (const one of removedNodes) if (performance.now() - one.since < 1500) window.hurried.push(one.textContent);
  }
}).observe(document.body, { childList: true, subtree: true }));
"""


@dataclass
class Screen:
    """One page in one tab."""

    page: Page
    house_url: str
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> "Screen":
        """Go to a page of the house."""
        self.page.goto(self.house_url + path)
        return self

    def say(self, text: str) -> None:
        """Type and press Enter."""
        self.page.locator("xl-composer textarea").fill(text)
        self.page.keyboard.press("Enter")

    def ask(self, text: str) -> Locator:
        """Say something and wait for the answer."""
        before = self.by("bot").count()
        self.say(text)
        return self.answer_after(before)

    def press(self, label: str) -> Locator:
        """Press the newest button with these words and wait for the answer."""
        before = self.by("bot").count()
        self.page.locator("button.reply:not([aria-disabled=true])", has_text=label).last.click()
        return self.answer_after(before)

    def answer_to_tile(self, label: str) -> Locator:
        """Press a tile of the first screen and wait for the answer."""
        self.page.locator("button.tile", has_text=label).first.click()
        return self.answer_after(0)

    def answer_after(self, known: int) -> Locator:
        """The newest words of the assistant, once there are more than `known`."""
        expect(self.by("bot").nth(known)).to_be_visible(timeout=WAIT_MS)
        expect(self.page.locator("li.pending, li.draft")).to_have_count(0, timeout=WAIT_MS)
        return self.by("bot").last

    def by(self, author: str) -> Locator:
        """The stored messages of an author."""
        return self.page.locator(f"li.message.{author}[data-seq]")

    def has(self, words: str, within_s: float = 20) -> Locator:
        """Wait for a message with these words."""
        found = self.page.locator("li.message", has_text=words).last
        expect(found).to_be_visible(timeout=within_s * 1000)
        return found

    def transcript(self) -> list[str]:
        """Number and words of every stored message, in order."""
        rows = "rows => rows.map(row => row.dataset.seq + ' ' + row.querySelector('.words').textContent)"
        found: list[str] = self.page.locator("li.message[data-seq]").evaluate_all(rows)
        return found

    def announced(self) -> list[str]:
        """What a screen reader was given to say since the page was opened, and the time to say it."""
        assert self.page.evaluate("window.hurried") == []
        found: list[str] = self.page.evaluate("window.announced")
        return found

    def shot(self, name: str) -> None:
        """A picture for a person to look at, where XINGLIN_SHOTS names a folder."""
        if folder := os.environ.get("XINGLIN_SHOTS"):
            self.page.wait_for_timeout(250)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def overflows(self) -> bool:
        """Whether it must be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@dataclass
class Device:
    """A browser of one person: tabs share what it remembers."""

    context: BrowserContext
    house_url: str
    troubles: list[str] = field(default_factory=list)

    def screen(self) -> Screen:
        """A new tab whose complaints are kept."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        return Screen(page, self.house_url, self.troubles)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _CUT_LINE.search(message.text):
            self.troubles.append(message.text)


@contextmanager
def device(browser: Browser, house_url: str, viewport: ViewportSize = PHONE, **more: Any) -> Iterator[Device]:
    """A device for the time of the block; it must have nothing to complain of in the end."""
    context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", **more)
    context.add_init_script(_WATCH)
    mine = Device(context, house_url)
    try:
        yield mine
    finally:
        context.close()
    assert mine.troubles == []


def launch(playwright: Playwright, chromium: Path) -> Browser:
    """The system's Chromium."""
    return playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))


_NAMED_ROLES = {"button", "link", "textbox", "searchbox", "checkbox", "meter", "dialog", "combobox", "image"}


def nameless(screen: Screen) -> list[str]:
    """Roles of what a screen reader would announce without a name."""
    session = screen.page.context.new_cdp_session(screen.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    spoken = [node for node in nodes if not node.get("ignored") and node["role"]["value"] in _NAMED_ROLES]
    return [node["role"]["value"] for node in spoken if not node.get("name", {}).get("value", "").strip()]


def small_targets(screen: Screen) -> list[str]:
    """What can be pressed and is smaller than 24 CSS px (WCAG 2.2, 2.5.8)."""
    found: list[str] = (
        screen.page.evaluate("""() => [...document.querySelectorAll("button,a[href],summary,input,textarea")]
        .filter((one) => one.checkVisibility({visibilityProperty: true}))
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24)
        .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)""")
    )
    return found


def pale_words(screen: Screen) -> list[str]:
    """Visible words with less contrast than 4.5 : 1 (3 : 1 when large) against what lies behind them."""
    found: list[str] = screen.page.evaluate(_CONTRAST)
    return found


def everybody_can_use(screen: Screen) -> None:
    """Names for screen readers, targets for fingers, contrast for weak eyes, a language for voices."""
    assert nameless(screen) == []
    assert small_targets(screen) == []
    assert pale_words(screen) == []
    expect(screen.page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert screen.page.title().strip()
    assert screen.page.get_by_role("main").count() == 1
    viewport = screen.page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "user-scalable" not in viewport and "maximum-scale" not in viewport


_CONTRAST = """() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, below) => top.rgb.map((v, i) => v * top.a + below[i] * (1 - top.a));
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (rgb) => rgb.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const pale = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement, words = texts.currentNode.textContent.trim();
    if (!words || one.closest(".sr, noscript, script, :disabled")) continue;
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(one), back = behind(one);
    const pair = [light(over(parse(style.color), back)), light(back)].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) pale.push(`${words.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return pale;
}"""
