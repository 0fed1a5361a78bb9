"""Evaluation of the assistant without a language model."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandParser

from botrunner.offline.evaluation.questions import Answered, ask_all, read_interviews
from botrunner.offline.evaluation.utterances import hold, read_talks
from whisper.evaluations import Options, Outcome, Share, evaluation, outcome, reading


def _show_wrong(parser: CommandParser) -> None:
    parser.add_argument(
        "--show-wrong",
        action="store_true",
        help="Questions: list the questions that were not answered right, with the replies.",
    )


@evaluation("questions", "whether questions on what was told are answered", _show_wrong)
def questions(path: Path, options: Options) -> Outcome:
    """Tell the assistant what a set says, and ask it the questions some days later."""
    with reading("questions", path):
        interviews = read_interviews(path)
    answered = ask_all(interviews, lambda line: print(line, file=sys.stderr))  # noqa: T201
    found = outcome(
        {
            "right": Share(sum(one.is_right for one in answered), len(answered)),
            "denied": Share(sum(one.is_denied for one in answered), len(answered)),
        }
    )
    return Outcome(found.figures, found.table + (_wrong(answered) * bool(options["show_wrong"])))


def _show_replies(parser: CommandParser) -> None:
    parser.add_argument(
        "--show-replies",
        action="store_true",
        help="Utterances: list every utterance with its reply, to be judged by hand.",
    )


@evaluation("utterances", "whether replies to all kinds of messages are sound", _show_replies)
def utterances(path: Path, options: Options) -> Outcome:
    """Say what a set says, and check what a machine can of the replies."""
    with reading("utterances", path):
        talks = read_talks(path)
    answers = hold(talks, lambda line: print(line, file=sys.stderr))  # noqa: T201
    sound = Share(sum(not one.faults for one in answers), len(answers))
    found = outcome({"sound": sound})
    shown = answers if options["show_replies"] else [one for one in answers if one.faults]
    listed = "".join(
        f"\n[{one.utterance.kind}] {one.utterance.text}\n    {one.reply}"
        + (f"\n    FAULT: {'; '.join(one.faults)}" if one.faults else "")
        for one in shown
    )
    return Outcome(found.figures, found.table + listed)


def _wrong(answered: list[Answered]) -> str:
    return "".join(
        f"\n{one.question.text}\n    wanted {' or '.join(one.question.answers)}: {one.reply}"
        for one in answered
        if not one.is_right
    )
