"""Who exists in the sandbox: logins, their sub-clients and the acts made for them. All invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sandbox.documents.formats import NBSP
from sandbox.documents.papers import Bank, Line, Party, Seller


@dataclass(frozen=True, slots=True)
class Act:
    """An act that the vendor has made for a sub-client; `num` is what people call it."""

    id: int
    num: str
    day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SubClient:
    """A client of a login: `name` and `id` are the vendor's `user` and `user_id`."""

    id: int
    name: str
    party: Party
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A login with its secrets; `allowed_ips` is the list kept in the cabinet, None: any address may call."""

    login: str
    psw: str = field(repr=False)
    apikey: str = field(repr=False)
    sub_clients: tuple[SubClient, ...]
    allowed_ips: frozenset[str] | None = None

    def sub_client(self, parameters: Mapping[str, str]) -> SubClient | None:
        """Return the sub-client that `user` or `user_id` means, None if there is none."""
        if "user" in parameters:
            return next((client for client in self.sub_clients if client.name == parameters["user"]), None)
        return next((client for client in self.sub_clients if client.id == int(parameters["user_id"])), None)


@dataclass(frozen=True, slots=True)
class World:
    """Everybody: the logins and the company that makes out their documents."""

    accounts: tuple[Account, ...]
    seller: Seller

    def sign_in(self, parameters: Mapping[str, str], ip: str) -> Account | None:
        """Return the login that `apikey`, or `login` and `psw`, open from this address; None if they do not."""
        for account in self.accounts:
            if account.allowed_ips is not None and ip not in account.allowed_ips:
                continue
            if "apikey" in parameters:
                if parameters["apikey"] == account.apikey and parameters.get("login", account.login) == account.login:
                    return account
            elif (parameters.get("login"), parameters.get("psw")) == (account.login, account.psw):
                return account
        return None


def sample_account(login: str, *, psw: str, apikey: str) -> Account:
    """Return a login with the sandbox's four sub-clients: alice #101, bob #102, ООО Ромашка #103, #104."""
    return Account(
        login=login,
        psw=psw,
        apikey=apikey,
        sub_clients=(
            _sub_client(101, "alice", _company("ООО «Алиса и партнёры»", "1", "Зазеркальная"), 1200),
            _sub_client(102, "bob", _trader("ИП Бобров Борис Борисович", "2", "Плотинная"), 350),
            _sub_client(103, "ООО Ромашка", _company("ООО «Ромашка»", "3", "Цветочная"), 8640),
            _sub_client(104, "ivan@example.com", _trader("ИП Иванов Иван Иванович", "4", "Сказочная"), 75),
        ),
    )


def sample_world(*logins: str) -> World:
    """Return a world of these logins, just `demo` if none is named.

    The password of each is `<login>-psw`, its API key `<login>-apikey`.
    """
    return World(
        accounts=tuple(
            sample_account(login, psw=f"{login}-psw", apikey=f"{login}-apikey") for login in logins or ("demo",)
        ),
        seller=Seller(
            party=_company("ООО «СМС-Центр Песочница»", "0", "Вымышленная"),
            bank=Bank(f"АО «Банк Образец», г.{NBSP}Образцовск", "0" * 9, "0" * 20, "0" * 20),
            director="Образцов О. О.",
            accountant="Примерова П. П.",
        ),
    )


def _company(name: str, digit: str, street: str) -> Party:
    return Party(name, inn=digit * 10, kpp=digit * 9, address=_address(street))


def _trader(name: str, digit: str, street: str) -> Party:
    return Party(name, inn=digit * 12, address=_address(street))


def _address(street: str) -> str:
    return f"000000, г.{NBSP}Образцовск, ул.{NBSP}{street}, д.{NBSP}1"


def _sub_client(number: int, name: str, party: Party, messages: int) -> SubClient:
    """Make a sub-client with three acts whose IDs begin with its own number."""
    sent = Line("СМС-сообщения по России", Decimal("3.15"), Decimal(messages), "шт.")
    viber = Line("Сообщения в мессенджерах", Decimal("2.40"), Decimal(messages // 3), "шт.")
    sender = Line("Аренда имени отправителя за месяц", Decimal("500.00"), Decimal(1), "мес.")
    return SubClient(
        id=number,
        name=name,
        party=party,
        acts=(
            Act(number * 100 + 1, "7", date(2026, 8, 31), (sent,)),
            Act(number * 100 + 2, "8", date(2026, 9, 30), (sent, sender)),
            Act(number * 100 + 3, "А-15/2026", date(2026, 10, 31), (sent, viber, sender)),
        ),
    )
