"""What public sets call the things we have intents for.

Two uses. `meaning` gives the intent of ours that a label stands for; some labels stand for several of ours and are
no measure of one intent. `group` is coarser, for tables of several systems side by side: intents that a public set
can't tell apart, or that lead to the same place in our house, count as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Labels that stand for one intent of ours, or (last block) for a group only.
KNOWN_AS = {
    "booking": "book_appointment",
    "cost_info": "hospital_info",
    "drug_query": "query_drug",
    "llm_health": "ask_health",
    "report": "ask_report",
    "symptom_consult": "describe_symptom",
    "triage": "ask_department",
    "isbot": "help",
    "thanks": "thank",
    "exit": "goodbye",
    "chitchat": "out_of_scope",
    # Alarms and dates, none of them about health.
    "reminder": "out_of_scope",
    "out_of_scope_datetime": "out_of_scope",
    # "Where is this treated", "which hospital", "I have X, book me": one of the intents in the group.
    "triage_or_booking": "visit",
    "booking_or_triage": "visit",
}
# Labels that a set gives beside its coarse ones and that are finer and right.
FINER = frozenset({"greet", "thanks", "goodbye", "exit", "isbot", "affirm", "deny"})

GROUPS = {
    "book_appointment": "visit",
    "ask_department": "visit",
    "ask_doctor_schedule": "visit",
    "hospital_info": "visit",
    # Left to the knowledge base, the LLM or a polite no: neither is answered by an action.
    "ask_health": "not_alone",
    "out_of_scope": "not_alone",
}
# Labels named nowhere here (`symptom_or_llm`, `other`, …) say too little to be right or wrong about; they are left out.


def meaning(row: Mapping[str, Any]) -> str | None:
    """Return the intent (or group, or unknown label) that a row's labels name; None for a row without label."""
    fine = row.get("label")
    if fine in FINER:
        return KNOWN_AS.get(fine, fine)
    # A set of ours has `intent`; where a public one has `map_intent` beside it, `intent` is the public set's own word.
    for name in ("map_intent", "intent", "label"):
        label = row.get(name)
        if isinstance(label, str):
            return KNOWN_AS.get(label, label)
    return None


def group(intent: str) -> str:
    """Return the class in which an intent is counted when systems are compared on public sets."""
    return GROUPS.get(intent, intent)
