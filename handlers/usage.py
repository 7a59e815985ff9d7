"""What to say to arguments that cannot be understood: the mistake, then the right form. Pure."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from bot.language.translator import Translator
from bot.parsing import Missing, ParseError, Problem


def explain(t: Translator, error: ParseError, command: str) -> Markup:
    """Name the mistake; a sentence that ends with a colon is followed by the command's right form with an example."""
    mistake = _missing(t, error.missing) if error.missing else _MISTAKES[error.problem](t, error.word)
    return Markup("{}\n{}").format(mistake, form(t, command)) if mistake.endswith(":") else mistake


def _missing(t: Translator, missing: Missing) -> Markup:
    match missing:
        case Missing.SUB_CLIENT:
            return t.say("The sub-client is missing. The right form:")
        case Missing.SUM:
            return t.say("The sum is missing. For example: <code>/invoice alice 1500.50</code>")
        case Missing.SERVICE:
            return t.say("The service is missing. The right form:")
        case Missing.NUMBER:
            return t.say("The number is missing. The right form:")
        case Missing.ACT_NUMBER:
            return t.say("The act's number is missing. The right form:")
        case Missing.LOGIN:
            return t.say("Which login? The right form:")
        case Missing.DATE:
            return t.say("Until when? The right form:")
        case Missing.WHEN:
            return t.say("When shall it repeat? The right form:")


_Mistake = Callable[[Translator, str], Markup]

_MISTAKES: dict[Problem, _Mistake] = {
    Problem.TOO_MANY_ARGUMENTS: lambda t, word: t.say(
        "I did not expect “{word}” and what follows it. The right form:", word=word
    ),
    Problem.SEVERAL_COMMANDS: lambda t, _: t.say("Write one command per message. Nothing was done."),
    Problem.HIDDEN_CHARACTERS: lambda t, word: t.say(
        "“{word}” has a character in it that cannot be seen; copying often brings one in. Type it by hand:", word=word
    ),
    Problem.FOREIGN_DIGITS: lambda t, word: t.say(
        "“{word}” has digits that are not 0–9. Type them by hand:", word=word
    ),
    Problem.BAD_SUB_CLIENT: lambda t, word: t.say(
        "“{word}” is not a sub-client's name: a name is one word, like <code>alice</code>. The right form:", word=word
    ),
    Problem.BAD_SUB_CLIENT_ID: lambda t, word: t.say(
        "“{word}” is not a sub-client's number; that would be like <code>#101</code>. The right form:", word=word
    ),
    Problem.SUB_CLIENT_TOO_LONG: lambda t, word: t.say(
        "The sub-client's name is longer than 64 characters: “{word}…”. The right form:", word=word
    ),
    Problem.BAD_ID: lambda t, word: t.say("“{word}” is not an ID: an ID has digits only. The right form:", word=word),
    Problem.NUM_TOO_LONG: lambda t, word: t.say(
        "The act's number is longer than 64 characters: “{word}…”. The right form:", word=word
    ),
    Problem.NUM_OR_SUB_CLIENT: lambda t, word: t.say(
        "“{word}” may be an act's number or a sub-client's. An act's number goes without <code>#</code>:", word=word
    ),
    Problem.AMOUNT_NOT_A_NUMBER: lambda t, word: t.say(
        "“{word}” is not a sum. Write it like <code>1500</code>, <code>1500.50</code> or <code>1 500,50</code>.",
        word=word,
    ),
    Problem.AMOUNT_ZERO: lambda t, _: t.say("The sum is zero; it has to be positive:"),
    Problem.AMOUNT_NEGATIVE: lambda t, word: t.say("The sum “{word}” is negative. It has to be positive:", word=word),
    Problem.AMOUNT_PLUS_SIGN: lambda t, word: t.say("Write the sum without a plus sign, not “{word}”:", word=word),
    Problem.AMOUNT_LEADING_ZERO: lambda t, word: t.say(
        "“{word}” begins with a zero, so I am not sure what is meant. Write the sum like <code>1500.50</code>:",
        word=word,
    ),
    Problem.AMOUNT_EXPONENT: lambda t, word: t.say(
        "“{word}” is a number with an exponent. Write the sum out, like <code>1500</code>:", word=word
    ),
    Problem.AMOUNT_TOO_MANY_DECIMALS: lambda t, word: t.say(
        "“{word}” has more than two decimals. Write the sum like <code>1500.50</code>:", word=word
    ),
    Problem.AMOUNT_TOO_LONG: lambda t, word: t.say("The sum “{word}” has more than 12 digits:", word=word),
    Problem.AMOUNT_AMBIGUOUS_SEPARATOR: lambda t, word: t.say(
        "“{word}” may mean thousands or decimals. Write <code>1500</code> or <code>1 500</code> for one thousand five "
        "hundred, <code>1.50</code> for one and a half:",
        word=word,
    ),
    Problem.AMOUNT_AMBIGUOUS: lambda t, word: t.say(
        "I cannot tell where the sum ends: “{word}”. Write it in one word, like <code>1500.50</code>; "
        "a service may follow it:",
        word=word,
    ),
    Problem.AMOUNT_MULTIPLIER: lambda t, word: t.say(
        "Write the sum out in figures, like <code>15000</code>, without “{word}”:", word=word
    ),
    Problem.AMOUNT_CURRENCY: lambda t, word: t.say(
        "“{word}”: write only the number, in the account's currency, like <code>1500.50</code>. "
        "A service begins with another word:",
        word=word,
    ),
    Problem.SERVICE_BEGINS_WITH_DIGIT: lambda t, word: t.say(
        "The service begins with a digit (“{word}”), so I cannot tell it from the sum. Begin it with a word:",
        word=word,
    ),
    Problem.SERVICE_BEGINS_WITH_SIGN: lambda t, word: t.say(
        "The service begins with a sign (“{word}”), so I cannot tell it from the sum. Begin it with a word:", word=word
    ),
    Problem.SERVICE_TOO_LONG: lambda t, _: t.say("The service is longer than 200 characters:"),
    Problem.UNKNOWN_WORD: lambda t, word: t.say("I do not understand “{word}”. The right form:", word=word),
    Problem.USERNAME: lambda t, word: t.say(
        "“{word}” may belong to somebody else tomorrow, and Telegram does not tell me whose it is. Name "
        "the ID, reply to a message of theirs, or share their contact with me in private:",
        word=word,
    ),
    Problem.BAD_DATE: lambda t, word: t.say(
        "“{word}” is no day. Write it like <code>{until}</code>:", word=word, until=until_a_day(t)
    ),
    Problem.WRONG_KIND_OF_ID: lambda t, word: t.say(
        "“{word}” cannot be: a group's ID is negative, a person's is not. The right form:", word=word
    ),
    Problem.SAID_TWICE: lambda t, word: t.say(
        "“{word}”: that was said already, and differently. The right form:", word=word
    ),
    Problem.GROUP_HAS_NO_ROLE: lambda t, _: t.say("A group has no role: people have. The right form:"),
    Problem.GROUP_HAS_ONE_LOGIN: lambda t, _: t.say("A group has one login at most. The right form:"),
    Problem.PERSON_IS_NOT_EVERYONE: lambda t, word: t.say("“{word}” is for groups. The right form:", word=word),
    Problem.NO_FREQUENCY: lambda t, _: t.say("How often? Weekly, monthly, quarterly or yearly. The right form:"),
    Problem.NO_DAY: lambda t, _: t.say("On which day? The right form:"),
    Problem.BAD_DAY: lambda t, word: t.say("The day “{word}” does not go with how often. The right form:", word=word),
    Problem.BAD_TIME: lambda t, word: t.say("“{word}” is no time of day. Write it like <code>09:00</code>:", word=word),
    Problem.BAD_TIMES: lambda t, word: t.say("“{word}”: it may repeat from 1 to 999 times. The right form:", word=word),
    Problem.NEVER: lambda t, _: t.say("It would end before the first time. The right form:"),
    Problem.UNKNOWN_PLACEHOLDER: lambda t, word: t.say(
        "I do not know “{word}”. In a service there may be {names}:",
        word=word,
        names=_codes("{month}", "{quarter}", "{year}"),
    ),
}


_REPEAT = {
    "en": "/repeat alice 1500.50 SMS, {month} {year} monthly 1 09:00",
    "ru": "/repeat alice 1500.50 SMS, {month} {year} ежемесячно 1 09:00",
}
_UNTIL = {"en": "until 2027-01-31", "ru": "до 31.01.2027"}
_IN_WEEK = {"en": "mon 09:00", "ru": "пн 09:00"}
_IN_YEAR = {"en": "25 december 09:00", "ru": "25.12 09:00"}
_WHEN = {
    "en": "monthly 1 09:00; monthly last working day 18:00; weekly mon; quarterly 10; "
    "yearly 25 december 12:00; monthly 15 until 2030-12-31; monthly 15 12 times weekend after",
    "ru": "ежемесячно 1 09:00; ежемесячно последний рабочий день 18:00; еженедельно пн; ежеквартально 10; "
    "ежегодно 25.12 12:00; ежемесячно 15 до 31.12.2030; ежемесячно 15 12 раз выходные позже",
}


def _codes(*examples: str) -> Markup:
    return Markup(", ").join(Markup("<code>{}</code>").format(example) for example in examples)


def until_a_day(t: Translator) -> str:
    """Return words that name the last day of something, as an example."""
    return _UNTIL[t.language]


def often(t: Translator) -> Markup:
    """Return words that say how often and when, as an example."""
    return _codes(_WHEN[t.language].partition(";")[0])


def form(t: Translator, name: str) -> Markup:
    """Return the right form of a command, or of the answer to a question, with an example."""
    return _FORMS[name](t)


_FORMS: Mapping[str, Callable[[Translator], Markup]] = {
    "invoice": lambda t: t.say(
        "<code>/invoice &lt;user&gt; &lt;sum&gt; [service]</code>\nFor example: <code>/invoice alice 1500.50</code>"
    ),
    "getinvoice": lambda t: t.say(
        "<code>/getinvoice &lt;user&gt; &lt;id&gt;</code>\nFor example: <code>/getinvoice alice 9001</code>"
    ),
    "act": lambda t: t.say(
        "<code>/act &lt;user&gt; &lt;num&gt;</code> or <code>/act &lt;user&gt; id:&lt;id&gt;</code>\n"
        "For example: <code>/act alice 7</code>"
    ),
    "client": lambda t: t.say(
        "<code>/client &lt;user&gt;</code>, or <code>/client -</code> to forget it\n"
        "For example: <code>/client alice</code>"
    ),
    "sub_client": lambda t: t.say("One word, for example: <code>alice</code>, or a number: <code>#101</code>"),
    "sum": lambda t: t.say("For example: <code>1500.50</code> or <code>1 500,50</code>"),
    "service": lambda t: t.say("For example: SMS for May"),
    "act_number": lambda t: t.say("For example: <code>7</code>, or an act's ID: <code>id:501</code>"),
    "number": lambda t: t.say("Digits only, for example: <code>9001</code>"),
    "history": lambda t: t.say(
        "<code>/history</code> or <code>/history &lt;user&gt;</code>, for example: <code>/history alice</code>"
    ),
    "retry": lambda t: t.say("<code>/retry &lt;request&gt;</code>, for example: <code>/retry 17</code>"),
    "pause": lambda t: t.say("<code>/pause &lt;login&gt;</code>"),
    "resume": lambda t: t.say("<code>/resume &lt;login&gt;</code>"),
    "allow": lambda t: t.say(
        "<code>/allow &lt;ID&gt; [manager|admin] [login &lt;login&gt;] [until 2027-01-31|forever]</code>\n"
        "<code>/allow chat &lt;ID&gt; [login &lt;login&gt;] [everyone|listed] [until 2027-01-31|forever]</code>\n"
        "For example: <code>/allow 1002 admin</code>. As a reply to somebody's message in a group it needs no ID."
    ),
    "repeat": lambda t: t.say(
        "<code>/repeat &lt;user&gt; &lt;sum&gt; [service] monthly &lt;day&gt; [time]</code>\nFor example: {example}",
        example=_codes(_REPEAT[t.language]),
    ),
    "repeat_change": lambda t: t.say("For example: {example}", example=_codes(_REPEAT[t.language].partition(" ")[2])),
    "day_of_week": lambda t: t.say("for example: {example}", example=_codes(_IN_WEEK[t.language])),
    "day_of_month": lambda t: t.say("for example: {example}", example=_codes("1 09:00")),
    "day_of_year": lambda t: t.say("for example: {example}", example=_codes(_IN_YEAR[t.language])),
    "time_of_day": lambda t: t.say("for example: {example}", example=_codes("09:00")),
    "when": lambda t: t.say("For example: {examples}", examples=_codes(*_WHEN[t.language].split("; "))),
    "revoke": lambda t: t.say(
        "<code>/revoke &lt;ID&gt;</code> or <code>/revoke chat &lt;ID&gt;</code>\n"
        "For example: <code>/revoke 1002</code>"
    ),
}
