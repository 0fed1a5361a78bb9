"""What the wordings of questions ask for: kinds of facts, the likeliest first."""

from __future__ import annotations

from memories.facts.countries import COUNTRIES

# “Am I Polish?” doesn't ask about a language or a taste.
OF_NATIONALITY = (
    r"\bam i (?:really |actually |still |half |an? )*(?P<nationality>"
    rf"{'|'.join(COUNTRIES)})\b"
)
# What a question asks about a person; the first match counts.
OWN: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bmy (?:full |first |last |real |family |good )?name\b|\bmy surname\b|\bwho am i\W*$"
     r"|\bwhat am i called\b", ("name", "nickname")),
    (r"\bwhat (?:do|does|did) (?:\w+ ){1,2}call me\b|\bmy nickname\b|\bi want to be called\b",
     ("nickname", "name")),
    (r"\bhow old am i\b|\bhow old i am\b|\bmy age\b", ("age", "birthday", "birth_year")),
    (r"\bmy birthday\b|\bmy date of birth\b|\bwhen was i born\b"
     r"|\b(?:what|which) (?:year|month|day|date) was i born\b"
     r"|\bwhen do i turn\b", ("birthday", "birth_year", "age")),
    (r"\bwhere was i born\b|\bmy birthplace\b|\bborn in\b", ("birthplace", "origin")),
    (r"\bwhere (?:(?:am i|i am)(?: \w+){0,2} from|do i come|i come|did i grow up|are my roots)\b"
     r"|\bmy home ?town\b"
     r"|\bmy origins?\b|\b(?:am i|i am|do i come) from\b",
     ("origin", "birthplace", "nationality", "home")),
    (OF_NATIONALITY, ("nationality", "origin", "birthplace")),
    (r"\bmy nationality\b|\bwhat nationality\b|\bmy passport\b", ("nationality", "origin")),
    (r"\b(?:who|whom) (?:do |did )?i (?:live|share)\b|\blives? (?:alone|with)\b|\bliving with\b",
     ("home_with",)),
    (r"\b(?:do|did|was|have|am|where|long|which|what)\b.*\bi\b.*\b(?:live|lived|(?<!a )living|based"
     r"|move|moved|reside)\b|\bmy (?:old |former |previous |last |new )?(?:home|city|town|address"
     r"|place|flat|apartment|house)\b|\bwhere (?:i|we) live\b|\blocat|\breside\b"
     r"|\b(?:town|city|country|place) am i in\b|\bwhere am i (?:based|at)\b"
     r"|\bwhere (?:was|were) (?:i|we) before\b|\bwhere (?:do|did|are|were) we liv",
     ("home", "home_with")),
    (r"\bmy (?:\w+ )?(?:employer|company|workplace|boss's company)\b|\bwhere (?:do |did |am )?i"
     r" (?:used to )?(?:work|working)\b|\bwho (?:do|did) i (?:used to )?work for\b|\bwho employs\b"
     r"|\bdo i (?:still )?work (?:at|for|in)\b|\bwhere is my (?:work|job|office)\b"
     r"|\b(?:which|what) company\b", ("employer", "business", "job", "status")),
    (r"\bmy (?:\w+ )?(?:job|work|profession|occupation|career|living|trade|role|position)\b"
     r"|\bwhat (?:do|did) i"
     r" (?:do|work)(?: for(?! fun| a laugh)| as| at| before|\W*$)|\b(?:what|which) (?:position|role"
     r"|job)\b(?! do i play)"
     r"|\bwhat was i (?:before|until|at)\b|\bfor (?:a living|money)\b|\bline of work\b"
     r"|\bearn my\b|\bwhat i do\b"
     r"|\bdo i (?:still )?work\b(?! with)"
     r"|\bdo i have an? (?:\w+ )?job\b|\bwork as\b|\bam i (?:\w+ )?working\b"
     r"|\bam i (?:(?:still|really|now|already|actually) )*an? (?!only\b|twin\b|parent|m[ou]m\b"
     r"|dad\b|mother|father|grand)\w+"
     r"|\bam i (?:on leave|off work|retired|unemployed|employed|self)",
     ("job", "employer", "business", "status", "studies")),
    (r"\bmy (?:own )?business\b|\bwhat do i run\b", ("business", "job")),
    (r"\bmy (?:school|uni|university|college)\b|\b(?:year|grade|class|form|semester) am i in\b"
     r"|\bwhere (?:do|did|am) i (?:study|studying|go to)\b"
     r"|\b(?:which|what) (?:school|uni|university|college)\b",
     ("school", "studies")),
    (r"\bstud(?:y|ying|ies)\b|\bmy (?:degree|major|subject|course)\b", ("studies", "school")),
    (r"\bwho (?:did|was|were|am) i (?:\w+ )?(?:date|dating|with|seeing|see|together)\b"
     r"|(?<!when )(?<!where )(?<!time )(?<!day )\bam i (?:\w+ )?(?:married|single|engaged"
     r"|divorced|taken|in a relationship|dating|seeing)\b"
     r"|\bmy (?:relationship|marital|love)\b|\bdo i have a (?:partner|so)\b",
     ("relationship", "LOVE")),
    (r"\ballerg|\bcan'?t i eat\b|\bmy diet\b|\bmy health\b|\bhealth\b|\bcondition\b|\bmedic"
     r"|\bcan'?t? i (?:eat|drink)\b|\bam i (?:\w+ )?(?:vegan|vegetarian|pregnant|diabetic|sick"
     r"|ill)\b|\bdo i (?:smoke|drink)\b"
     r"|\billness|\bdisease|\bails me\b|\bis wrong with me\b|\bavoid eating\b|\bdo i eat\b"
     r"|\bdo i suffer\b", ("health",)),
    (r"\blanguages?\b.*\blearn|\bam i learning\b|\bi am learning\b|\blearn(?:ing)?\b",
     ("learning",)),
    (r"\blanguages?\b|\bdo i speak\b|\bi speak\b", ("language", "learning")),
    (r"\bhobb(?:y|ies)\b|\bfor fun\b|\bspare time\b|\bfree time\b|\bpastimes?\b|\binterests\b"
     r"|\b(?:instruments?|sports?|games?) do i\b|\bdo i play\b|\bi play\b|\bweekends?\b",
     ("hobby", "like")),
    (r"\bfavourite\b|\b(?:like|love|enjoy)\b.*\b(?:best|most)\b", ("favourite", "like")),
    (r"\b(?:scared|afraid|fear|phobia)\b", ("dislike", "health")),
    (r"\b(?:hate|dislike|not (?:like|love|care for)|don't (?:i )?(?:like|love|enjoy)"
     r"|can'?t (?:i )?stand|i can'?t stand|detest|loathe)\b",
     ("dislike", "like")),
    (r"\b(?:do|did|what|which) .*\b(?<!would i )(?:like|love|enjoy|adore|into|fond|prefer|fan)\b"
     r"|\bmy (?:likes"
     r"|tastes?)\b"
     r"|\bam i (?:into|fond|a fan)\b", ("like", "favourite", "hobby", "dislike")),
)  # fmt: skip
OF_OTHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bhow old\b|\bage\b", ("age", "birthday", "birth_year")),
    (r"\bbirthday\b|\bwhen was .* born\b", ("birthday", "birth_year", "age")),
    (r"\bwhere\b.*\b(?:live|lives|living|home|based|is my|are my)\b|\blive\b"
     r"|\b(?:what|which) (?:country|city|town|place)\b",
     ("home", "home_with", "origin")),
    (r"\bfrom\b", ("origin", "birthplace", "home")),
    (r"\bwhere\b.*\bwork|\bemployer\b", ("employer", "job", "status")),
    (r"\b(?:job|work|works|profession|occupation|for a living)\b"
     r"|\bwhat (?:do(?:es)?|did|is|are)\b.*\bdo\b",
     ("job", "employer", "business", "status", "studies")),
    (r"\bstud(?:y|ies|ying)\b|\breading at\b|\bschool\b", ("studies", "school")),
    (r"\bhow many\b", ("count", "name", "age")),
    (r"\b(?:married|single|engaged|divorced|dating)\b", ("relationship",)),
    (r"\bwhen\b.*\bdie|\bdied?\b|\balive\b|\bdead\b|\bpass(?:ed)? away\b", ("death",)),
    (r"\bfavourite\b", ("favourite", "like")),
    (r"\blikes?\b|\bloves?\b|\benjoys?\b", ("like", "favourite", "dislike")),
    (r"\ballerg|\bhealth\b|\bsick\b", ("health",)),
    (r"\bcalled\b|\bnames?\b|\bwho\b|\bnamed\b", ("name", "nickname", "count", "relationship")),
)  # fmt: skip
