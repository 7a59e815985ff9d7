"""Days as people mean them and instants as the tables keep them, in the team's time zone (None: the system's)."""

from datetime import date, datetime, time, timedelta, tzinfo


def end_of(day: date, zone: tzinfo | None) -> datetime:
    """Return the instant at which a day is over: access until a day includes the day."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return midnight if zone is not None else midnight.astimezone()


def last_day(end: datetime, zone: tzinfo | None) -> date:
    """Return the last day before an instant: what `end_of` was given."""
    return (end.astimezone(zone) - timedelta(microseconds=1)).date()


def today(now: datetime, zone: tzinfo | None) -> date:
    return now.astimezone(zone).date()
