"""From what the tagger marked to statements: whose words, about whom, true or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from memories.facts.hearing.asides import asides
from memories.facts.hearing.assemble import statements
from memories.facts.hearing.by_rules import by_rules, pastimes
from memories.facts.hearing.cues import cues
from memories.facts.hearing.in_short import in_short
from memories.facts.hearing.leaning import spelled_out
from memories.facts.hearing.people import people_beside
from memories.facts.hearing.reminders import with_reminders
from memories.facts.hearing.scheduled import with_scheduled
from memories.facts.hearing.scope import plain
from memories.facts.hearing.sideways import sideways
from memories.facts.hearing.strangers import without_charges
from memories.facts.ledger import Fact, same_value
from memories.facts.statements import Claim, Said, Statement
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.tagger import tags
from memories.facts.wording import is_love

# Marks the words of a text.
Tagger = Callable[[str], Sequence[Tagged]]


def _names_who_is_gone(one: Statement, ends: Sequence[Statement], known: Sequence[Fact]) -> bool:
    """Return whether “Priya left me” was taken to say that Priya is the person's wife."""
    parted = any(end.predicate == "relationship" and end.own for end in ends)
    return (
        parted
        and one.predicate == "name"
        and is_love(one.subject)
        and any(fact.predicate == "name" and fact.value == one.value for fact in known)
    )


def _is_just_over(one: Statement, ends: Sequence[Statement]) -> bool:
    """Return whether a name is only there to say who has left: “Priti moved out”."""
    return one.predicate == "name" and any(
        end.claim is Claim.OVER
        and end.predicate == "name"
        and end.value.lower() == one.value.lower()
        for end in ends
    )


def _is_among(one: Statement, ended: Iterable[tuple[str, str, str]]) -> bool:
    """Return whether a message states what it ends: of a broken wrist, the wrist alone."""
    return any(
        (one.subject, one.predicate) == (subject, predicate)
        and f" {value}".lower().endswith(f" {one.value}".lower())
        for subject, predicate, value in ended
    )


def _is_another_event(end: Statement, stated: Sequence[Statement]) -> bool:
    """Return whether a message names another event that is over: “failed my practice test”."""
    return end.predicate == "plan" and any(
        one.predicate == "plan"
        and one.claim is Claim.OVER
        and one.value.split()[-1:] == end.value.split()[-1:]
        and not same_value(one.value, end.value)
        for one in stated
    )


def heard(said: Said, known: Sequence[Fact], tagger: Tagger = tags) -> list[Statement]:
    """Return what a message states, ends first: what is over makes room for what is new.

    It blocks for some milliseconds: call it in a thread.

    Args:
        known: the facts that hold.
        tagger: marks the words of a text.

    Raises:
        EmbeddingError: the tagger's model can't be loaded.
    """
    said = replace(said, text=plain(said.text))
    spoken = replace(said, text=spelled_out(said, known))
    stated = statements(spoken, tagger(spoken.text))
    stated += by_rules(spoken, stated)
    stated += pastimes(spoken, stated)
    stated += sideways(spoken, stated)
    stated += asides(spoken, stated)
    stated += in_short(spoken, stated)
    stated = with_scheduled(spoken, stated)
    stated = people_beside(spoken, stated, known)
    stated = without_charges(spoken, stated, known)
    stated = with_reminders(spoken, stated)
    ends = cues(spoken, known, stated, said.text)
    ends = [one for one in ends if not _is_another_event(one, stated)]
    ended = {
        (one.subject, one.predicate, one.value)
        for one in ends
        if one.claim is Claim.OVER and one.predicate != "plan"
    }
    corrected = {(one.subject, one.predicate) for one in ends if one.instead_of}
    stated = [
        one
        for one in stated
        if ((one.subject, one.predicate) not in corrected or one.claim is not Claim.HOLDS)
        and (one.claim is not Claim.HOLDS or not _is_among(one, ended))
        and not _names_who_is_gone(one, ends, known)
        and not _is_just_over(one, ends)
    ]
    over = [one for one in stated if one.claim is not Claim.HOLDS]
    dead = {one.name for one in [*ends, *stated] if one.predicate == "death" and one.name}
    # Who has died is named first, so that the name is kept as past.
    of_dead = [one for one in stated if one.predicate == "name" and one.value in dead]
    now = [one for one in stated if one.claim is Claim.HOLDS and one not in of_dead]
    # “He was fourteen” tells how old somebody grew, not how old they are.
    gone = {one.subject for one in [*ends, *stated] if one.predicate == "death"}
    now = [one for one in now if one.predicate != "age" or one.subject not in gone]
    return [*over, *of_dead, *ends, *now]
