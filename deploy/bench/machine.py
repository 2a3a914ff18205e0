"""The machine a table was measured on."""

import platform
from dataclasses import dataclass
from pathlib import Path

import psutil

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Machine:
    """What a reader must know to compare."""

    processor: str
    cores: int  # that the operating system offers
    memory_gib: float
    system: str

    def in_words(self) -> str:
        """One line above a table."""
        return f"{self.processor}, {self.cores} cores, {self.memory_gib:.0f} GiB, {self.system}."


def this_machine() -> Machine:
    """The machine we run on."""
    memory = psutil.virtual_memory().total / GIB
    system = f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}"
    return Machine(_processor(), psutil.cpu_count() or 1, memory, system)


def _processor() -> str:
    """Its model; where the system keeps no /proc/cpuinfo, what Python knows."""
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
