import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that every user may pass through, as Postgres's must be for root. pytest's own are closed again
    by each pytest that starts."""
    folder = Path(tempfile.mkdtemp(prefix="cogo-native-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
