"""What the invented people say. `{…}` is filled from the person's life at that time."""

from __future__ import annotations

from typing import NamedTuple

from profiles.models import Emotion

NAMES = [
    "Ann",
    "Ben",
    "Cleo",
    "Dario",
    "Edda",
    "Farid",
    "Greta",
    "Hugo",
    "Inês",
    "Jonas",
    "Kaya",
    "Liam",
    "Mira",
    "نور",
    "Otto",
    "Pia",
    "Quentin",
    "Rosa",
    "Sami",
    "Tessa",
    "Umar",
    "Věra",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zoë",
    "愛子",
    "Bruno",
    "Linh Trần",
    "Dmytro",
    "Odile",
    "Pawel",
    "Qadir",
    "Selma",
    "Timo",
    "Ulla",
    "Vasco",
    "Xavi",
    "Yara",
    "Zeno",
    "Alba",
    "Carla",
    "Dmitri",
    "Elif",
    "Fleur",
    "Gus",
    "Hana",
]
CITIES = [
    "Ghent",
    "Porto",
    "Turin",
    "Leeds",
    "Graz",
    "Malmö",
    "Lyon",
    "Gdańsk",
    "Cork",
    "Basel",
    "Tartu",
    "Split",
]
JOBS = (
    "nurse",
    "baker",
    "teacher",
    "bike mechanic",
    "paramedic",
    "librarian",
    "carpenter",
    "data analyst",
    "gardener",
    "translator",
    "chef",
    "train driver",
)
PETS = (
    ("cat", "Miso"),
    ("dog", "Rex"),
    ("cat", "Tofu"),
    ("hamster", "Pip"),
    ("dog", "Luna"),
    ("parrot", "Kiwi"),
    ("rabbit", "Clover"),
    ("cat", "Biscuit"),
)
HOBBIES = (
    "climbing",
    "pottery",
    "chess",
    "playing the cello",
    "night photography",
    "baking sourdough",
    "long-distance running",
    "restoring radios",
    "birdwatching",
    "sea swimming",
)
FOODS = ["ramen", "pierogi", "paella", "dal", "lasagne", "falafel", "pho", "dumplings"]
SISTERS = ("Julie", "Kavya", "Marta", "Ida", "Noémie", "Olena")


class Stated(NamedTuple):
    """A line that states a fact: what the line says, and subject, predicate and value of the fact.

    Args:
        kind: for a favourite, what it is a favourite of.
    """

    text: str
    reply: str
    subject: str
    predicate: str
    value: str
    name: str = ""
    kind: str = ""


# In the order in which people come to speak of them; a later one of the same kind replaces it.
FACTS = (
    Stated(
        "I live in {city}, by the way",
        "{city}! I'll keep that in mind.",
        "self",
        "home",
        "{city}",
    ),
    Stated(
        "I work as a {job}, early shifts mostly",
        "A {job} with early shifts: noted. I won't expect you after ten.",
        "self",
        "job",
        "{job}",
    ),
    Stated(
        "my {pet} is called {pet_name}, and yes, {pet_name} runs the place",
        "Then my regards to {pet_name}, who runs the place.",
        "{pet}",
        "name",
        "{pet_name}",
        "{pet_name}",
    ),
    Stated(
        "my favourite food is {food}, no contest",
        "{food}, no contest. I'll remember.",
        "self",
        "favourite",
        "{food}",
        kind="food",
    ),
    Stated(
        "my sister {sister} is visiting soon",
        "How nice! Is {sister} staying for long?",
        "sister",
        "name",
        "{sister}",
        "{sister}",
    ),
    Stated(
        "I've fallen for {hobby} completely",
        "{hobby} it is, then. What got you into it?",
        "self",
        "like",
        "{hobby}",
    ),
)
CHANGES = {
    "city": Stated(
        "We did it, we moved to {city}! Boxes everywhere",
        "Congratulations! From {old} to {city}: how does it feel?",
        "self",
        "home",
        "{city}",
    ),
    "job": Stated(
        "New chapter: I started as a {job} this week",
        "From {old} to {job}! How was the first week?",
        "self",
        "job",
        "{job}",
    ),
    "food": Stated(
        "I take it back, {food} is the best food there is",
        "So {old} lost the crown to {food}. I've noted it.",
        "self",
        "favourite",
        "{food}",
        kind="food",
    ),
}


class Talk(NamedTuple):
    """A line about something, how it feels, and what the companion says to it.

    Args:
        topic: a key of the person's life; memories that hold its value come to mind.
        trigger: the word that decided the mood; empty if none did.
    """

    emotion: Emotion
    topic: str
    text: str
    reply: str
    trigger: str = ""


TALK = (
    Talk(
        Emotion.HAPPY,
        "hobby",
        "{hobby} went so well today, I grinned all the way home",
        "I can picture the grin! You said {hobby} was new to you once, and look at you now.",
        "grinned",
    ),
    Talk(
        Emotion.HAPPY,
        "city",
        "the sun came out over {city} and everybody was outside, lovely day",
        "{city} in the sun: I hope you stayed out late.",
        "lovely",
    ),
    Talk(
        Emotion.HAPPY,
        "food",
        "{friend} visited and we cooked {food} until midnight",
        "{food} until midnight sounds right for you. Was {friend} impressed?",
        "visited",
    ),
    Talk(
        Emotion.EXCITED,
        "sister",
        "three more days until the trip with {sister}, I can't sit still",
        "Three days! Is {sister} packing already, or is it only you?",
        "can't sit still",
    ),
    Talk(
        Emotion.EXCITED,
        "hobby",
        "I signed up for a whole weekend of {hobby}, first time ever!",
        "A whole weekend of {hobby}! Tell me how the first day goes.",
        "first time ever",
    ),
    Talk(
        Emotion.GRATEFUL,
        "job",
        "{friend} covered my shift, I owe them a big one",
        "That was kind of {friend}. A {job} needs a night off now and then.",
        "owe",
    ),
    Talk(
        Emotion.GRATEFUL,
        "pet_name",
        "thanks for asking about {pet_name} yesterday, that was kind",
        "Of course. I hope {pet_name} is back to running the place.",
        "thanks",
    ),
    Talk(
        Emotion.CURIOUS,
        "hobby",
        "I keep wondering how people did {hobby} a hundred years ago",
        "Without any of today's gear, for a start. Shall we guess who was better at it?",
        "wondering",
    ),
    Talk(
        Emotion.CURIOUS,
        "city",
        "somebody left an old map of {city} in the hallway, no idea who",
        "An old map of {city}! Is your street on it?",
        "no idea",
    ),
    Talk(
        Emotion.WORRIED,
        "pet_name",
        "{pet_name} hasn't eaten since this morning, the vet sees us at five",
        "Oh no, poor {pet_name}. Five isn't far off. Tell me what the vet says?",
        "hasn't eaten",
    ),
    Talk(
        Emotion.WORRIED,
        "city",
        "rent in {city} goes up in spring and I haven't told anyone yet",
        "That's a lot to carry alone. Who would you tell first?",
        "haven't told",
    ),
    Talk(
        Emotion.WORRIED,
        "job",
        "I have the big review at work on Friday and can't sleep",
        "You know this work. What is the one question you hope they don't ask?",
        "can't sleep",
    ),
    Talk(
        Emotion.SAD,
        "sister",
        "grandmother's house is being sold, {sister} and I spent every summer there",
        "I'm sorry. All those summers with {sister}: what will you miss most?",
        "sold",
    ),
    Talk(
        Emotion.SAD,
        "friend",
        "quiet evening, missing {friend} tonight",
        "I'm here, if a little talk helps. What would {friend} be doing right now?",
        "missing",
    ),
    Talk(
        Emotion.DISAPPOINTED,
        "sister",
        "the concert was called off an hour before the doors opened, {sister} was already there",
        "An hour before! Did {sister} at least get a nice evening out of it?",
        "called off",
    ),
    Talk(
        Emotion.DISAPPOINTED,
        "hobby",
        "didn't get the place on the {hobby} course, again",
        "Again? That stings. Will there be another one this year?",
        "again",
    ),
    Talk(
        Emotion.FRUSTRATED,
        "job",
        "third time this week that the train just didn't come, late for work again",
        "Three times in one week would wear anyone down. Is there any other way to get there?",
        "didn't come",
    ),
    Talk(
        Emotion.FRUSTRATED,
        "city",
        "the landlord answers every mail except the one about the heating",
        "Of course that one. How cold is it by now?",
        "except",
    ),
    Talk(
        Emotion.ANGRY,
        "friend",
        "someone scratched my bike and simply left, I'm furious",
        "No wonder you're angry. Did anybody see it happen?",
        "furious",
    ),
    Talk(
        Emotion.NEUTRAL,
        "food",
        "made {food} again, a bit too much salt",
        "Less salt next time, then. Still your favourite, I suppose?",
    ),
    Talk(
        Emotion.NEUTRAL,
        "pet_name",
        "walked along the river with {pet_name} before work",
        "A good start to the day. Did {pet_name} behave?",
    ),
    Talk(
        Emotion.NEUTRAL,
        "hobby",
        "reading a book about {hobby}, slow going so far",
        "Slow can be good. What does it say that you didn't know?",
    ),
    Talk(
        Emotion.NEUTRAL,
        "friend",
        "did the laundry, called {friend}, that was the day",
        "A day can be just that. How is {friend}?",
    ),
)
# What somebody says in the weeks in which nothing goes right.
HARD = (
    Talk(
        Emotion.SAD,
        "job",
        "they let me go at work, after all this time",
        "I'm so sorry. You gave that job a lot. Is somebody with you tonight?",
        "let me go",
    ),
    Talk(
        Emotion.WORRIED,
        "city",
        "I don't know how to pay for the flat in {city} next month",
        "That's frightening. Shall we look at what can wait and what can't?",
        "don't know",
    ),
    Talk(
        Emotion.SAD,
        "pet_name",
        "I just sit here with {pet_name} and can't get up",
        "Then sit with {pet_name} for a while. Have you had anything to eat today?",
        "can't get up",
    ),
    Talk(
        Emotion.FRUSTRATED,
        "job",
        "the fourth rejection today, they didn't even use my name",
        "That's a cold way to say no. You deserve better than a form letter.",
        "rejection",
    ),
    Talk(
        Emotion.SAD,
        "friend",
        "{friend} stopped answering, I think I'm too much for people now",
        "I don't think you're too much. Is there one other person you could call tomorrow?",
        "too much",
    ),
)
# What people plan, and in how many days at most it is.
PLANS = (("a job interview", 9), ("a visit to {sister}", 40))
# What people say to each other; the companion only listens.
CHATTER = (
    "anyone around tonight?",
    "brb, dinner",
    "that made my evening, honestly",
    "see you all on Thursday",
    "who has the key to the shed?",
    "I'll bring the snacks",
    "ha, classic",
    "can we move it half an hour?",
    "sorry, only just saw this",
    "good night everyone",
)
SHARED = (
    "Game night is every second Thursday at eight.",
    "The server's mascot is an otter called Admiral.",
    "The allotment key hangs behind the blue door.",
)
TO_APPROVE = ("The club fee goes up to twelve in January.", "The workshop is closed in August.")
QUARANTINED = ("Somebody's sister moves to Lisbon in May.", "The spare key is under the blue pot.")
IMPORTED = (
    "Used to sing in a choir with two friends from school.",
    "Was thinking about learning Dutch last winter.",
    "Said that mornings are the best time to talk.",
)
