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
    (r"^(?:so |and )*do i (?:\w+ )?(?:like|love|enjoy)\b",
     ("like", "favourite", "hobby", "dislike")),
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
     r"|moved?(?! (?:the|my|it|that|on)\b)|reside)\b"
     r"|\bmy (?:old |former |previous |last |new )?(?:city|town|address)\b"
     r"|(?:\b(?:where|which)\b|^(?:so |and )?(?:is|was)\b).*\bmy (?:\w+ )?(?:home|place|flat"
     r"|apartment|house)\b"
     r"|^(?:what is )?my (?:home|place|flat|apartment|house)\W*$"
     r"|\bwhere (?:i|we) live\b|\bam i located\b|\bmy location\b|\breside\b"
     r"|\b(?:town|city|country|place) am i in\b|\bwhere am i (?:based|at)\b"
     r"|\bwhere (?:was|were) (?:i|we) before\b|\bwhere (?:do|did|are|were) we liv",
     ("home", "home_with")),
    (r"\bmy (?:\w+ )?(?:employer|company|workplace|boss's company)\b|\bwhere (?:do |did |am )?i"
     r" (?:used to )?(?:work|working)\b|\bwho (?:do|did) i (?:used to )?work for\b|\bwho employs\b"
     r"|\bdo i (?:still )?work (?:at|for|in)\b|\bwhere is my (?:work|job|office)\b"
     r"|\b(?:which|what) company\b", ("employer", "business", "job", "status")),
    (r"\bmy (?:\w+ )?(?:job|work|profession|occupation|career|living|trade|role|position)\b"
     r"|\bwhat (?:do|did) i"
     r" (?:do|work)(?: for (?:a living|a job|work|money)| as| before"
     r"| at(?! (?:the |my )?(?:weekends?|night|home|christmas|lunch\w*|gym|end)\b)|\W*$)"
     r"|\b(?:what|which) (?:position|role|job)\b(?! do i play)"
     r"|\bwhat was i (?:before|until|at)\b|\bfor (?:a living|money)\b|\bline of work\b"
     r"|\bearn my\b|\bwhat i do\b"
     r"|\bdo i (?:still )?work\b(?! with)"
     r"|\bdo i have an? (?:\w+ )?job\b|\bwork as\b|\bam i (?:\w+ )?working\b"
     r"|\bam i (?:(?:still|really|now|already|actually) )*an? (?!only\b|twin\b|parent|m[ou]m\b"
     r"|dad\b|mother|father|grand|vegan|vegetarian|smoker|diabetic|fan\b|member|morning|night|good"
     r"|bad|dog|cat\b)\w+\W*$"
     r"|\bam i (?:on leave|off work|retired|unemployed|employed|self)",
     ("job", "employer", "business", "status", "studies")),
    (r"\bmy (?:own )?business\b|\bwhat do i run\b", ("business", "job")),
    (r"\bmy (?:school|uni|university|college)\b|\b(?:year|grade|class|form|semester) am i in\b"
     r"|\bwhere (?:do|did|am) i (?:study|studying|go to)\b"
     r"|\b(?:which|what) (?:school|uni|university|college)\b",
     ("school", "studies")),
    (r"\bstud(?:y|ying|ies)\b|\bmy (?:degree|major|subject|course)\b",
     ("studies", "school", "learning")),
    (r"\bwho (?:did|was|were|am) i (?:\w+ )?(?:date|dating|with|seeing|see|together)\b"
     r"(?!.*\b(?:on|at|in|to|last|next|this|yesterday|today|tonight|tomorrow)\b)"
     r"|(?<!when )(?<!where )(?<!time )(?<!day )\bam i (?:\w+ )?(?:married|single|engaged"
     r"|divorced|taken|in a relationship|dating|seeing)\b"
     r"|\bmy (?:relationship|marital|love)\b|\bdo i have a (?:partner|so)\b",
     ("relationship", "LOVE")),
    (r"\ballerg|\bintoleran|\bcan'?t i eat\b|\bmy diet\b|\bmy health\b|\bhealth\b|\bcondition\b"
     r"|\bmedic"
     r"|\bcan'?t? i (?:not )?(?:eat|drink)\b"
     r"|\bam i (?:\w+ )?(?:vegan|vegetarian|pregnant|diabetic|sick|ill)\b|\bdo i (?:smoke|drink)\b"
     r"|\billness|\bdisease|\bails me\b|\bis wrong with me\b|\bavoid eating\b|\bfoods? i avoid\b"
     r"|^(?:so |and )?do i (?:\w+ )?eat\b|\bdo i suffer\b", ("health",)),
    (r"\blanguages?\b.*\blearn|\bam i learning\b|\bi am learning\b|\blearn(?:ing)?\b",
     ("learning",)),
    (r"\blanguages?\b|\bdo i speak\b|\bi speak\b", ("language", "learning")),
    (r"\bhobb(?:y|ies)\b|\bfor fun\b|\bspare time\b|\bfree time\b|\bpastimes?\b|\binterests\b"
     r"|\b(?:instruments?|sports?|games?) do i\b|\b(?:what|which)\b.*\bi play\b"
     r"|^(?:and |so )?do i (?:still |even )?play\b|\bdo i do (?:on|at) (?:the |my )?weekends?\b",
     ("hobby", "like")),
    (r"\bfavourite\b|\b(?:like|love|enjoy)\b.*\b(?:best|most)\b", ("favourite", "like")),
    (r"\b(?:scared|afraid|fear|phobia)\b", ("dislike", "health")),
    (r"\b(?:hate|dislike|not (?:like|love|care for)|don't (?:i )?(?:like|love|enjoy)"
     r"|can'?t (?:i )?stand|i can'?t stand|detest|loathe)\b",
     ("dislike", "like")),
    (r"\b(?:do|did|what|which) (?:.*\b)?(?<!would )(?:i|we) (?:\w+ ){0,3}(?:like|love|enjoy|adore"
     r"|prefer)\b"
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
    (r"\bfrom\W*$|\bwhere\b.*\bfrom\b|\bcomes? from\b", ("origin", "birthplace", "home")),
    (r"\bwhere\b.*\bwork|\bemployer\b", ("employer", "job", "status")),
    (r"\b(?:job|work|works|profession|occupation|for a living)\b"
     r"|\bwhat (?:do(?:es)?|did|is|are)\b.*\bdo(?: (?:now|again|these days|for (?:work"
     r"|money)))?\W*$",
     ("job", "employer", "business", "status", "studies")),
    (r"\bstud(?:y|ies|ying)\b|\breading at\b|\bschool\b", ("studies", "school")),
    (r"\bhow many\b", ("count", "name", "age")),
    (r"\b(?:married|single|engaged|divorced|dating)\b", ("relationship",)),
    (r"\bwhen\b.*\bdie|\bdied?\b|\balive\b|\bdead\b|\bpass(?:ed)? away\b", ("death",)),
    (r"\bfavourite\b", ("favourite", "like")),
    (r"\blikes?\b|\bloves?\b|\benjoys?\b", ("like", "favourite", "dislike")),
    (r"\ballerg|\bhealth\b|\bsick\b|\bwrong with\b", ("health",)),
    (r"\bcalled\b|\bnames?\b|\bnamed\b|\bwho (?:my|our)\b"
     r"|\bwho (?:is|are|was|were) (?:(?:in )?(?:my|our|the)|m[ou]m|dad|nan|gran\w*)\b",
     ("name", "nickname", "count", "relationship")),
)  # fmt: skip
