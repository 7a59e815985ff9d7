"""A login's secret and how a request carries it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login at the vendor with its password or its API key, exactly one of the two.

    An API key stands for login and password together, so a request with a key does not name the login.
    """

    login: str
    password: str | None = field(default=None, repr=False)
    apikey: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if bool(self.password) == bool(self.apikey):
            raise ValueError("a login has either a password or an API key")

    @property
    def secret(self) -> str:
        """The password or the API key, whichever there is."""
        return self.password or self.apikey or ""

    def parameters(self) -> dict[str, str]:
        """Return the request parameters that tell the vendor who is asking."""
        if self.apikey:
            return {"apikey": self.apikey}
        return {"login": self.login, "psw": self.password or ""}
