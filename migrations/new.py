"""Writes a migration from what the models have and the migrations lack: `python -m migrations.new "what it does"`."""

import sys

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from db.migrate import alembic_config


def main() -> None:
    with create_engine("sqlite://").begin() as connection:
        config = alembic_config(connection)
        newest = ScriptDirectory.from_config(config).get_current_head() or "0000"
        command.upgrade(config, "head")
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{int(newest) + 1:04}")


if __name__ == "__main__":
    main()
