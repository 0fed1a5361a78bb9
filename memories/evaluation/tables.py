"""Scores as tables: for a terminal, and for documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from memories.evaluation.measure import DEPTHS, OVERALL, Score

DEPTH = 10


def table(scores: Mapping[str, Score]) -> str:
    """Return recall by category and depth, with the interval of recall@10."""
    heads = "".join(f"{f'@{depth}':>7}" for depth in DEPTHS)
    lines = [f"{'recall, %':16}{'queries':>9}{heads}{'95 % interval @10':>20}"]
    for name, score in scores.items():
        shares = "".join(f"{score.percent(depth):7.1f}" for depth in DEPTHS)
        low, high = score.interval(DEPTH)
        lines.append(f"{name:16}{score.queries:9}{shares}{f'{low:.1f} – {high:.1f}':>20}")
    return "\n".join(lines)


def ablation(
    whole: Mapping[str, Score], without: Iterable[tuple[str, Mapping[str, Score]]]
) -> list[str]:
    """Return the lines of a Markdown table: recall@10 with all features, and without each."""
    names = [*(name for name in whole if name != OVERALL), OVERALL]
    lines = [f"| without | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    for off, scores in [("nothing", whole), *without]:
        cells = " | ".join(f"{scores[name].percent(DEPTH):.1f}" for name in names)
        lines.append(f"| {off} | {cells} |")
    return lines
