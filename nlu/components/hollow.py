"""Stand-ins for libraries that Rasa imports and this project never uses.

Rasa imports TensorFlow, matplotlib and the clients of a dozen messengers at its start, whatever the
pipeline is. Hollow modules in their place save half of the start and half of the memory. They let a
module be imported, a class be derived and a decorator be applied; nothing in them does any work, so
the model is trained by the real thing and only served with these.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, ClassVar

# One name a library that is imported as a package.
UNUSED = frozenset({
    *("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_probability", "tensorflow_text"),
    *("keras", "tensorboard", "h5py", "matplotlib"),
    *("aiogram", "slack_sdk", "webexteamssdk", "twilio", "rocketchat_API", "mattermostwrapper", "fbmessenger"),
    *("colorhash", "confluent_kafka", "aio_pika"),
})  # fmt: skip


class _HollowType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Hollow

    def __getitem__(cls, _key: object) -> Any:
        return cls


class Hollow(metaclass=_HollowType):
    """Stands for any class, function or constant of a library that is not used."""

    def __init__(self, *_args: object, **_options: object) -> None:
        pass

    def __init_subclass__(cls, **_options: object) -> None:
        pass

    def __call__(self, *args: Any, **_options: object) -> Any:
        return args[0] if args and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Hollow()


class _HollowModule(ModuleType):
    __path__: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return "0.0" if name == "__version__" else Hollow


class _HollowLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _HollowModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


class _HollowFinder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in UNUSED:
            return None
        return ModuleSpec(fullname, _HollowLoader(), is_package=True)


def install() -> None:
    """Put hollow modules before the real ones; call it before Rasa is imported."""
    sys.meta_path.insert(0, _HollowFinder())
