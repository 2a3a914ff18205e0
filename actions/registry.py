"""Every action by its name in Rasa's domain (nlu/domain/actions.yml holds the same names)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions import (
    booking,
    cancelling,
    changing,
    conversation,
    departments,
    doses,
    drugs,
    hospital,
    managing,
    own_day,
    people,
    records,
    reminders,
    scope,
    setting,
    stopping,
    values,
    which_drug,
)
from actions.deps import Deps, Verb
from actions.first import first
from actions.heard import hear
from actions.own_list import with_own_list
from actions.putting_off import then_the_rest
from actions.still_there import without_gone
from actions.told_on import told_on
from actions.told_orders import told_orders

ACTIONS: dict[str, Verb] = {
    "validate_booking_form": booking.BOOKING.validator(),
    "action_book": then_the_rest(booking.book),
    "validate_change_form": changing.CHANGE.validator(),
    "action_change_appointment": then_the_rest(changing.change),
    "validate_cancel_form": cancelling.CANCEL.validator(),
    "action_cancel_appointment": then_the_rest(cancelling.cancel),
    "action_list_appointments": cancelling.list_appointments,
    "action_ask_department": first(told_on, otherwise=departments.ask_department),
    "action_ask_health": first(
        managing.managed,
        told_orders,
        told_on,
        values.explain_values,
        which_drug.which_drug,
        otherwise=departments.ask_health,
    ),
    "action_doctor_schedule": departments.doctor_schedule,
    "action_hospital_info": hospital.hospital_info,
    "action_ask_report": first(told_on, values.explain_values, which_drug.which_drug, otherwise=hospital.ask_report),
    "action_answer_drug": with_own_list(
        first(managing.managed, told_orders, which_drug.which_drug, otherwise=drugs.answer_drug)
    ),
    "validate_reminder_form": managing.unless_managed(reminders.REMINDER),
    "action_set_reminder": then_the_rest(setting.set_reminder),
    "validate_stop_form": managing.unless_managed(stopping.STOP),
    "action_stop_reminder": then_the_rest(stopping.stop_reminder),
    "action_list_reminders": first(managing.managed, otherwise=stopping.list_reminders),
    "action_manage_plan": managing.manage,
    "validate_day_form": own_day.DAY.validator(),
    "action_keep_day": then_the_rest(own_day.keep_day),
    "action_dose_taken": doses.taken,
    "action_dose_snooze": doses.put_off,
    "action_dose_skip": doses.skipped,
    "action_health_record": first(managing.managed, otherwise=records.health_record),
    "action_handoff": people.handoff,
    "action_start_practice": people.start_practice,
    "action_exit_practice": people.exit_practice,
    "action_inform": first(managing.managed, told_orders, told_on, otherwise=conversation.inform),
    "action_repeat": conversation.repeat,
    "action_start_over": conversation.start_over,
    "action_out_of_scope": scope.out_of_scope,
}


class VerbAction(Action):
    """One verb in the shape that rasa-sdk's executor calls."""

    def __init__(self, name: str, verb: Verb, present: Callable[[], Deps]) -> None:
        self._name = name
        self._verb = verb
        self._present = present

    def name(self) -> str:
        """Its name in Rasa's domain."""
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Hear the person, do the verb, give back messages and events."""
        deps = self._present()
        caller = await deps.callers.caller(tracker.sender_id)
        heard = hear(tracker, caller, deps.clock())
        heard = replace(heard, slots=without_gone(heard.slots, deps.library.clinic))
        outcome = await self._verb(deps, heard)
        for part in outcome.messages:
            known = {"intent": heard.intent} if part.get("fallback") else {}
            dispatcher.utter_message(json_message=part | known)
        return outcome.all_events()


def make_executor(present: Callable[[], Deps]) -> ActionExecutor:
    """rasa-sdk's executor with our actions, and no other. `present` is asked once a call: a call knows one state."""
    executor = ActionExecutor()
    executor.actions = {name: VerbAction(name, verb, present).run for name, verb in ACTIONS.items()}
    return executor
