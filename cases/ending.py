"""What a learner concludes at the end of an encounter."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sbar:
    """The handover to a nurse, part by part."""

    situation: str = ""
    background: str = ""
    assessment: str = ""
    recommendation: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """Diagnosis, what else was thought of, why, what to do, and the handover; all in the learner's words."""

    diagnosis: str = ""
    differentials: str = ""
    reasons: str = ""
    plan: str = ""
    sbar: Sbar = field(default_factory=Sbar)
