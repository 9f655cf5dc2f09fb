"""Import every module of some packages: `python imports.py FOLDER PACKAGE…`, from the root of a checkout.

FOLDER is what to import from besides the root. Where DJANGO_SETTINGS_MODULE is set, Django is set up first. The tests
of a package are left out, and what it offers to tests. Ends with 1 where something cannot be imported.
"""

import importlib
import os
import pkgutil
import sys
from pathlib import Path

FOR_TESTS = ("tests", "testing", "pytest_services")
STARTS_ITSELF = ("__main__", "manage")


def main(folder: str, *packages: str) -> int:
    """The number of modules that cannot be imported."""
    sys.path[:0] = [str(Path(folder).resolve()), str(Path.cwd())]
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        importlib.import_module("django").setup()
    failed = 0
    for package in packages:
        for name in modules(package):
            try:
                importlib.import_module(name)
            except Exception as error:  # noqa: BLE001 - whatever a module does when it is imported
                failed += 1
                print(f"{name}: {type(error).__name__}: {error}")
    return failed


def modules(package: str) -> list[str]:
    """The package and all modules in it."""
    found = importlib.import_module(package)
    below = [name for _, name, _ in pkgutil.walk_packages(getattr(found, "__path__", []), f"{package}.")]
    return [package, *(name for name in below if not set(name.split(".")) & {*FOR_TESTS, *STARTS_ITSELF})]


if __name__ == "__main__":
    sys.exit(min(1, main(*sys.argv[1:])))
