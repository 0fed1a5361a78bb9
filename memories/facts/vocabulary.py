"""Words that facts are told and asked with, most as the inside of a regex group."""

from __future__ import annotations

ANIMALS = (
    "cat|dog|kitten|puppy|hamster|rabbit|bunny|parrot|bird|budgie|horse|pony|goldfish|fish|turtle"
    "|tortoise|snake|lizard|gecko|guinea pig|rat|mouse|ferret|chicken|hen|cockatiel|chinchilla|goat"
)
# Of these a person has one at a time …
SINGLE_RELATIVES = (
    "mother|mom|mum|father|dad|wife|husband|partner|spouse|girlfriend|boyfriend|fiancée?|boss"
    "|best friend|therapist"
)
# … and of these several.
OTHER_RELATIVES = (
    "sister|brother|son|daughter|kid|child|baby|grandmother|grandma|grandfather|grandpa"
    "|granddaughter"
    "|grandson|aunt|uncle|cousin|niece|nephew|friend|roommate|flatmate|housemate|neighbou?r"
    "|colleague|coworker|stepmother|stepfather|stepmom|stepdad|mother-in-law|father-in-law"
    "|sister-in-law|brother-in-law|godfather|godmother"
)
RELATIVES = f"{SINGLE_RELATIVES}|{OTHER_RELATIVES}"
JOBS = (
    "nurse|teacher|baker|doctor|engineer|developer|programmer|student|writer|chef|cook|lawyer"
    "|carpenter|gardener|librarian|mechanic|paramedic|translator|designer|driver|musician|artist"
    "|scientist|journalist|analyst|accountant|manager|electrician|plumber|waiter|waitress|pilot"
    "|photographer|dentist|vet|veterinarian|therapist|farmer|barista|researcher|consultant"
    "|pharmacist|architect|firefighter|police officer|social worker|psychologist|hairdresser"
    "|surgeon|physicist|chemist|biologist|professor|lecturer|tutor|midwife|cashier|secretary"
    "|receptionist|butcher|tailor|welder|painter|builder|soldier|sailor|fisherman|florist"
    "|bookseller|bartender|cleaner|caretaker|nanny|director|producer|actor|actress|singer|dancer"
    "|editor|author|poet|illustrator|sculptor|animator|economist|banker|trader|broker|salesman"
    "|saleswoman|salesperson|technician|operator|administrator|sysadmin|tester|intern|apprentice"
    "|trainer|coach|judge|attorney|paralegal|optician|physiotherapist|nutritionist|historian"
    "|archaeologist|geologist|astronomer|mathematician|statistician|locksmith|roofer|truck driver"
    "|bus driver|train driver|taxi driver|postman|courier|flight attendant|entrepreneur"
)
LANGUAGES = (
    "English|French|German|Dutch|Flemish|Spanish|Portuguese|Italian|Polish|Czech|Slovak|Slovene"
    "|Slovenian|Croatian|Serbian|Bosnian|Bulgarian|Romanian|Hungarian|Greek|Turkish|Russian"
    "|Ukrainian|Swedish|Norwegian|Danish|Finnish|Icelandic|Estonian|Latvian|Lithuanian|Arabic"
    "|Hebrew|Persian|Farsi|Hindi|Urdu|Bengali|Tamil|Telugu|Punjabi|Chinese|Mandarin|Cantonese"
    "|Japanese|Korean|Vietnamese|Thai|Indonesian|Malay|Tagalog|Swahili|Irish|Welsh|Basque|Catalan"
    "|Latin|Esperanto|Afrikaans|Albanian|Armenian|Georgian|sign language"
)
NATIONALITIES = (
    "American|Canadian|Mexican|Brazilian|Argentinian|Chilean|Colombian|Peruvian|British|English"
    "|Scottish|Welsh|Irish|French|German|Dutch|Belgian|Swiss|Austrian|Italian|Spanish|Portuguese"
    "|Polish|Czech|Slovak|Slovenian|Croatian|Serbian|Bosnian|Bulgarian|Romanian|Hungarian|Greek"
    "|Turkish|Russian|Ukrainian|Swedish|Norwegian|Danish|Finnish|Icelandic|Estonian|Latvian"
    "|Lithuanian|Egyptian|Moroccan|Tunisian|Nigerian|Kenyan|Ghanaian|Ethiopian|South African"
    "|Israeli|Lebanese|Syrian|Iranian|Iraqi|Indian|Pakistani|Bangladeshi|Chinese|Taiwanese|Japanese"
    "|Korean|Vietnamese|Thai|Indonesian|Malaysian|Filipino|Australian|Kiwi"
)
INSTRUMENTS_AND_GAMES = (
    "guitar|piano|cello|violin|viola|drums|bass|flute|clarinet|saxophone|sax|trumpet|trombone"
    "|ukulele|harp|banjo|accordion|organ|oboe|harmonica|chess|football|soccer|tennis|table tennis"
    "|basketball|volleyball|handball|hockey|rugby|cricket|badminton|golf|baseball|poker|go"
    "|video games|board games|minecraft|dnd|d&d"
)
PRACTICES = (
    "yoga|karate|judo|pilates|ballet|gymnastics|crossfit|pottery|climbing|martial arts|boxing"
    "|archery|fencing|photography|woodworking|origami|calligraphy|improv"
)
CONDITIONS = (
    "asthma|diabetes|type [12] diabetes|adhd|add|autism|migraines?|depression|anxiety|epilepsy"
    "|arthritis|coeliac disease|celiac disease|crohn's(?: disease)?|eczema|hay fever|insomnia|ptsd"
    "|ocd|bipolar disorder|endometriosis|hypertension|high blood pressure|tinnitus|dyslexia|cancer"
    "|multiple sclerosis|parkinson's|lupus|ibs|anemia|anaemia|fibromyalgia|psoriasis"
)
DIETS_AND_TRAITS = (
    "vegetarian|vegan|pescatarian|coeliac|celiac|diabetic|asthmatic|lactose[- ]intolerant"
    "|gluten[- ]intolerant|colou?r[- ]?blind|blind|deaf|hard of hearing|left[- ]handed|autistic"
    "|dyslexic|pregnant"
)
_SMALL = "a an the of in on at to my their his her with and for is are"
# They say nothing of a value, and may be missing where it is stated in other words.
SMALL_WORDS = frozenset(_SMALL.split())
