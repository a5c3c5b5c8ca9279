"""`python -m feedsvc.validation TARGET...` is `feedsvc validate TARGET...`."""

from feedsvc.validation.command import validate

if __name__ == "__main__":
    validate(prog_name="python -m feedsvc.validation")
