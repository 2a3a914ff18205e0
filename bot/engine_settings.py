"""Which engine brings the doses, and where Temporal is."""

from enum import StrEnum

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Engine(StrEnum):
    """Who looks at what time brings."""

    EMBEDDED = "embedded"
    TEMPORAL = "temporal"


class EngineSettings(BaseSettings):
    """The engine of reminders."""

    engine: Engine = Field(
        default=Engine.EMBEDDED, description="who brings the doses: embedded (this process) or temporal (its workers)"
    )
    temporal_url: str = Field(default="127.0.0.1:7233", description="host:port of the Temporal frontend")
    temporal_namespace: str = Field(default="default", description="Temporal namespace")
    temporal_task_queue: str = Field(
        default="xinglin", description="task queue; the clinic's name is put behind it, each clinic has its own workers"
    )
    temporal_tls: bool = Field(default=False, description="whether Temporal is spoken to over TLS")
    temporal_api_key: SecretStr | None = Field(default=None, description="API key of Temporal, if it wants one")
    temporal_starts: int = Field(
        default=300, ge=0, description="ladders started in a minute at most; the other rounds are climbed in batches"
    )
