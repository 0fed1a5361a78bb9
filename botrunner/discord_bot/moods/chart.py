"""Draw how somebody felt over a time: one mark a message, higher where it felt better."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

from profiles.models import EmotionRecord
from profiles.states import Emotion
from whisper.amounts import amount

WIDTH, HEIGHT = 960, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 24, 110
SIZE = 8
PAPER, INK, FAINT = "#ffffff", "#333a45", "#d5d9e0"
DATES = 5
DAY = "%d %b"

Points = list[tuple[float, float]]


def _star() -> Points:
    corners = [(1.2 if one % 2 == 0 else 0.5, math.pi * one / 5) for one in range(10)]
    return [(far * math.sin(angle), -far * math.cos(angle)) for far, angle in corners]


def _round() -> Points:
    angles = [math.tau * one / 24 for one in range(24)]
    return [(0.9 * math.sin(one), -0.9 * math.cos(one)) for one in angles]


# Corners around the origin, 1 being the size of a mark: the shape tells the mood, not colour alone.
SHAPES: Mapping[str, Points] = {
    "circle": _round(),
    "star": _star(),
    "heart": [(0, 1), (-1, 0), (-1, -0.5), (-0.5, -0.9), (0, -0.4), (0.5, -0.9), (1, -0.5), (1, 0)],
    "diamond": [(0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)],
    "bar": [(-1, -0.3), (1, -0.3), (1, 0.3), (-1, 0.3)],
    "triangle": [(0, -1), (1.1, 0.9), (-1.1, 0.9)],
    "wedge": [(0, 1), (1.1, -0.9), (-1.1, -0.9)],
    "cross": [
        *((-1, -0.6), (-0.6, -1), (0, -0.4), (0.6, -1), (1, -0.6), (0.4, 0)),
        *((1, 0.6), (0.6, 1), (0, 0.4), (-0.6, 1), (-1, 0.6), (-0.4, 0)),
    ],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "drop": [(0, -1.2), (0.8, 0.2), (0.5, 0.9), (0, 1.1), (-0.5, 0.9), (-0.8, 0.2)],
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The time that a chart shows, in a person's zone."""

    since: datetime
    until: datetime
    zone: tzinfo

    def at(self, time: datetime, valence: float) -> tuple[float, float]:
        """Return where a mood stands."""
        share = (time - self.since) / (self.until - self.since)
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        return x, TOP + (1 - valence) / 2 * (HEIGHT - TOP - BOTTOM)


def draw(moods: Sequence[EmotionRecord], frame: Frame) -> bytes:
    """Return a chart of moods, the oldest first, as a PNG file. It blocks for a moment."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=16)
    _draw_axes(canvas, font, frame)
    line = [frame.at(time, mean) for time, mean in _days(moods, frame.zone)]
    if len(line) > 1:
        canvas.line(line, fill=FAINT, width=3)
    for one in moods:
        _mark(canvas, one.state, frame.at(one.felt_at, one.valence))
    _draw_legend(canvas, font, [one for one in Emotion if one in {mood.state for mood in moods}])
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def in_words(moods: Sequence[EmotionRecord], frame: Frame) -> str:
    """Return what a chart of moods shows, for those who don't see it."""
    counts = Counter(one.state for one in moods)
    often = ", ".join(f"{mood.label.lower()} {count}" for mood, count in counts.most_common())
    since, until = (one.astimezone(frame.zone) for one in (frame.since, frame.until))
    days = sorted(_days(moods, frame.zone), key=lambda one: one[1])
    text = (
        f"Your moods from {since:{DAY}} to {until:{DAY}}, in "
        f"{amount(len(moods), 'message')}: {often}."
    )
    if len(days) > 1 and days[0][1] < days[-1][1]:
        best, hardest = (one[0].astimezone(frame.zone) for one in (days[-1], days[0]))
        text = f"{text} The best day was {best:{DAY}}, the hardest {hardest:{DAY}}."
    return text


def _days(moods: Sequence[EmotionRecord], zone: tzinfo) -> list[tuple[datetime, float]]:
    """Return of each day with moods the time in their middle and their mean valence."""
    found = []
    for _, group in groupby(moods, key=lambda one: one.felt_at.astimezone(zone).date()):
        of_day = list(group)
        middle = of_day[0].felt_at + (of_day[-1].felt_at - of_day[0].felt_at) / 2
        found.append((middle, sum(one.valence for one in of_day) / len(of_day)))
    return found


def _draw_axes(
    canvas: ImageDraw.ImageDraw, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, frame: Frame
) -> None:
    for valence, name in ((0.8, "good"), (0.0, ""), (-0.8, "hard")):
        left, y = frame.at(frame.since, valence)
        canvas.line([(left, y), (WIDTH - RIGHT, y)], fill=FAINT)
        canvas.text((LEFT - 12, y), name, fill=INK, font=font, anchor="rm")
    for number in range(DATES):
        time = frame.since + (frame.until - frame.since) * number / (DATES - 1)
        x, _ = frame.at(time, 0)
        anchor = "rt" if number == DATES - 1 else "mt"
        text = f"{time.astimezone(frame.zone):{DAY}}"
        canvas.text((x, HEIGHT - BOTTOM + 8), text, fill=INK, font=font, anchor=anchor)


def _draw_legend(
    canvas: ImageDraw.ImageDraw,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
    moods: Sequence[Emotion],
) -> None:
    x, y = float(LEFT), HEIGHT - 60.0
    for mood in moods:
        width = 2 * SIZE + 12 + canvas.textlength(mood.label, font=font)
        if x + width > WIDTH - RIGHT:
            x, y = float(LEFT), y + 28
        _mark(canvas, mood, (x + SIZE, y))
        canvas.text((x + 2 * SIZE + 6, y), mood.label, fill=INK, font=font, anchor="lm")
        x += width + 20


def _mark(canvas: ImageDraw.ImageDraw, mood: Emotion, where: tuple[float, float]) -> None:
    x, y = where
    corners = [(x + SIZE * right, y + SIZE * down) for right, down in SHAPES[mood.traits.shape]]
    canvas.polygon(corners, fill=mood.traits.shade, outline=PAPER)
