"""RulePolicy that looks no further back than its longest rule, and once.

Rasa's policy builds the state of every past action for each prediction, and does it all twice: first for
rules on the words themselves (end-to-end), which this project has none of. States older than the longest
rule can't change what a rule says, so the answers are the same.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RecentRulePolicy(RulePolicy):
    """Trains as RulePolicy does; predicts the same in less time."""

    _reach: int | None = None  # states; unknown while training, when all are looked at

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RecentRulePolicy:
        """Load the trained rules and measure them. Raises ValueError for rules on words."""
        policy: RecentRulePolicy = super().load(config, model_storage, resource, execution_context, **kwargs)
        rules = [
            json.loads(key) for table in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH) for key in policy.lookup.get(table, {})
        ]
        if any(TEXT in state.get(USER, {}) for states in rules for state in states):
            raise ValueError("a rule depends on a person's exact words; this policy reads intents only")
        policy._reach = 1 + max(map(len, rules), default=0)
        return policy

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input and self._reach is not None:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        if self._reach is None:
            return super()._prediction_states(tracker, domain, use_text_for_last_user_input, rule_only_data)
        actions = sum(isinstance(event, ActionExecuted) for event in tracker.applied_events())
        first = 1 + actions - self._reach
        states = [
            domain.get_active_state(prior)
            for place, (prior, _) in enumerate(tracker.generate_all_prior_trackers())
            if place >= first
        ]
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states
