"""``python -m mtqa``."""

from mtqa.cli.app import main

if __name__ == "__main__":
    main()
