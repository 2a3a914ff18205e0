"""Our drug tables are large for pure-Python YAML; this reads them with the C parser."""

from pathlib import Path
from typing import Any

import yaml

from knowledge.yamlfile import BadDataError

DATA = Path(__file__).parent / "data"
"""The data shipped with the house."""
# Wheels of PyYAML carry the C parser; a build without it still works, about ten times slower.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path) -> Any:
    """Parse one YAML file. Raises BadDataError naming the file."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadDataError(f"{path.name}: {error}") from error
