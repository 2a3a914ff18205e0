"""A second matter of one turn that has to wait for a form: kept in a slot, given back when the form has ended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from actions.answer import Outcome
from actions.deps import Deps, Verb
from actions.heard import Heard

SLOT = "put_off"
KEPT = timedelta(minutes=30)  # what was wanted longer ago is not wanted out of the blue


def then_the_rest(verb: Verb) -> Verb:
    """The verb that ends a form, and after it what waited; not when it sends the person back into the form."""

    async def ends(deps: Deps, heard: Heard) -> Outcome:
        outcome = await verb(deps, heard)
        kept = heard.slots.get(SLOT)
        if kept is None or any(event["event"] == "followup" for event in outcome.events):
            return outcome
        parts = ({"then": kept["words"]},) if _is_fresh(kept, heard.at) else ()
        return replace(outcome, messages=(*outcome.messages, *parts), slots={**outcome.slots, SLOT: None})

    return ends


def _is_fresh(kept: Mapping[str, Any], at: datetime) -> bool:
    return at - datetime.fromisoformat(kept["at"]) < KEPT
