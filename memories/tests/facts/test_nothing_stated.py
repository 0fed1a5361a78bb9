"""Lines that state nothing of who says them, however many facts stand in them."""

from __future__ import annotations

import pytest

from memories.evaluation.facts import facts_of

_LINES = """
we're both drunk, sorry
we were together for 3 years
I'm so hungover
my knees are getting worse
they gave me a C in history
there'll be ten adults and three kids at the barbecue
"I live in Rome" was the first line of the letter
She wrote: my name is Petra and I'm a nurse
my mum said "I'm allergic to nuts" in front of everyone
he goes I'm 45 and I own a yacht
the sign said I ♥ Lagos
from the novel: I was born in Cairo, my father was a baker
> I have two dogs and a horse
`name = "Alice"; age = 30`
He told me he works at Google and hates it
Dave: I moved to Leeds last week
the song goes I'm from Alabama with a banjo on my knee
if I had a dog I'd call him Rufus
if I were a doctor in Paris I'd be rich
imagine I'm 80 and live on a boat
let's say my name is Karim
what if I was vegan
I'd love to live in Kyoto one day
I wish I had a sister called Mei
maybe I'll become a pilot
I might move to Berlin
we almost called our son Otto
I was going to be a teacher, then life happened
suppose I was allergic to milk
when I'm rich I'll have three horses
I dreamt I was married to a baker from Oslo
had I stayed in Lima I'd be a lawyer now
do I live in Rome?
am I a nurse
what's my sister called
did I tell you my dog's name
is my birthday in May?
should I get a cat
do you think I'm a good teacher?
is Warsaw nice to live in
have you got a brother called Tom?
who is my boss
could I be pregnant?
what should I name my kitten, Luna or Milo?
isn't my name Clara?
where do I work again
yeah right, and I'm the king of Spain
I'm 300 years old lol
I'm Batman obviously
oh great, I just LOVE Mondays
I totally adore being stuck in traffic /s
I'm married to my job
my therapist is my cat, obviously
I have a black belt in procrastination
my wizard is called Alaric and lives in a tower
*bows* I am Sir Edmund of York
in the sims I have four kids and a pool
you are a pirate and I'm your parrot
act as a lawyer from Texas called Bob
write a story about a baker named Hugo who lives in Nice
translate: I have a brother in Hamburg
pretend you are my wife Helen
he lives in Tokyo and has two cats
my friend's brother is a dentist in Riga
the new neighbour works for the council
Messi moved to Miami
that actress is vegan
some guy on the bus has six ferrets
my boss's wife is called Ingrid
I'm so hungry I could eat a horse
I'm sick of this weather
I'm fine, just tired
I'm over the moon
I'm at the dentist
I'm home
I'm dead 😂
I love this song
I hate it here
I'm on the train to Leeds
just had lunch in Soho
I'm in the bath
I'm with you
my favourite part was the end
people think I'm Italian
they keep calling me Steve at work by mistake
my mum thinks I'm a genius
my horoscope says I'll meet a tall stranger on Friday
the email says my parcel arrives tomorrow
Wikipedia says Mozart was born in Salzburg
Alexa, play jazz
"""


@pytest.mark.parametrize("text", _LINES.strip().splitlines())
def test_nothing_is_heard_in_others_words_wishes_questions_and_play(text):
    assert facts_of([{"text": text, "at": "2026-03-02T18:00:00+00:00"}]) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("We moved from Syria to Sweden in 2015", "They live in Sweden."),
        (
            "driving test on thursday, wish me luck",
            "They have a driving test on Thursday, 5 March 2026.",
        ),
        ("type 2 diabetic here", "They are type 2 diabetic."),
        ("do a bit of boxing, nothing serious", "They go in for boxing."),
        ("finally quit smoking", "They quit smoking."),
        ("u can call me jojo", "They want to be called jojo."),
    ],
)
def test_what_opens_like_a_question_or_an_order_is_heard_all_the_same(text, sentence):
    found = facts_of([{"text": text, "at": "2026-03-02T18:00:00+00:00"}])
    assert sentence in [fact.text() for fact in found]


@pytest.mark.parametrize(
    "text",
    [
        "me and the wife celebrate 25 years in May",
        "I'm pushing sixty",
        "failed my practice test again. 38 out of 50. i feel so thick",
        "PASSED MY THEORY!!!! 47 out of 50",
        "me, 8/10 on the quiz",
        "I'm married now to the idea of going",
    ],
)
def test_spans_ages_to_come_and_figures_of_speech_are_no_facts(text):
    found = facts_of([{"text": text, "at": "2026-03-02T18:00:00+00:00"}])
    assert not [fact for fact in found if fact.predicate in {"age", "relationship"}]
