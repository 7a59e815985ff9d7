"""`python -m sandbox.demo` is `docsbot demo`."""

import sys

from sandbox.demo.command import main, parse

sys.exit(main(parse(sys.argv[1:])))
