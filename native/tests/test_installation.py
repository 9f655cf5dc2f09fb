import pytest

from native import installation


@pytest.fixture
def an_ordinary_user_without_rabbitmq(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(installation, "SCRIPTS", ())


@pytest.mark.usefixtures("an_ordinary_user_without_rabbitmq")
@pytest.mark.parametrize(
    "command", ["sudo apt-get install --no-install-recommends rabbitmq-server", "brew install rabbitmq"]
)
def test_who_may_not_install_is_told_what_to_type(command):
    assert installation.find_scripts() is None

    with pytest.raises(installation.RabbitMQMissing, match=command):
        installation.install()
