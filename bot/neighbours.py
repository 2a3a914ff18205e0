"""The other processes of the house."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the other processes of the house are."""

    rasa_url: str
    rasa_token: str
    actions_url: str
    actions_token: str
