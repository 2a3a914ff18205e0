"""让女儿也收到提醒, 不再提醒家人: the house links the family; here the words find the button."""

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, command, message, say
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, TODAY, Plan
from actions.plan_words import kin_named

_EVERYBODY = frozenset({"家人", "家里人", "家属", "亲人", "子女", "孩子", "孩子们"})
_USUALLY = ("女儿", "儿子", "老伴")


async def invite(_deps: Deps, heard: Heard, _plan: Plan) -> Outcome:
    """Who is invited sees nothing before both have agreed: what they will see is said first."""
    kin = kin_named(heard.text)
    if not kin or kin in _EVERYBODY:
        return say(phrases.FAMILY_WHO, *(Choice(one, f"让{one}也收到提醒") for one in _USUALLY), MINE)
    offer = command(phrases.FAMILY_OFFER.format(kin=kin), "family_offer", called=kin)
    return Outcome((message(phrases.FAMILY_ASK.format(kin=kin), (Choice("先不用"),), commands=(offer,)),))


async def end(_deps: Deps, _heard: Heard, _plan: Plan) -> Outcome:
    """The house ends it: it knows who is linked."""
    stop = command(phrases.FAMILY_END, "family_end")
    return Outcome((message(phrases.FAMILY_END_ASK, (Choice("不用了"), TODAY), commands=(stop,)),))
