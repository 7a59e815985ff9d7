"""`python -m tests.e2e.impatient run`: docsbot with a watchdog that looks ten times a second."""

import sys
from unittest.mock import patch

from bot.cli import main as cli
from bot.process.watchdog import Watchdog

if __name__ == "__main__":
    with patch.dict(Watchdog.__init__.__kwdefaults__, every_s=0.1):
        sys.exit(cli.main(sys.argv[1:]))
