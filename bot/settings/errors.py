"""The one error of the settings."""


class SettingsError(Exception):
    """A setting is missing or wrong.

    Its text is one line that names the setting and says what a right value looks like; it never shows the value, as
    that may be a secret or have been put in the wrong place.
    """

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(name, sentence)
        self.name = name
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.name} {self.sentence}"
