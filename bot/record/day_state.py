"""How one day went, as a picture shows it: a sign and a colour, so that nobody has to tell colours apart."""

from enum import Enum

from schedules.adherence import Tally


class DayState(Enum):
    """Sign, background, ink and words of a kind of day. Colours: Okabe and Ito's set, safe for the colour-blind."""

    ALL = ("✓", "#0072B2", "#FFFFFF", "都吃了")
    SOME = ("△", "#F0C14B", "#1B1B1B", "吃了一部分")
    NONE = ("×", "#B03A00", "#FFFFFF", "都没吃")
    OURS = ("?", "#FFFFFF", "#1B1B1B", "提醒没送到")
    NOTHING = ("–", "#ECECEC", "#5A5A5A", "没有到点的药")

    def __init__(self, sign: str, paper: str, ink: str, words: str) -> None:
        self.sign, self.paper, self.ink, self.words = sign, paper, ink, words


def state_of(day: Tally | None) -> DayState:
    """The kind of day; None and a day on which nothing counts yet are NOTHING."""
    if day is None or not (day.due or day.undeliverable):
        return DayState.NOTHING
    if not day.due:
        return DayState.OURS
    if day.taken == day.due:
        return DayState.ALL
    return DayState.SOME if day.taken else DayState.NONE
