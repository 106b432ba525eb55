"""``python -m oneheart`` is the command ``oneheart``."""

from oneheart.cli import main

if __name__ == "__main__":
    main()
