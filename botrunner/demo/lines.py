"""What the invented people say. `{…}` is filled from the person's life at that time."""

from __future__ import annotations

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
    "Ines",
    "Jonas",
    "Kaya",
    "Liam",
    "Mira",
    "Noor",
    "Otto",
    "Pia",
    "Quentin",
    "Rosa",
    "Sami",
    "Tessa",
    "Umar",
    "Vera",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zoe",
    "Aiko",
    "Bruno",
    "Carla",
    "Dmitri",
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
    "the cello",
    "night photography",
    "baking sourdough",
    "long-distance running",
    "restoring radios",
    "birdwatching",
    "sea swimming",
)
FOODS = ["ramen", "pierogi", "paella", "dal", "lasagne", "falafel", "pho", "dumplings"]

# Facts: sentence said, category, slot, fact about "them". A later one of the same slot supersedes.
FACTS = (
    ("I live in {city}", "home", "home.city", "They live in {city}."),
    ("I work as a {job}", "work", "work.job", "They work as a {job}."),
    ("my {pet} is called {pet_name}", "pet", "pet.{pet}.name", "Their {pet} is called {pet_name}."),
    ("my favourite food is {food}", "like", "favorite.food", "Their favourite food is {food}."),
)
CHANGES = {
    "city": "We did it, we moved to {city}! Boxes everywhere.",
    "job": "New chapter: I started as a {job} this week.",
    "food": "I take it back, {food} is the best food there is.",
}

TALK = (
    (Emotion.HAPPY, "{hobby} went so well today, I grinned all the way home"),
    (Emotion.HAPPY, "the sun came out over {city} and everybody was outside, lovely day"),
    (Emotion.HAPPY, "{friend} visited and we cooked {food} until midnight"),
    (Emotion.EXCITED, "three more days until the trip, I can't sit still"),
    (Emotion.EXCITED, "I signed up for a {hobby} weekend, first time ever!"),
    (Emotion.GRATEFUL, "{friend} covered my shift, I owe them a big one"),
    (Emotion.GRATEFUL, "thanks for asking about {pet_name} yesterday, that was kind"),
    (Emotion.CURIOUS, "I keep wondering how people did {hobby} a hundred years ago"),
    (Emotion.CURIOUS, "somebody left an old map of {city} in the hallway, no idea who"),
    (Emotion.WORRIED, "{pet_name} hasn't eaten since this morning, the vet sees us at five"),
    (Emotion.WORRIED, "rent goes up in spring and I haven't told anyone yet"),
    (Emotion.WORRIED, "I have the big review at work on Friday and can't sleep"),
    (Emotion.SAD, "my grandmother's house is being sold, I spent every summer there"),
    (Emotion.SAD, "quiet evening, missing people tonight"),
    (Emotion.DISAPPOINTED, "the concert was called off an hour before the doors opened"),
    (Emotion.DISAPPOINTED, "didn't get the place on the course, again"),
    (Emotion.FRUSTRATED, "third time this week that the train just didn't come"),
    (Emotion.FRUSTRATED, "the landlord answers every mail except the one about the heating"),
    (Emotion.ANGRY, "someone scratched my bike and simply left, I'm furious"),
    (Emotion.NEUTRAL, "made {food} again, a bit too much salt"),
    (Emotion.NEUTRAL, "walked along the river with {pet_name} before work"),
    (Emotion.NEUTRAL, "reading a book about {hobby}, slow going so far"),
    (Emotion.NEUTRAL, "did the laundry, called {friend}, that was the day"),
)
SHARED = (
    "Game night is every second Thursday at eight.",
    "The server's mascot is an otter called Admiral.",
    "The allotment key hangs behind the blue door.",
)
