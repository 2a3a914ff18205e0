"""`xinglin nlu`: the tools for whoever writes the sentences; they run in `nlu/` with Rasa's own Python."""

import os
import subprocess
from collections.abc import Sequence

from deploy.train import NLU, RASA_ENVIRONMENT, RASA_PYTHON
from deploy.trouble import no_rasa_python


def run_tool(name: str, arguments: Sequence[str]) -> int:
    """Run a tool of `nlu/tools` to its end with our own input and output; its exit code. Raises Trouble."""
    return subprocess.run(tool_command(name, arguments), cwd=NLU, env=tool_environment(), check=False).returncode


def tool_command(name: str, arguments: Sequence[str]) -> Sequence[str]:
    """How a tool is started. Raises Trouble."""
    if not RASA_PYTHON.exists():
        raise no_rasa_python(str(RASA_PYTHON))
    return (str(RASA_PYTHON), "-m", f"tools.{name}", *arguments)


def tool_environment() -> dict[str, str]:
    """One thread each, and the same numbers every time."""
    return {**os.environ, **RASA_ENVIRONMENT}
