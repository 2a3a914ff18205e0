"""The reader as a component of Rasa's graph: entities and intent of a message in one step."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import fast_endpoint, fast_runner, fast_trackers, fast_validation
from components.reader import Reader, Reading, train_reader

# Rasa loads this module before it serves anything, however it was started.
for part in (fast_endpoint, fast_runner, fast_trackers, fast_validation):
    part.install()

# Enough for the margin and a second intent; the ranking travels with every event of a conversation.
RANKED = 3


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True
)
class PatientReader(GraphComponent, IntentClassifier, EntityExtractorMixin):
    """Sets `intent`, `intent_ranking` and `entities` of each message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`entities`: the kinds of names told to the dialogue; others only help the intent."""
        return {"inverse_penalty": 4.0, "entities": ["drug", "department", "doctor", "symptom", "time"]}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._told = frozenset(config["entities"])
        self.reader: Reader | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PatientReader:
        """Return an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PatientReader:
        """Return a trained component. A model that can't be read is an error, not an empty reader."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.reader = Reader.load(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples, lookup tables and patterns, and store the reader."""
        examples = [
            (message.get(TEXT), message.get(INTENT)) for message in training_data.intent_examples if message.get(TEXT)
        ]
        names: dict[str, list[str]] = {}
        for table in training_data.lookup_tables:
            names.setdefault(table["name"], []).extend(table["elements"])
        patterns = [(regex["name"], regex["pattern"]) for regex in training_data.regex_features]
        penalty = float(self._config["inverse_penalty"])
        self.reader = train_reader(
            examples, names, patterns, generic=training_data.entity_synonyms, inverse_penalty=penalty
        )
        with self._storage.write_to(self._resource) as folder:
            self.reader.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Read the training examples as well, for components that come later."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message."""
        if self.reader is None:
            raise RuntimeError("PatientReader was neither trained nor loaded")
        for message in messages:
            self._write(message, self.reader.read(message.get(TEXT) or ""))
        return messages

    def _write(self, message: Message, reading: Reading) -> None:
        found = [
            dict(named, extractor=type(self).__name__) for named in reading.entities if named["entity"] in self._told
        ]
        ranking = [{"name": name, "confidence": confidence} for name, confidence in reading.ranking[:RANKED]]
        message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        message.set(INTENT, dict(ranking[0]), add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
