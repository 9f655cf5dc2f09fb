"""Writes the files."""

from pathlib import Path

from clients.http_file import http_file
from clients.insomnia import collection, export_4

HERE = Path(__file__).parent
FILES = {"insomnia.yaml": collection, "insomnia.v4.json": export_4, "requests.http": http_file}


def main() -> None:
    """Write each file anew."""
    for name, made in FILES.items():
        (HERE / name).write_text(made())


if __name__ == "__main__":
    main()
