"""What messages, memories and replies add to the console's front page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, Max, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from memories.models import Memory, Message, Place, ReplyTrace
from whisper.amounts import amount
from whisper.console import badges, front
from whisper.console.by_day import figures_by_day
from whisper.console.front import Notice, Tile, compared, per_day

# How far back failed replies are shown.
FAULTS_OF = timedelta(days=2)

front.leads_to("memory index", "admin:memories_memory_changelist", "memories.view_memory")
front.leads_to("discord", "admin:memories_message_changelist", "memories.view_message")
front.leads_to("history", "admin:memories_message_changelist", "memories.view_message")


@front.tile("memories.view_message")
def messages(now: datetime) -> Tile:
    """Return how many messages people wrote to the companion."""
    said = Message.objects.filter(from_companion=False)
    counts = per_day(said, "sent_at", now)
    link = reverse("console:conversations")
    return Tile("Messages", counts[-1], compared(counts), link, counts)


@front.tiles("memories.view_replytrace")
def replies(now: datetime) -> Iterator[Tile]:
    """Yield how many replies were given, how many recalled memories, and the tokens they took."""
    found = figures_by_day(
        ReplyTrace.objects.all(),
        "created_at",
        now,
        days=front.DAYS,
        further=(Count("pk", filter=~Q(recalled=[])), _sum("prompt"), _sum("answer")),
    )
    of_days = [found.get((day,), (0, 0, 0, 0)) for day in front.last_days(now)]
    given, recalled, prompts, answers = (list(series) for series in zip(*of_days, strict=True))
    tokens = [prompt + answer for prompt, answer in zip(prompts, answers, strict=True)]
    link = reverse("admin:memories_replytrace_changelist")
    yield Tile("Replies", given[-1], compared(given), link, given)
    yield Tile("With memories", recalled[-1], _share(recalled[-1], given[-1]), link, recalled)
    yield Tile("Tokens", tokens[-1], compared(tokens), link, tokens)


def _sum(name: str) -> Sum:
    return Sum(Cast(KeyTextTransform(name, "tokens"), IntegerField()))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % of today's replies" if whole else "No replies today yet"


@front.tile("memories.view_memory")
def memories(now: datetime) -> Tile:
    """Return how many memories are of today."""
    counts = per_day(Memory.objects.all(), "said_at", now)
    link = reverse("console:memories")
    return Tile("New memories", counts[-1], compared(counts), link, counts)


@badges.waiting(
    "console:memories", "waits for approval", "wait for approval", permission="memories.view_memory"
)
def unapproved() -> QuerySet[Memory]:
    """Return the memories that wait for an approval, what an import brought among them."""
    return Memory.objects.filter(hidden=True)


@front.notices("memories.view_memory")
def hidden(now: datetime) -> Iterator[Notice]:
    """Yield how many memories wait for an approval, those that an import brought apart."""
    imported = Q(place=Place.IMPORT)
    counts = unapproved().aggregate(
        imported=Count("pk", filter=imported), others=Count("pk", filter=~imported)
    )
    link = reverse("admin:memories_memory_changelist") + "?hidden__exact=1"
    if count := counts["others"]:
        noun, verb = ("memory", "waits") if count == 1 else ("memories", "wait")
        of = "&place__in=" + ",".join(one for one in Place.values if one != Place.IMPORT)
        text = f"{count:,} {noun} {verb} for your approval"
        yield Notice(text, link + of, "Hidden until then.")
    if count := counts["imported"]:
        noun, verb = ("memory", "is") if count == 1 else ("memories", "are")
        yield Notice(
            f"{count:,} imported {noun} {verb} in quarantine",
            f"{link}&place__exact={Place.IMPORT}",
            "From an older bot; hidden until you approve.",
        )


@front.notices("memories.view_replytrace")
def failed_replies(now: datetime) -> Iterator[Notice]:
    """Yield why replies failed lately, each reason once."""
    failed = ReplyTrace.objects.filter(created_at__gte=now - FAULTS_OF).filter(error__gt="")
    rows = failed.values("error").annotate(count=Count("pk"), at=Max("created_at"))
    for row in rows.order_by("-at"):
        link = reverse("admin:memories_replytrace_changelist") + "?outcome=failed"
        yield Notice(
            f"{amount(row['count'], 'reply', 'replies')} failed",
            link,
            row["error"],
            at=row["at"],
            fault=True,
        )
