"""What the stand-in's company has set up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """One company with one application, one group robot and its KF accounts."""

    clock: Callable[[], datetime]
    corp_id: str = "ww0123456789abcdef"
    agent_id: int = 1_000_002
    secret: str = "application-secret-of-the-stand-in"
    token: str = "applicationtoken"
    aes_key: str = "a" * 42 + "A"
    robot_key: str = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    kf_secret: str = "kf-secret-of-the-stand-in"
    kf_token: str = "kftoken"
    kf_aes_key: str = "k" * 42 + "A"
    kf_accounts: Mapping[str, str] = field(default_factory=lambda: {"wkXinglin01": "杏林医院在线咨询"})
    members: Mapping[str, str] = field(default_factory=lambda: {"wang": "王护士", "li": "李护士", "zhao": "赵护士"})
    page_items: int = 1_000  # most items of one pull; a small number makes many pages
    wait_s: float = 5.0  # how long a callback may take
