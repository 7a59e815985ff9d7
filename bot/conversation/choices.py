"""The buttons of a conversation, sub-clients apart, and what they stand for. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Choice(StrEnum):
    """What the buttons say."""

    ANOTHER = "another"
    CREATE = "create"
    CHANGE = "change"
    CHANGE_SUB_CLIENT = "change_sub_client"
    CHANGE_AMOUNT = "change_amount"
    CHANGE_SERVICE = "change_service"
    NO_SERVICE = "no_service"
    BACK = "back"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    LAST_DAY = "last_day"
    LAST_WORKING_DAY = "last_working_day"
    CANCEL = "cancel"


HOW_OFTEN: Mapping[Choice, str] = {
    Choice.WEEKLY: "weekly",
    Choice.MONTHLY: "monthly",
    Choice.QUARTERLY: "quarterly",
    Choice.YEARLY: "yearly",
    Choice.LAST_DAY: "monthly last day",
    Choice.LAST_WORKING_DAY: "monthly last working day",
}
"""What the buttons that say how often stand for, in the words of `/repeat`."""
