"""`python -m streams` is `streams`."""

from streams.cli.main import main

if __name__ == "__main__":
    main()
