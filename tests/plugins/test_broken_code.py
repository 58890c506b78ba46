"""Whatever the code of a plugin does when it is loaded: contained, named and closed; others are untouched."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.plugins.installing import HOOKS, Site

from clas_policy.plugins import Failure, Host, containment

NewHost = Callable[[], Host]
LAYER = "departements/12/2024-2025"
OTHER = "departements/65/2024-2025"


@pytest.fixture
def broken(site: Site, new_host: NewHost) -> Callable[[str], tuple[Failure, Path]]:
    """Installs code beside a sound plugin, and gives the failure that closes its department."""

    def install(text: str) -> tuple[Failure, Path]:
        site.code("caf-65", "hautes-pyrenees", HOOKS, prefixes=["departements.65"])
        file = site.code("caf-12", "caf", text, prefixes=["departements.12"])
        host = new_host()
        failure = host.closed(LAYER)
        assert failure is not None
        assert host.closed(OTHER) is None
        assert host.failures == (failure,)
        assert (failure.name, failure.distribution, failure.version) == ("caf", "caf-12", "1.0")
        assert failure.prefixes == ("departements/12",)
        assert "caf-12 1.0" in str(failure.problem.message)
        return failure, file

    return install


def line_of(failure: Failure, file: Path) -> str:
    span = failure.problem.span
    assert span is not None
    assert span.file == file.as_posix()
    return file.read_text(encoding="utf-8").splitlines()[span.line - 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 / 0", "division by zero"),
        ("import a_module_that_nobody_has", "No module named 'a_module_that_nobody_has'"),
        ("def broken(:", "invalid syntax"),
        ("raise SystemExit", "it ends the program (exit 0)"),
        ("import sys\nsys.exit('bye')", "it ends the program (exit bye)"),
        ("raise GeneratorExit", "it says no more"),
        ("raise BaseException('no')", "no"),
        ("from clas_policy.hookspecs import nothing_of_the_kind", "cannot import name"),
        ("class Odd(Exception):\n    def __str__(self):\n        raise SystemExit\nraise Odd", "it says no more"),
        ("def f():\n    f()\nf()", "maximum recursion depth exceeded"),
    ],
)
def test_what_fails_at_import_is_contained(broken: Callable[[str], tuple[Failure, Path]], text: str, said: str) -> None:
    failure, file = broken(text)

    assert failure.problem.code == "CLAS-X303"
    assert said in str(failure.problem.message)
    assert failure.problem.span is not None
    assert failure.problem.span.file == file.as_posix()


def test_an_entry_point_to_what_is_not_there_is_contained(site: Site, new_host: NewHost) -> None:
    site.layers("caf_12", {LAYER: ""})
    groups = {"clas_policy": {"caf": "caf_12:absent.object"}, "clas_policy.layers": {"departements.12": "caf_12"}}
    site.metadata("caf-12", "1.0", groups)

    failure = new_host().closed(LAYER)

    assert failure is not None
    assert failure.problem.code == "CLAS-X303"


@pytest.mark.parametrize(
    "text",
    [
        "while True:\n    try:\n        while True: pass\n    except Exception: pass",
        "try:\n    while True: pass\nexcept BaseException: pass\nwhile True: pass",
    ],
)
def test_a_plugin_that_does_not_come_back_is_interrupted(
    broken: Callable[[str], tuple[Failure, Path]], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(containment, "TIME_LIMIT", 0.2)

    failure, _ = broken(text)

    assert failure.problem.code == "CLAS-X303"
    assert "it did not answer in time" in str(failure.problem.message)


def test_a_fork_that_comes_back_ends_there(site: Site, new_host: NewHost, capfd: pytest.CaptureFixture[str]) -> None:
    file = site.folder / "lines"
    site.code("caf-12", "caf", "import os\nif not os.fork(): raise SystemExit", prefixes=["departements.12"])

    new_host().closed(LAYER)
    with file.open("a", encoding="utf-8") as lines:
        lines.write("one\n")
    os.wait()

    assert file.read_text(encoding="utf-8") == "one\n"


@pytest.mark.parametrize(
    "text",
    [
        "print('spoken')",
        "import sys\nsys.stdout.write('spoken')",
        "import sys\nprint('spoken', file=sys.__stdout__)",
        "import os\nos.write(1, b'spoken')",
        "import os\nos.system('echo spoken')",
        "import sys\nsys.stdout.buffer.write(b'spoken'); sys.stdout.flush()",
    ],
)
def test_what_a_plugin_prints_is_not_on_standard_output(
    site: Site, new_host: NewHost, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    site.code("caf-12", "caf", text, prefixes=["departements.12"])

    assert new_host().closed(LAYER) is None
    print("ours")  # noqa: T201
    os.write(1, b"the system's\n")
    told = capfd.readouterr()

    assert sorted(told.out.splitlines()) == ["ours", "the system's"]
    assert "spoken" in told.err


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nsys.stdout.close()",
        "import sys\nsys.stdout = None",
        "import os\nos.close(1)",
        "import sys\ndel sys.stdout",
    ],
)
def test_standard_output_outlives_a_plugin_that_closes_it(
    site: Site, new_host: NewHost, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    site.code("caf-12", "caf", text, prefixes=["departements.12"])

    assert new_host().closed(LAYER) is None
    print("ours")  # noqa: T201
    sys.stdout.flush()
    os.write(1, b"the system's\n")

    assert sorted(capfd.readouterr().out.splitlines()) == ["ours", "the system's"]


def test_the_keys_of_the_user_still_interrupt(site: Site, new_host: NewHost) -> None:
    site.code("caf-12", "caf", "raise KeyboardInterrupt", prefixes=["departements.12"])

    with pytest.raises(KeyboardInterrupt):
        new_host().closed(LAYER)


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        (
            "@hookimpl(wrapper=True)\ndef clas_policy_facts():\n    return (yield)",
            "options (wrapper)",
            "@hookimpl(wrapper",
        ),
        ("@hookimpl(hookwrapper=True)\ndef clas_policy_facts():\n    yield", "options (hookwrapper)", "@hookimpl(hook"),
        ("@hookimpl(tryfirst=True)\ndef clas_policy_facts():\n    return {}", "options (tryfirst)", "@hookimpl(try"),
        ("@hookimpl(trylast=True)\ndef clas_policy_facts():\n    return {}", "options (trylast)", "@hookimpl(try"),
        (
            "@hookimpl(optionalhook=True)\ndef clas_policy_facts():\n    return {}",
            "options (optionalhook)",
            "@hookimpl(opt",
        ),
        (
            "@hookimpl(specname='clas_policy_facts')\ndef clas_policy_renderers():\n    return {}",
            "options (specname)",
            "@hook",
        ),
        ("@hookimpl\nasync def clas_policy_facts():\n    return {}", "does not answer when it is called", "@hookimpl"),
        ("@hookimpl\nasync def clas_policy_facts():\n    yield {}", "does not answer when it is called", "@hookimpl"),
        ("@hookimpl\ndef clas_policy_facts():\n    yield {}", "does not answer when it is called", "@hookimpl"),
        (
            "@hookimpl\ndef clas_policy_decided(decision=None):\n    return None",
            "has a default for `decision`",
            "@hookimpl",
        ),
        (
            "@hookimpl\ndef clas_policy_decided(verdict):\n    return None",
            "an argument `verdict` that no call",
            "@hookimpl",
        ),
        (
            "@hookimpl\ndef clas_policy_decided(*decision):\n    return None",
            "an argument `decision` that no",
            "@hookimpl",
        ),
        (
            "@hookimpl\ndef clas_policy_decided(**given):\n    return None",
            "an argument `given` that no call",
            "@hookimpl",
        ),
        ("@hookimpl\ndef clas_policy_fact():\n    return {}", "no hook is called `clas_policy_fact`", "@hookimpl"),
        ("def clas_policy_renderer():\n    return {}", "no hook is called `clas_policy_renderer`", "def clas_policy"),
        ("@hookimpl\ndef anything():\n    return {}", "no hook is called `anything`", "@hookimpl"),
        ("def clas_policy_facts():\n    return {}", "`clas_policy_facts` is not marked", "def clas_policy"),
        ("@hookimpl\ndef clas_policy_layers():\n    return ()", "is not for a plugin to answer", "@hookimpl"),
        ("@hookimpl\ndef check_pending():\n    return ()", "no hook is called `check_pending`", "@hookimpl"),
    ],
)
def test_what_pluggy_would_take_without_a_word_is_refused_with_its_place(
    broken: Callable[[str], tuple[Failure, Path]], text: str, said: str, where: str
) -> None:
    failure, file = broken(HOOKS + text)

    assert failure.problem.code == "CLAS-X306"
    assert said in str(failure.problem.message)
    assert line_of(failure, file).startswith(where)


def test_a_misspelt_hook_is_told_the_nearest(broken: Callable[[str], tuple[Failure, Path]]) -> None:
    failure, _ = broken(HOOKS + "@hookimpl\ndef clas_policy_rendrers():\n    return {}")

    assert str(failure.problem.hint) == "did you mean `clas_policy_renderers`?"


@pytest.mark.parametrize(
    ("hook", "answer", "code"),
    [
        ("facts", "None", "CLAS-X307"),
        ("facts", "[1]", "CLAS-X307"),
        ("facts", "float('nan')", "CLAS-X307"),
        ("facts", "1 / 0", "CLAS-X307"),
        ("facts", "{'other/name': len}", "CLAS-X302"),
        ("facts", "{'name': len}", "CLAS-X307"),
        ("facts", "{1: len}", "CLAS-X307"),
        ("facts", "{'caf/x': 1}", "CLAS-X306"),
        ("facts", "{f'caf/x{n}': len for n in range(10 ** 6)}", "CLAS-X307"),
        ("readers", "{'csv': len}", "CLAS-X307"),
        ("readers", "{'.json': len}", "CLAS-X302"),
        ("renderers", "{'text': len}", "CLAS-X302"),
        ("renderers", "{'Fiche': len}", "CLAS-X307"),
    ],
)
def test_what_a_hook_may_not_give_closes_the_plugin(
    broken: Callable[[str], tuple[Failure, Path]], hook: str, answer: str, code: str
) -> None:
    failure, _ = broken(f"{HOOKS}@hookimpl\ndef clas_policy_{hook}():\n    return {answer}\n")

    assert failure.problem.code == code


def test_an_asynchronous_function_is_no_derivation(broken: Callable[[str], tuple[Failure, Path]]) -> None:
    failure, file = broken(
        HOOKS
        + "async def rural(view):\n    return True\n\n@hookimpl\ndef clas_policy_facts():\n    return {'caf/r': rural}"
    )

    assert failure.problem.code == "CLAS-X306"
    assert line_of(failure, file).startswith("async def rural")


def test_a_mapping_that_raises_while_it_is_read_is_contained(broken: Callable[[str], tuple[Failure, Path]]) -> None:
    failure, _ = broken(
        HOOKS
        + """\
from collections import UserDict

class Odd(UserDict):
    def items(self):
        raise SystemExit

@hookimpl
def clas_policy_facts():
    return Odd()
"""
    )

    assert failure.problem.code == "CLAS-X307"


def test_code_is_loaded_once_and_so_fails_once(site: Site, new_host: NewHost) -> None:
    site.code(
        "caf-12", "caf", "import sys\nsys.loads = getattr(sys, 'loads', 0) + 1\n1 / 0", prefixes=["departements.12"]
    )
    host = new_host()

    first, again = host.closed(LAYER), host.closed(LAYER)
    loads = sys.loads  # type: ignore[attr-defined]
    del sys.loads  # type: ignore[attr-defined]

    assert first is again
    assert loads == 1
    assert host.renderers() == {}
    assert host.failures == (first,)
