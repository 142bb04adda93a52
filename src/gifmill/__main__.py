"""`python -m gifmill` is the command `gifmill`."""

from gifmill.cli import main

raise SystemExit(main())
