"""Every action by its name in Rasa's domain (nlu/domain/actions.yml holds the same names)."""

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
    people,
    records,
    reminders,
    scope,
    stopping,
)
from actions.deps import Deps, Verb
from actions.heard import hear
from actions.putting_off import then_the_rest

ACTIONS: dict[str, Verb] = {
    "validate_booking_form": booking.BOOKING.validator(),
    "action_book": then_the_rest(booking.book),
    "validate_change_form": changing.CHANGE.validator(),
    "action_change_appointment": then_the_rest(changing.change),
    "validate_cancel_form": cancelling.CANCEL.validator(),
    "action_cancel_appointment": then_the_rest(cancelling.cancel),
    "action_list_appointments": cancelling.list_appointments,
    "action_ask_department": departments.ask_department,
    "action_ask_health": departments.ask_health,
    "action_doctor_schedule": departments.doctor_schedule,
    "action_hospital_info": hospital.hospital_info,
    "action_ask_report": hospital.ask_report,
    "action_answer_drug": drugs.answer_drug,
    "validate_reminder_form": reminders.REMINDER.validator(),
    "action_set_reminder": then_the_rest(reminders.set_reminder),
    "validate_stop_form": stopping.STOP.validator(),
    "action_stop_reminder": then_the_rest(stopping.stop_reminder),
    "action_list_reminders": stopping.list_reminders,
    "action_dose_taken": doses.taken,
    "action_dose_snooze": doses.put_off,
    "action_dose_skip": doses.skipped,
    "action_health_record": records.health_record,
    "action_handoff": people.handoff,
    "action_start_practice": people.start_practice,
    "action_exit_practice": people.exit_practice,
    "action_inform": conversation.inform,
    "action_repeat": conversation.repeat,
    "action_start_over": conversation.start_over,
    "action_out_of_scope": scope.out_of_scope,
}


class VerbAction(Action):
    """One verb in the shape that rasa-sdk's executor calls."""

    def __init__(self, name: str, verb: Verb, deps: Deps) -> None:
        self._name = name
        self._verb = verb
        self._deps = deps

    def name(self) -> str:
        """Its name in Rasa's domain."""
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Hear the person, do the verb, give back messages and events."""
        caller = await self._deps.callers.caller(tracker.sender_id)
        outcome = await self._verb(self._deps, hear(tracker, caller, self._deps.clock()))
        for part in outcome.messages:
            dispatcher.utter_message(json_message=part)
        return outcome.all_events()


def make_executor(deps: Deps) -> ActionExecutor:
    """rasa-sdk's executor with our actions, and no other."""
    executor = ActionExecutor()
    executor.actions = {name: VerbAction(name, verb, deps).run for name, verb in ACTIONS.items()}
    return executor
