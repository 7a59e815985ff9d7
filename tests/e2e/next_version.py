"""The bot as its next version may be, as far as the database is concerned: it knows one more revision.

    python -m tests.e2e.next_version FOLDER

runs `docsbot run`, with a migration in the folder that widens a table and adds an index, as the first of the two steps
of every change does.
"""

import os
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import migrations
from bot.cli import main as cli
from db import migrate

REVISION = "9999"
_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = {revision!r}, {head!r}


def upgrade():
    op.add_column("requests", sa.Column("flavour", sa.String(16)))
    op.create_index("ix_requests_flavour", "requests", ["flavour"])


def downgrade():
    op.drop_index("ix_requests_flavour", table_name="requests")
    op.drop_column("requests", "flavour")
"""


def main(folder: Path) -> None:
    config_of_this_version = migrate.alembic_config
    head = ScriptDirectory.from_config(config_of_this_version()).get_current_head()
    (folder / f"{REVISION}_flavour.py").write_text(_MIGRATION.format(revision=REVISION, head=head))

    def config(connection: Connection | None = None) -> Config:
        made = config_of_this_version(connection)
        ours = Path(migrations.__path__[0], "versions")
        made.set_main_option("path_separator", "os")
        made.set_main_option("version_locations", os.pathsep.join((str(ours), str(folder))))
        return made

    migrate.alembic_config = config
    sys.exit(cli.main(["run"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
