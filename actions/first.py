"""Answers that may come before an action: each tries the words, the first that has something to say says it."""

from collections.abc import Awaitable, Callable

from actions.answer import Outcome
from actions.deps import Deps, Verb
from actions.heard import Heard

Try = Callable[[Deps, Heard], Awaitable[Outcome | None]]
"""None: the words are somebody else's."""


def first(*tries: Try, otherwise: Verb) -> Verb:
    """The verb, unless one of the tries answers. Inside a form nothing is tried: its question stands."""

    async def does(deps: Deps, heard: Heard) -> Outcome:
        for one in tries if heard.form is None else ():
            outcome = await one(deps, heard)
            if outcome is not None:
                return outcome
        return await otherwise(deps, heard)

    return does
