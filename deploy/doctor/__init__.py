"""`xinglin doctor`: each part, whether it is well, and what to do if not."""

from deploy.doctor.examination import examine
from deploy.doctor.finding import Finding, State, in_words

__all__ = ["Finding", "State", "examine", "in_words"]
