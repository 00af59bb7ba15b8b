"""``python -m estimator.cli``."""

from estimator.cli import main

if __name__ == "__main__":
    main()
