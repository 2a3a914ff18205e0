"""布洛芬疼的时候吃一片，间隔至少6小时: an order told without a word of a reminder opens the reminder form."""

from rasa_sdk.events import FollowupAction

from actions.answer import Outcome
from actions.deps import Deps
from actions.free import zone_of
from actions.heard import Heard
from actions.orders import read_orders
from actions.several import is_several
from bot.clauses import asks

_FORM = "reminder_form"


async def told_orders(deps: Deps, heard: Heard) -> Outcome | None:
    """Open the form for what can only be an order: several medicines, steps, or one as needed. None for questions."""
    if asks(heard.text):
        return None
    orders = read_orders(deps.library, heard.text, heard.at, zone_of(deps))
    whole = not orders.unread and all(taking.dose for one in orders.items for taking in one.takings)
    return Outcome(events=(FollowupAction(_FORM),)) if whole and is_several(orders) else None
