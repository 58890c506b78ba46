"""What every test can rely on: nothing of the machine that it runs on."""

import signal

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever runs the tests in the background has ^C ignored, and so would the programs that they interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cache, no folder, no language of the person who runs the tests."""
    monkeypatch.setenv("CLAS_POLICY_CACHE", "")
    for name in ("CLAS_POLICY_PATH", "CLAS_POLICY_LANG", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
