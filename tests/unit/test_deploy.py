"""What `deploy/` sets are settings of ours, and what its files name lies beside them."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.settings.accounts import NAMES as ACCOUNT_NAMES
from bot.settings.sources import SECRETS

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = [*DEPLOY.glob("compose*.yaml"), *DEPLOY.glob("kubernetes/*.yaml"), *DEPLOY.glob("systemd/*.service")]
FILES += DEPLOY.glob("*.example")
SET = re.compile(r"(?:^ *|- name: |^Environment=(?:\S+ )*)([A-Z]+_[A-Z_]+)(?=: |=|$)", re.MULTILINE)
OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DEPLOY)))
def test_what_is_set_are_settings(file: Path) -> None:
    settings = {field.upper() for field in Settings.model_fields} | set(ACCOUNT_NAMES)
    known = settings | {f"{name}_FILE" for name in SECRETS} | OTHERS
    assert set(SET.findall(file.read_text(encoding="utf-8"))) <= known


def test_the_kustomization_has_every_file() -> None:
    text = (DEPLOY / "kubernetes/kustomization.yaml").read_text(encoding="utf-8")
    listed = set(re.findall(r"^  - ([a-z-]+\.yaml)$", text, re.MULTILINE))
    files = {path.name for path in DEPLOY.glob("kubernetes/*.yaml")} - {"kustomization.yaml", "secret.yaml"}
    assert listed == {name.replace(".example", "") for name in files}
