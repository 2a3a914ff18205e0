"""Which times of a day stand in a list, and what leads to the others."""

from datetime import time

from actions.shown import MOST_BUTTONS, offers_halves, shift_hours, shown_times
from actions.wish import Hours, Wish

MORNING = [time(8 + n // 4, n % 4 * 15) for n in range(16)]
AFTERNOON = [time(14 + n // 2, n % 2 * 30) for n in range(8)]
DAY = [*MORNING, *AFTERNOON]


def test_a_morning_shown_leads_to_the_later_times_and_to_the_afternoon() -> None:
    shown = shown_times(MORNING, DAY)
    assert [choice.say for choice in shown.more] == ["晚一点的", "下午"]
    assert shown.times == tuple(MORNING[:5]) and len(shown.times) + len(shown.more) + 1 == MOST_BUTTONS


def test_few_times_are_all_shown() -> None:
    shown = shown_times(AFTERNOON[:3], AFTERNOON[:3])
    assert shown.times == tuple(AFTERNOON[:3]) and shown.more == ()


def test_later_goes_on_behind_the_last_shown_and_past_noon() -> None:
    wish = Wish("cardiology", hours=Hours(time(6), time(12), "上午"))
    later = shift_hours(wish, MORNING, DAY, "later")
    assert later is not None and later.hours is not None and later.hours.first == MORNING[5]
    end = shift_hours(Wish(time=AFTERNOON[-1]), AFTERNOON, DAY, "later")
    assert end is None


def test_where_halves_were_offered_later_is_the_second_half() -> None:
    assert offers_halves(DAY)
    later = shift_hours(Wish("cardiology"), DAY, DAY, "later")
    assert later is not None and later.hours is not None and later.hours.first == AFTERNOON[0]


def test_earlier_than_the_time_chosen() -> None:
    earlier = shift_hours(Wish(time=time(9)), [time(9)], DAY, "earlier")
    assert earlier is not None and earlier.hours is not None
    assert (earlier.hours.first, earlier.hours.end) == (time(8), time(9))
