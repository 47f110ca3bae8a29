"""What SOURCE may be, and what is said of what it may not."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.commands.running import Runner


@pytest.mark.parametrize(
    "form", ["file://{}", "file://localhost{}", "FILE://LocalHost{}", "file:{}"]
)
def test_file_urls(run: Runner, wasm: Path, form: str) -> None:
    outcome = run("validate", form.format(wasm))
    assert (outcome.status, outcome.errors) == (0, "")


def test_percent_encoding(run: Runner, wasm: Path, tmp_path: Path) -> None:
    path = tmp_path / "a b%41#?ä.wasm"
    path.write_bytes(wasm.read_bytes())
    assert run("validate", f"file://{quote(str(path))}").status == 0
    # Behind an unescaped ? and # there is no more of the path.
    assert run("validate", f"file://{wasm}?a=b#c").status == 0


def test_names_that_are_no_text(run: Runner, wasm: Path, tmp_path: Path) -> None:
    path = tmp_path / "\udcff.wasm"
    path.write_bytes(wasm.read_bytes())
    assert run("validate", f"file://{tmp_path}/%ff.wasm").status == 0


@pytest.mark.parametrize(
    "url",
    ["file://host.invalid/a.wasm", "file://a.wasm", "file:a.wasm", "file:", "file://["],
)
def test_file_urls_of_nothing_here(run: Runner, url: str) -> None:
    message = run.failure("validate", url)
    assert message.startswith(f"{url}: ")
    assert "file: URL" in message or "not a usable URL" in message


def test_a_file_url_of_no_file(run: Runner, tmp_path: Path) -> None:
    message = run.failure("validate", f"file://{tmp_path}/%6eone.wasm")
    assert message == f"{tmp_path}/none.wasm: there is no such file"
    assert "folder" in run.failure("validate", f"file://{tmp_path}")
    assert "not a usable file name" in run.failure("validate", "file:///a%00b")


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("", "SOURCE is empty: name a file, an http(s) URL, or - for standard input"),
        ("npm:cowsay", "modules cannot be read from npm: addresses; download"),
        ("ftp://host.invalid/a.wasm", "modules cannot be read from ftp: addresses"),
        (
            "s3://bucket/a.wasm",
            "download the module and name the file, or give its http",
        ),
        ("data:application/wasm,a", "modules cannot be read from data: addresses"),
        ("git+ssh://host.invalid/a", "modules cannot be read from git+ssh: addresses"),
        ("localhost:8000/a.wasm", "write http://localhost:8000/a.wasm"),
        ("127.0.0.1:80", "write http://127.0.0.1:80"),
        ("[::1]:8000/a.wasm", "write http://[::1]:8000/a.wasm"),
        ("host.invalid:443/", "write http://host.invalid:443/"),
        ("http:/host.invalid/", "not a usable URL: it must begin with http://"),
        ("https:a", "not a usable URL: it must begin with https://"),
    ],
)
@pytest.mark.parametrize("command", ["compile", "validate", "inspect"])
def test_advice(
    run: Runner, package: Path, command: str, source: str, advice: str
) -> None:
    output: list[str | Path] = ["-o", package] if command == "compile" else []
    assert advice in run.failure(command, source, *output)


@pytest.mark.parametrize("name", ["a.wasm", "C:\\a.wasm", "a b:80/x", "./npm:x"])
def test_names_of_files(run: Runner, name: str) -> None:
    assert run.failure("validate", name) == f"{name}: there is no such file"


def test_files_come_first(
    run: Runner, wasm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(wasm.parent)
    for name in ("npm:x", "localhost:80"):
        Path(name).write_bytes(wasm.read_bytes())
        assert run("validate", name).status == 0
