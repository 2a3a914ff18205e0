"""The settings of practice and teaching."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class TeachingSettings(BaseSettings):
    """Who teaches, and where finished debriefs are kept besides."""

    teacher_key: SecretStr | None = Field(
        default=None, description="key teachers log in with; unset: var/teacher.key is made"
    )
    debriefs_to: str | None = Field(
        default=None,
        description="where finished debriefs go as PDF and JSON: a folder, or s3://bucket/prefix; unset: nowhere",
    )
    debriefs_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="address of the S3-compatible store, such as http://minio:9000; unset: Amazon's",
    )
    debriefs_region: str = Field(default="us-east-1", description="region of the bucket")
    debriefs_key_id: str | None = Field(default=None, description="access key of the store")
    debriefs_secret: SecretStr | None = Field(default=None, description="its secret")
