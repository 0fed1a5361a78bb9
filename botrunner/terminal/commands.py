"""What the person at the terminal can do besides talking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from botrunner.conversation.consent import decision_line, privacy_of
from botrunner.follow_ups.actions import stop_follow_ups, want_follow_ups
from botrunner.follow_ups.wording import as_wanted, in_words
from botrunner.models import FollowUps
from botrunner.personal_data import export_path
from botrunner.reminders.actions import cancel
from botrunner.reminders.queries import waiting_of
from botrunner.reminders.wording import listed
from botrunner.terminal.user import TerminalUser
from memories import actions, queries
from memories.access import Scope
from memories.models import Memory
from memories.recall import recall
from profiles.actions import choose_level, decide_consent, set_way
from profiles.models import Consent
from profiles.preferences import zone_of
from profiles.privacy import LEVELS, Way
from profiles.queries import profile_of
from whisper.action_log import Actor
from whisper.amounts import amounts
from whisper.database.access import in_database
from whisper.personal_data import registry

SHOWN = 20
SOURCE = "terminal"
PRIVACY_WORDS = ["on", "off", *map(str, LEVELS), *(f"{way} on|off" for way in Way)]


async def _help(user: TerminalUser, rest: str) -> str:
    lines = [f"{name:<12} {text}" for name, (text, _) in COMMANDS.items()]
    return "\n".join([*lines, f"{'/quit':<12} Leave (or Ctrl-D)."])


async def _memories(user: TerminalUser, rest: str) -> str:
    scope = Scope.access(user.person_id)
    if rest:
        found = [memory.entry.text for memory in await recall(rest, scope, k=SHOWN)]
        return "\n".join(f"- {text}" for text in found) or "I found nothing like that."
    return _listed(
        await in_database(queries.memories_of, scope), "I don't remember anything about you yet."
    )


async def _facts(user: TerminalUser, rest: str) -> str:
    scope = Scope.access(user.person_id)
    facts = await in_database(queries.memories_of, scope, kinds=[Memory.Kind.USER_FACT])
    return _listed(facts, "I don't know any facts about you yet.")


async def _forget(user: TerminalUser, rest: str) -> str:
    if not rest:
        return "Say what to forget, for example: /forget my old address"
    found = await recall(rest, Scope.access(user.person_id), k=1)
    if not found:
        return "I found nothing like that."
    by = Actor.person(user.person_id)
    await in_database(actions.forget, [found[0].entry.id], actor=by)
    return f"Forgotten: {found[0].entry.text}"


async def _privacy(user: TerminalUser, rest: str) -> str:
    known = await in_database(_choose, user.person_id, rest.casefold()) if rest else True
    if not known:
        return f"Use one of these: {', '.join(PRIVACY_WORDS)}."
    shown = await in_database(privacy_of, user.person_id)
    turn = "/privacy off stops that" if shown.remembers else "/privacy on changes that"
    lines = [f"{shown.status} {turn}, and /forgetme erases everything.", shown.ways]
    return "\n".join([*lines, *map(decision_line, shown.decisions)])


def _choose(person_id: int, words: str) -> bool:
    """Do what `/privacy` was given; False if it means nothing."""
    way, _, state = words.partition(" ")
    if words in {"on", "off"}:
        decide_consent(person_id, granted=words == "on", source=SOURCE)
    elif words in LEVELS:
        choose_level(person_id, Consent.Level(words), source=SOURCE)
    elif way in set(Way) and state in {"on", "off"}:
        set_way(person_id, Way(way), opened=state == "on", source=SOURCE)
    else:
        return False
    return True


async def _reminders(user: TerminalUser, rest: str) -> str:
    waiting = await in_database(waiting_of, user.person_id)
    word, _, number = rest.partition(" ")
    if word == "cancel":
        numbered = {str(index): one for index, one in enumerate(waiting, 1)}
        if number not in numbered:
            return "Type the number that stands before it: /reminders cancel 1"
        actor = Actor.person(user.person_id)
        await in_database(cancel, numbered[number].pk, user.person_id, actor=actor)
        return f"Cancelled: {numbered[number].text}"
    zone = zone_of(await in_database(profile_of, user.person_id))
    lines = [line.removeprefix("- ") for line in listed(waiting, zone)]
    listing = "\n".join(f"{index}. {line}" for index, line in enumerate(lines, 1))
    return listing or "You have no reminders waiting. Say “remind me …” to set one."


async def _follow_ups(user: TerminalUser, rest: str) -> str:
    if rest == "on":
        wanted = await in_database(
            want_follow_ups,
            user.person_id,
            where=FollowUps.Where.SAME,
            per_week=2,
            quiet_from=22,
            quiet_until=8,
            actor=Actor.person(user.person_id),
        )
        return in_words(wanted) if wanted else "Let me remember you first: /privacy on"
    if rest == "off":
        await in_database(stop_follow_ups, user.person_id, actor=Actor.person(user.person_id))
    return await in_database(as_wanted, user.person_id)


async def _export(user: TerminalUser, rest: str) -> str:
    path = export_path(user.person_id)
    path.write_bytes(await registry.export_archive(user.person_id))
    return f"Everything I hold about you is in {path}."


async def _forget_me(user: TerminalUser, rest: str) -> str:
    if rest != "yes":
        return (
            "This permanently erases everything I hold about you. To confirm, type: /forgetme yes"
        )
    counts = await registry.erase_person(user.person_id)
    gone = amounts(counts)
    return (
        f"Erased: {gone or 'there was nothing'}. I won't remember you unless you type /privacy on."
    )


def _listed(memories: list[Memory], nothing: str) -> str:
    lines = [f"- {memory.said_at:%d %b %Y}: {memory.text}" for memory in memories[:SHOWN]]
    more = len(memories) - SHOWN
    if more > 0:
        lines.append(f"… and {more} more; /memories WORDS searches them.")
    return "\n".join(lines) or nothing


Command = Callable[[TerminalUser, str], Awaitable[str]]
COMMANDS: dict[str, tuple[str, Command]] = {
    "/help": ("Show this.", _help),
    "/memories": ("Show what I remember about you; add words to search.", _memories),
    "/facts": ("Show the facts I know about you.", _facts),
    "/reminders": (
        "Show your reminders; with cancel and its number, cancel one.",
        _reminders,
    ),
    "/followups": (
        "Show whether I ask by myself how something went; change it with on or off.",
        _follow_ups,
    ),
    "/forget": ("Forget the memory that fits best.", _forget),
    "/privacy": (
        "Show what I remember and where it can come up; change it with on, off or a level.",
        _privacy,
    ),
    "/export": ("Write everything I hold about you to a file.", _export),
    "/forgetme": ("Erase everything I hold about you.", _forget_me),
}


async def run_command(line: str, user: TerminalUser) -> str:
    """Do a command and return what to show."""
    name, _, rest = line.partition(" ")
    return await COMMANDS[name][1](user, rest.strip())
