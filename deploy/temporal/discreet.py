"""What went wrong is told to Temporal by its kind alone: an error of the database quotes what it was given."""

import logging
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

log = logging.getLogger(__name__)


class Discreet(Interceptor):
    """Stands around every activity."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """The activity, with its errors made discreet."""
        return _DiscreetActivity(next)


class _DiscreetActivity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except ApplicationError:  # our own words
            raise
        except Exception as error:
            kind, task = type(error).__name__, activity.info().activity_type
            log.warning("a step failed", extra={"action": "engine_step_failed", "task": task, "error": kind})
            raise ApplicationError(kind, type=kind) from None
