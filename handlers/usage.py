"""What to say to arguments that cannot be understood: the mistake, then the right form. Pure."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from bot.language.translator import Translator
from bot.parsing import ParseError, Problem


def explain(t: Translator, error: ParseError, command: str) -> Markup:
    """Name the mistake and show the command's right form with an example."""
    return Markup("{}\n{}").format(_MISTAKES[error.problem](t, error.word), form(t, command))


_Mistake = Callable[[Translator, str], Markup]

_MISTAKES: dict[Problem, _Mistake] = {
    Problem.MISSING_ARGUMENTS: lambda t, _: t.say("Something is missing. The right form:"),
    Problem.TOO_MANY_ARGUMENTS: lambda t, word: t.say(
        "I did not expect “{word}” and what follows it. The right form:", word=word
    ),
    Problem.CONTROL_CHARACTERS: lambda t, word: t.say(
        "There is an invisible character in the text ({word}); copying often brings one in. "
        "Type it by hand, in one line:",
        word=word,
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
    Problem.AMOUNT_NOT_A_NUMBER: lambda t, word: t.say(
        "“{word}” is not a sum. Write it like <code>1500</code>, <code>1500.50</code> or <code>1 500,50</code>:",
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
        "“{word}”: write only the number, in the account's currency, like <code>1500.50</code>:", word=word
    ),
    Problem.SERVICE_BEGINS_WITH_DIGIT: lambda t, word: t.say(
        "The service begins with a digit (“{word}”), so I cannot tell it from the sum. "
        "Begin it with a word, or put ₽ after the sum:",
        word=word,
    ),
    Problem.SERVICE_BEGINS_WITH_SIGN: lambda t, word: t.say(
        "The service begins with a sign (“{word}”), so I cannot tell it from the sum. Begin it with a word:", word=word
    ),
    Problem.SERVICE_TOO_LONG: lambda t, _: t.say("The service is longer than 200 characters:"),
}


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
    "sub_client": lambda t: t.say("one word, for example: <code>alice</code>, or a number: <code>#101</code>"),
    "sum": lambda t: t.say("for example: <code>1500.50</code> or <code>1 500,50</code>"),
    "service": lambda t: t.say("for example: SMS for May"),
    "act_number": lambda t: t.say("for example: <code>7</code>, or an act's ID: <code>id:501</code>"),
    "number": lambda t: t.say("digits only, for example: <code>9001</code>"),
    "history": lambda t: t.say(
        "<code>/history</code> or <code>/history &lt;user&gt;</code>, for example: <code>/history alice</code>"
    ),
    "retry": lambda t: t.say("<code>/retry &lt;request&gt;</code>, for example: <code>/retry 17</code>"),
    "resume": lambda t: t.say("<code>/resume &lt;login&gt;</code>"),
    "allow": lambda t: t.say(
        "<code>/allow &lt;ID&gt; [manager|admin] [login &lt;login&gt;] [until 2027-01-31|forever]</code>\n"
        "<code>/allow chat &lt;ID&gt; [login &lt;login&gt;] [everyone|listed] [until 2027-01-31|forever]</code>\n"
        "For example: <code>/allow 1002 admin</code>. As a reply to somebody's message in a group it needs no ID."
    ),
    "revoke": lambda t: t.say(
        "<code>/revoke &lt;ID&gt;</code> or <code>/revoke chat &lt;ID&gt;</code>\n"
        "For example: <code>/revoke 1002</code>"
    ),
}
