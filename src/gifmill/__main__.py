"""Entry point of `python -m gifmill`, the same as the command `gifmill`."""

from gifmill.cli import main

if __name__ == "__main__":  # a worker process imports the main module under another name
    raise SystemExit(main())
