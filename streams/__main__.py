"""`python -m streams` is `streams`."""

from streams.cli.main import run

if __name__ == "__main__":
    run()
