"""Somebody's program as text: nothing of it is imported or run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SKIPPED = {
    "node_modules",
    ".venv",
    "venv",
    "env",
    "site-packages",
    "migrations",
    "tests",
    "__pycache__",
    "dist",
    "build",
}
IGNORE = "# doctor: ignore"  # begins one of the first lines of a file that shows a hazard on purpose
LARGEST = 500_000  # bytes of a file that is read


class NotAProgram(Exception):
    """The folder does not exist, or has nothing that can be read; the message says which."""


@dataclass(frozen=True)
class PythonFile:
    """A Python file and its syntax tree."""

    path: Path
    tree: ast.Module

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Each function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@dataclass(frozen=True)
class ComposeFile:
    """A compose file: what it says, and its lines to point at."""

    path: Path
    content: dict[str, Any]
    lines: list[str]

    def services(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Name and description of each service."""
        services = self.content.get("services")
        for name, service in services.items() if isinstance(services, dict) else ():
            if isinstance(service, dict):
                yield str(name), service

    def line_of(self, text: str, after: str = "") -> int:
        """The number of the first line with `text`, at or below the first that begins with `after`; 1 without one."""
        start = next((number for number, line in enumerate(self.lines) if line.strip().startswith(after)), 0)
        return next((number + 1 for number, line in enumerate(self.lines) if number >= start and text in line), 1)


@dataclass(frozen=True)
class TextFile:
    """A file that is read line by line."""

    path: Path
    lines: list[str]


@dataclass
class Program:
    """All that was read of a folder. Files that cannot be parsed are in `unreadable`, with the reason."""

    root: Path
    python: list[PythonFile] = field(default_factory=list)
    compose: list[ComposeFile] = field(default_factory=list)
    dockerfiles: list[TextFile] = field(default_factory=list)
    requirements: list[TextFile] = field(default_factory=list)
    scripts: list[Path] = field(default_factory=list)
    unreadable: dict[Path, str] = field(default_factory=dict)


def read(root: Path) -> Program:
    """Everything below `root` but tests, migrations and what is installed. Raises NotAProgram."""
    if not root.exists():
        raise NotAProgram(f"there is no {root}")
    program = Program(root if root.is_dir() else root.parent)
    for path in sorted([root] if root.is_file() else _files(root)):
        try:
            _take(program, path)
        except (SyntaxError, ValueError, yaml.YAMLError, OSError, RecursionError) as error:
            program.unreadable[path] = str(error).splitlines()[0] if str(error) else type(error).__name__
    if not (program.python or program.compose or program.dockerfiles):
        raise NotAProgram(f"{root} has no Python file, compose file or Dockerfile")
    return program


def _files(root: Path) -> Iterator[Path]:
    for path in root.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir() and path.name not in SKIPPED and not path.name.startswith("."):
            yield from _files(path)
        elif path.is_file() and path.stat().st_size <= LARGEST:
            yield path


def _take(program: Program, path: Path) -> None:
    name = path.name.lower()
    if path.suffix == ".sh":
        program.scripts.append(path)
        return
    if path.suffix not in {".py", ".yml", ".yaml", ".txt", ".dockerfile"} and not name.startswith("dockerfile"):
        return
    text = path.read_text(encoding="utf-8-sig")
    if any(line.startswith(IGNORE) for line in text.splitlines()[:10]):
        return
    if path.suffix == ".py":
        program.python.append(PythonFile(path, ast.parse(text)))
    elif path.suffix in {".yml", ".yaml"} and "compose" in name:
        content = yaml.safe_load(text)
        if isinstance(content, dict):
            program.compose.append(ComposeFile(path, content, text.splitlines()))
    elif name.startswith("dockerfile") or path.suffix == ".dockerfile":
        program.dockerfiles.append(TextFile(path, text.splitlines()))
    elif path.suffix == ".txt" and "requirements" in name:
        program.requirements.append(TextFile(path, text.splitlines()))
