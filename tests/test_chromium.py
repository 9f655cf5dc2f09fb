import pytest

from native import installation
from tests.end_to_end import chromium


@pytest.mark.parametrize("command", ["sudo apt-get install --no-install-recommends chromium", "playwright install"])
def test_who_has_no_browser_and_may_not_install_one_is_told_what_to_type(monkeypatch, command):
    monkeypatch.setattr(installation, "may_install", lambda: False)
    monkeypatch.setattr(chromium, "NAMES", ())
    monkeypatch.setattr("pathlib.Path.exists", lambda _: False)

    with pytest.raises(chromium.BrowserMissing, match=command), chromium.chromium():
        pass
