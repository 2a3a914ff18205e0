"""Every setting, with its unit. Read once from the environment (and `.env`); frozen afterwards."""

from decimal import Decimal
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from bot.channel_settings import ChannelSettings
from bot.engine_settings import EngineSettings
from bot.teaching_settings import TeachingSettings

ROOT = Path(__file__).resolve().parent.parent
PRICE = r"^\d+(\.\d+)?/\d+(\.\d+)?$"


class Settings(ChannelSettings, EngineSettings, TeachingSettings):
    """Names in the environment are XINGLIN_<FIELD>; LLM_*, DATABASE_URL and REDIS_URL also go without the prefix."""

    model_config = SettingsConfigDict(
        env_prefix="XINGLIN_", env_file=ROOT / ".env", extra="ignore", frozen=True, populate_by_name=True
    )

    clinic: str = Field(default="demo", description="name of the clinic served: lower-case letters, digits, _")
    host: str = Field(default="127.0.0.1", description="address the gateway listens on")
    port: int = Field(default=8080, description="port the gateway listens on")
    var: Path = Field(default=ROOT / "var", description="folder of everything written at run time")

    database_url: str = Field(
        default="sqlite+aiosqlite:///{var}/{clinic}.sqlite3",
        validation_alias=AliasChoices("XINGLIN_DATABASE_URL", "DATABASE_URL"),
        description="SQLAlchemy URL with an async driver; {clinic} and {var} are filled in",
    )
    redis_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("XINGLIN_REDIS_URL", "REDIS_URL"),
        description="locks and streams between processes; unset: in memory, one process",
    )
    vectors_url: str | None = Field(
        default=None,
        pattern=r"^(postgres(ql)?|https?)://",
        description="vectors of passages: postgresql://… (pgvector) or https://… (Qdrant); unset: a file",
    )
    knowledge_refresh_s: float = Field(
        default=30.0, gt=0, description="pause between two looks whether the knowledge has changed, seconds"
    )
    vectors_key: SecretStr | None = Field(default=None, description="API key of Qdrant")
    data_keys: SecretStr | None = Field(
        default=None, description="`id:base64 of 32 bytes`, newest first; unset: var/data.keys is made, mode 0600"
    )
    desk_key: SecretStr | None = Field(default=None, description="key of the nurse desk; unset: var/desk.key is made")

    rasa_url: str | None = Field(default=None, description="a Rasa that runs elsewhere; unset: started as a child")
    rasa_token: SecretStr | None = Field(default=None, description="token of its HTTP API; unset: made at each start")
    rasa_timeout_s: float = Field(default=6.0, description="longest wait for Rasa in one turn, seconds")
    rasa_text_chars: int = Field(default=500, description="how much of a message Rasa is given, characters")
    actions_url: str | None = Field(
        default=None, description="an action server that runs elsewhere; unset: in this process"
    )
    actions_port: int = Field(default=0, description="loopback port of the action server; 0: any free one")
    actions_token: SecretStr | None = Field(default=None, description="token Rasa shows the action server; unset: made")

    llm_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("XINGLIN_LLM_BASE_URL", "LLM_BASE_URL"),
        description="OpenAI-compatible server, such as vLLM's http://host:8000/v1; unset: answers from passages",
    )
    llm_model: str = Field(
        default="", validation_alias=AliasChoices("XINGLIN_LLM_MODEL", "LLM_MODEL"), description="model name there"
    )
    llm_api_key: SecretStr = Field(
        default=SecretStr("none"),
        validation_alias=AliasChoices("XINGLIN_LLM_API_KEY", "LLM_API_KEY"),
        description="its key",
    )
    llm_price: str = Field(
        default="0/0", pattern=PRICE, description="yuan for a million tokens of this model, read/written, such as 0.8/2"
    )
    llm_small_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("XINGLIN_LLM_SMALL_BASE_URL", "LLM_SMALL_BASE_URL"),
        description="a smaller model for choosing commands and easy answers; unset: none",
    )
    llm_small_model: str = Field(
        default="",
        validation_alias=AliasChoices("XINGLIN_LLM_SMALL_MODEL", "LLM_SMALL_MODEL"),
        description="model name there",
    )
    llm_small_api_key: SecretStr = Field(
        default=SecretStr("none"),
        validation_alias=AliasChoices("XINGLIN_LLM_SMALL_API_KEY", "LLM_SMALL_API_KEY"),
        description="its key",
    )
    llm_small_price: str = Field(
        default="0/0", pattern=PRICE, description="yuan for a million tokens of it, read/written, such as 0.8/2"
    )
    llm_backup_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("XINGLIN_LLM_BACKUP_BASE_URL", "LLM_BACKUP_BASE_URL"),
        description="a model that is asked when the main one fails; unset: none",
    )
    llm_backup_model: str = Field(
        default="",
        validation_alias=AliasChoices("XINGLIN_LLM_BACKUP_MODEL", "LLM_BACKUP_MODEL"),
        description="model name there",
    )
    llm_backup_api_key: SecretStr = Field(
        default=SecretStr("none"),
        validation_alias=AliasChoices("XINGLIN_LLM_BACKUP_API_KEY", "LLM_BACKUP_API_KEY"),
        description="its key",
    )
    llm_backup_price: str = Field(
        default="0/0", pattern=PRICE, description="yuan for a million tokens of it, read/written, such as 0.8/2"
    )
    llm_first_token_s: float = Field(default=6.0, description="longest wait for the model's first words, seconds")
    llm_total_s: float = Field(default=40.0, description="longest time for a whole model answer, seconds")

    llm_votes: int = Field(
        default=0, ge=0, le=5, description="how often the model is asked again, to drop what it does not repeat"
    )
    llm_tokens_a_day: int | None = Field(
        default=None,
        gt=0,
        description="tokens a clinic may use in a day; beyond it the passages answer; unset: no limit",
    )
    llm_yuan_a_day: Decimal | None = Field(
        default=None, gt=0, description="yuan a clinic may spend on models in a day; unset: no limit"
    )

    handoff_wait_min: int = Field(
        default=15, description="minutes until an unanswered handoff is given back with the phone"
    )
    reminder_every_min: int = Field(
        default=10, gt=0, description="minutes until a dose that nobody confirmed is reminded again"
    )
    reminder_repeats: int = Field(default=4, ge=0, description="how often it is reminded again")
    family_wait_min: int = Field(
        default=30, gt=0, description="minutes from telling the family to telling a nurse of a critical dose"
    )
    heartbeat_s: float = Field(default=5.0, description="pause between two looks for due doses, seconds")
    message_chars: int = Field(default=4_000, description="longest message accepted, characters")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    def database_url_of(self, clinic: str = "{clinic}") -> str:
        """The URL with the folder filled in, and the clinic if given."""
        return self.database_url.replace("{var}", str(self.var)).replace("{clinic}", clinic)

    def cases_of(self, clinic: str | None = None) -> Path:
        """The folder of a clinic's own practice cases."""
        return self.var / "cases" / (clinic or self.clinic)

    def knowledge_of(self, clinic: str | None = None) -> Path:
        """The folder of what a clinic (the one served, if none is given) lays over our knowledge."""
        return self.var / "knowledge" / (clinic or self.clinic)
