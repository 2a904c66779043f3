"""`python -m moof` is the same as the `moof` command."""

from moof.cli import main

if __name__ == "__main__":
    main()
