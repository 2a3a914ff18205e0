"""An electrocardiogram drawn from a few numbers: twelve leads, 25 mm/s and 10 mm/mV, as on paper.

It is a teaching picture of what the result says in words: height of the waves by lead, ST segment, rate, rhythm. The
shape of a beat is a sum of bell curves, its usual heights by lead those of a healthy adult (诊断学, chapter on the
electrocardiogram).
"""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
COLUMNS, ROWS = 4, 3  # leads run down a column, as on paper
SECONDS = 2.5  # of each lead
MM_A_S, MM_A_MV = 25, 10
STEP_S = 0.008
WIDE, HIGH = SECONDS * MM_A_S, 30.0  # millimetres of one lead


@dataclass(frozen=True, slots=True)
class Waves:
    """Heights in millivolts."""

    p: float = 0.1
    q: float = 0.0
    r: float = 0.8
    s: float = -0.1
    st: float = 0.0
    t: float = 0.25


USUAL: Mapping[str, Waves] = {
    "I": Waves(r=0.7), "II": Waves(p=0.15, r=1.0, t=0.3), "III": Waves(r=0.4, t=0.1),
    "aVR": Waves(p=-0.1, r=-0.8, s=0.1, t=-0.25), "aVL": Waves(p=0.05, r=0.4, t=0.15), "aVF": Waves(r=0.7, t=0.2),
    "V1": Waves(p=0.05, r=0.2, s=-0.9, t=0.05), "V2": Waves(r=0.4, s=-1.1, t=0.35), "V3": Waves(r=0.7, s=-0.7, t=0.4),
    "V4": Waves(r=1.2, s=-0.4, t=0.4), "V5": Waves(r=1.2, s=-0.2, t=0.35), "V6": Waves(r=0.9, t=0.3),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tracing:
    """What is drawn."""

    rate: int  # beats a minute
    irregular: bool = False  # fibrillating atria: no P waves, no two intervals alike
    leads: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # what differs from the usual, by lead


def ecg_svg(tracing: Tracing) -> str:
    """The picture as an SVG document; the same numbers give the same picture."""
    wide, high = COLUMNS * WIDE, ROWS * HIGH
    body = "".join((_grid(wide, high, 1, "#f6d5d5", 0.1), _grid(wide, high, 5, "#e9a9a9", 0.2), *_leads(tracing)))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img">'
    return f'{head}<rect width="{wide:g}" height="{high:g}" fill="#fffafa"/>{body}</svg>'


def _grid(wide: float, high: float, step: int, colour: str, width: float) -> str:
    down = "".join(f"M{x} 0V{high:g}" for x in range(0, int(wide) + 1, step))
    across = "".join(f"M0 {y}H{wide:g}" for y in range(0, int(high) + 1, step))
    return f'<path d="{down}{across}" stroke="{colour}" stroke-width="{width}" fill="none"/>'


def _leads(tracing: Tracing) -> Iterator[str]:
    for number, lead in enumerate(LEADS):
        x, y = number // ROWS * WIDE, number % ROWS * HIGH + HIGH / 2
        usual = USUAL[lead]
        waves = Waves(**{**{name: getattr(usual, name) for name in usual.__slots__}, **tracing.leads.get(lead, {})})
        points = " ".join(f"{x + t * MM_A_S:.2f},{y - mv * MM_A_MV:.2f}" for t, mv in _line(tracing, waves, x))
        yield f'<polyline points="{points}" fill="none" stroke="#1c1c1c" stroke-width="0.35" stroke-linejoin="round"/>'
        yield f'<text x="{x + 1.5:g}" y="{y - 10:g}" font-size="4" font-family="sans-serif">{lead}</text>'


def _line(tracing: Tracing, waves: Waves, start: float) -> Iterator[tuple[float, float]]:
    beats = list(_beats(tracing))
    dice = random.Random(start)
    for step in range(int(SECONDS / STEP_S)):
        at = step * STEP_S
        height = sum(_beat(waves, at - beat, p=not tracing.irregular) for beat in beats)
        yield at, height + (0.03 * dice.uniform(-1, 1) if tracing.irregular else 0.0)


def _beats(tracing: Tracing) -> Iterator[float]:
    """Times of the R waves, seconds; the same in leads of one column as in all."""
    dice, at, interval = random.Random(tracing.rate), 0.3, 60 / tracing.rate
    while at < SECONDS + 1:
        yield at
        at += interval * (dice.uniform(0.65, 1.4) if tracing.irregular else 1.0)


def _beat(waves: Waves, at: float, *, p: bool) -> float:
    """Height at a time from the R wave."""
    height = waves.p * _bell(at, -0.16, 0.022) if p else 0.0
    height += waves.q * _bell(at, -0.03, 0.010) + waves.r * _bell(at, 0, 0.011) + waves.s * _bell(at, 0.03, 0.011)
    plateau = 1 / (1 + math.exp(-(at - 0.05) / 0.008)) / (1 + math.exp((at - 0.24) / 0.03))
    return height + waves.st * plateau + waves.t * _bell(at, 0.24, 0.045)


def _bell(at: float, middle: float, width: float) -> float:
    return math.exp(-(((at - middle) / width) ** 2) / 2)
