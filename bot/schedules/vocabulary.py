"""The words of `/repeat`, in English and Russian. Pure."""

from collections.abc import Mapping

from bot.schedules.recurrence import Frequency, MonthEnd, Weekend

FREQUENCIES: Mapping[str, Frequency] = {
    "weekly": Frequency.WEEKLY,
    "monthly": Frequency.MONTHLY,
    "quarterly": Frequency.QUARTERLY,
    "yearly": Frequency.YEARLY,
    "annually": Frequency.YEARLY,
    "еженедельно": Frequency.WEEKLY,
    "ежемесячно": Frequency.MONTHLY,
    "ежеквартально": Frequency.QUARTERLY,
    "ежегодно": Frequency.YEARLY,
}
EVERY = frozenset({"every", "each", "каждый", "каждую"})
"""With one of `PERIODS` they say the same as the words of `FREQUENCIES`."""
PERIODS: Mapping[str, Frequency] = {
    "week": Frequency.WEEKLY,
    "month": Frequency.MONTHLY,
    "quarter": Frequency.QUARTERLY,
    "year": Frequency.YEARLY,
    "неделю": Frequency.WEEKLY,
    "месяц": Frequency.MONTHLY,
    "квартал": Frequency.QUARTERLY,
    "год": Frequency.YEARLY,
}
WEEKDAYS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "monday mon понедельник понедельникам пн",
            "tuesday tue вторник вторникам вт",
            "wednesday wed среда среду средам ср",
            "thursday thu четверг четвергам чт",
            "friday fri пятница пятницу пятницам пт",
            "saturday sat суббота субботу субботам сб",
            "sunday sun воскресенье воскресеньям вс",
        )
    )
    for word in words.split()
}
"""From 0, Monday."""
MONTHS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "january jan января",
            "february feb февраля",
            "march mar марта",
            "april apr апреля",
            "may мая",
            "june jun июня",
            "july jul июля",
            "august aug августа",
            "september sep сентября",
            "october oct октября",
            "november nov ноября",
            "december dec декабря",
        ),
        1,
    )
    for word in words.split()
}
LAST = frozenset({"last", "последний", "последнего"})
WORKING = frozenset({"working", "workday", "business", "рабочий", "рабочего"})
UNTIL = frozenset({"until", "till", "до"})
FROM = frozenset({"from", "starting", "с", "начиная"})
TIMES = frozenset({"times", "time", "раз", "раза"})
WEEKEND = frozenset({"weekend", "weekends", "выходной", "выходные"})
WEEKENDS: Mapping[str, Weekend] = {
    "keep": Weekend.KEEP,
    "before": Weekend.BEFORE,
    "after": Weekend.AFTER,
    "оставить": Weekend.KEEP,
    "раньше": Weekend.BEFORE,
    "позже": Weekend.AFTER,
}
FILLERS = frozenset(("on", "at", "the", "day", "of", "month", "quarter", "year", "st", "nd", "rd", "th")) | frozenset(
    ("в", "по", "на", "день", "дня", "число", "числа", "месяца", "квартала", "года")
)
"""What people put in between; it says nothing."""
ENDS = {False: MonthEnd.LAST_DAY, True: MonthEnd.LAST_WORKING_DAY}
"""By whether a working day is meant."""
