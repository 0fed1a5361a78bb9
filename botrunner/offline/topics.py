"""Questions back: on facts that were just told, and on what people often speak of."""

from __future__ import annotations

import re

# What a fact says («Their cat is called Miso.») and how to take it up.
_TAKEN_UP: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"Their name is (?P<value>.+)\.", ("Nice to meet you, {value}!", "Hello, {value}!")),
    (r"They want to be called (?P<value>.+)\.", ("{value} it is!", "Gladly, {value}.")),
    (
        r"(?:Their|They have a) (?P<noun>CREATURE) (?:is )?called (?P<value>.+)\.",
        ("{value}, lovely name for a {noun}!", "{value}! I like that name for a {noun}."),
    ),
    (
        r"Their (?P<noun>CREATURE)s are called (?P<value>.+)\.",
        ("{value}! Do they get along?", "{value}, what a team!"),
    ),
    (r"They have .*CREATURE.*\.", ("Oh, nice! What's the name?", "Good company! Tell me more.")),
    (
        r".+ has died\.",
        (
            "I'm so sorry for your loss. What do you miss most?",
            "I'm so sorry. That's a hard goodbye. Do you want to tell me about them?",
        ),
    ),
    (
        r"Their (?P<noun>.+) is called (?P<value>.+)\.",
        ("{value}, I see.", "{value}: a nice name."),
    ),
    (r"They live in (?P<value>.+)\.", ("{value}! What's it like there?", "Ah, {value}!")),
    (r"They (?:come from|grew up in) (?P<value>.+)\.", ("{value}! Do you go back often?",)),
    (
        r"They work as (?P<value>.+)\.",
        ("{value}, then! What's the best part of it?", "{value}! How did you come to that?"),
    ),
    (r"Their birthday is (?P<value>.+)\.", ("{value}, a good day to be born.", "{value}!")),
    (
        r"They (?:love|like|enjoy|adore|play|do|collect) .+\.",
        ("Nice! What draws you to it?", "Good choice!"),
    ),
    (
        r"They (?:hate|can't stand|detest|dislike|do not like) .+\.",
        ("Fair enough!", "You're not alone in that."),
    ),
    (r"They are allergic .+\.", ("That's important to know.",)),
    (
        r"They (?:have|are|were) (?:asthma|ADHD|depress|anxi|cancer|diagnos).*\.",
        ("Thank you for trusting me with that.",),
    ),
)
_CREATURES = "cat|dog|kitten|puppy|hamster|rabbit|bunny|parrot|bird|budgie|horse|pony|goldfish|fish"
TAKEN_UP = tuple(
    (re.compile(pattern.replace("CREATURE", f"(?:{_CREATURES})"), re.DOTALL), said)
    for pattern, said in _TAKEN_UP
)

# What somebody speaks of without stating a fact, and a question on it.
_TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"exams?|tests?|finals|studying|homework",
        ("How do you feel about it?", "How is the studying going?"),
    ),
    (r"interview", ("What would the job be?", "When will you hear from them?")),
    (
        r"boss|work|office|job|shift|meeting|colleagues?",
        ("How are things at work otherwise?", "Has work been like that for long?"),
    ),
    (
        r"sleep|slept|tired|exhausted|insomnia|awake",
        ("How have you been sleeping lately?", "What keeps you from resting?"),
    ),
    (
        r"mum|mom|dad|mother|father|parents|sister|brother|family",
        ("Are you close?", "How are they doing?"),
    ),
    (
        r"girlfriend|boyfriend|wife|husband|partner|date",
        ("How are things between you two?", "How did they take it?"),
    ),
    (r"friends?", ("How long have you known each other?", "What are they like?")),
    (
        r"ill|sick|flu|headache|hospital|doctor|pain",
        ("I hope it gets better soon. Is somebody looking after you?", "How are you feeling now?"),
    ),
    (r"book|reading|novel", ("What is it about?", "Would you recommend it?")),
    (r"film|movie|series|show", ("What did you like about it?", "Would you watch it again?")),
    (
        r"song|album|concert|band|music",
        ("How does it make you feel?", "Who do you listen to most?"),
    ),
    (r"game|gaming|playing", ("Who do you play with?", "How is it going?")),
    (
        r"cook(?:ed|ing)?|baked?|baking|dinner|lunch|recipe|ate",
        ("Sounds tasty! What was in it?", "Who did the cooking?"),
    ),
    (
        r"rain|snow|weather|sunny|storm|cold|hot",
        ("Does the weather get to you?", "What do you do on days like that?"),
    ),
    (r"trip|holiday|vacation|travel|flight|train", ("Where to?", "Who is coming along?")),
    (
        r"cat|dog|kitten|puppy|hamster|rabbit",
        ("What are they up to now?", "I'd love to hear more about them!"),
    ),
)
TOPICS = tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), said) for words, said in _TOPICS)
