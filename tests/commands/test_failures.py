"""What goes wrong: one line on standard error, an exit status, and nothing left."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import time
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

from tests.commands.running import Runner, start
from tests.commands.servers import Respond, response, sending, serving, stalling
from tests.package.modules import ALONE, binary

BODY = binary(ALONE)
HTML = b"<!DOCTYPE html><html><body>Log in</body></html>"


def _refused(run: Runner, package: Path, respond: Respond) -> str:
    """The message on a URL whose server answers so; nothing must be left behind."""
    with serving(respond) as url:
        message = run.failure("compile", url, "-o", package, "--timeout", "2")
        assert message.startswith(url)
    assert os.listdir(package.parent) == []
    return message.removeprefix(url)


def test_no_such_host(run: Runner, package: Path) -> None:
    message = run.failure("compile", "http://host.invalid/a.wasm", "-o", package)
    assert message.startswith("http://host.invalid/a.wasm: no such host")


def test_refused(run: Runner, package: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    message = run.failure("compile", f"http://127.0.0.1:{port}/", "-o", package)
    assert "connection refused" in message


def test_timed_out_before_the_response(run: Runner, package: Path) -> None:
    message = _refused(run, package, stalling(b""))
    assert message == ": timed out: nothing came for 2 seconds"


def test_timed_out_within_the_body(run: Runner, package: Path) -> None:
    message = _refused(run, package, stalling(response(BODY)[:-5]))
    assert message == ": timed out: nothing came for 2 seconds"


def test_not_found(run: Runner, package: Path) -> None:
    content = response(HTML, status="404 Not Found", media_type="text/html")
    message = _refused(run, package, sending(content))
    assert message == ": the server answers 404 Not Found"


def test_an_error_of_the_server(run: Runner, package: Path) -> None:
    content = response(BODY, status="599 Whatever")
    assert "the server answers 599" in _refused(run, package, sending(content))


def test_redirected_to_html(run: Runner, package: Path) -> None:
    with serving(sending(response(HTML, media_type="text/html"))) as target:
        content = response(b"", f"Location: {target}?login", status="302 Found")
        message = _refused(run, package, sending(content))
    assert message == (
        f" (redirected to {target}?login): the Content-Type is 'text/html';"
        " it must be application/wasm, without parameters"
    )


def test_redirected_to_no_host(run: Runner, package: Path) -> None:
    content = response(b"", "Location: http://host.invalid/a", status="302 Found")
    message = _refused(run, package, sending(content))
    assert message.startswith(" (redirected to http://host.invalid/a): no such host")


def test_redirected_for_ever(run: Runner, package: Path) -> None:
    content = response(b"", "Location: /again", status="302 Found")
    assert "redirected again and again" in _refused(run, package, sending(content))


@pytest.mark.parametrize(
    "media_type",
    [
        "application/octet",
        "text/plain",
        "application/wasm;",
        "application/wasm; charset=utf-8",
        "application/wasm, application/wasm",
        "application/x-wasm",
        "",
    ],
)
def test_wrong_media_type(run: Runner, package: Path, media_type: str) -> None:
    content = response(BODY, media_type=media_type)
    message = _refused(run, package, sending(content))
    assert f"the Content-Type is '{media_type}'" in message
    assert "must be application/wasm" in message


@pytest.mark.parametrize("received", [0, 1, 20, len(BODY) - 1])
def test_cut_short(run: Runner, package: Path, received: int) -> None:
    content = response(BODY[:received], length=len(BODY))
    message = _refused(run, package, sending(content))
    assert f"after {received} of {len(BODY)} bytes" in message
    assert message.startswith(": cut short")


def test_cut_short_between_chunks(run: Runner, package: Path) -> None:
    body = b"8\r\n" + BODY[:8] + b"\r\n"
    content = response(body, "Transfer-Encoding: chunked", length=None)
    message = _refused(run, package, sending(content))
    assert message.startswith(": cut short: the connection ended after 8 bytes")


def test_damaged_compression(run: Runner, package: Path) -> None:
    content = response(b"no gzip at all", "Content-Encoding: gzip")
    assert "Content-Encoding is damaged" in _refused(run, package, sending(content))


def test_a_bad_byte_is_reported_at_once(run: Runner, package: Path) -> None:
    bad = BODY[:8] + b"\xff"
    message = _refused(run, package, stalling(response(bad, length=1 << 30)))
    assert "malformed section id" in message


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a b/", "http://xn--a/"])
def test_no_url(run: Runner, package: Path, url: str) -> None:
    message = run.failure("compile", url, "-o", package)
    assert message.startswith((f"{url}: not a usable URL", f"{url}: no such host"))


LOOKS = {
    "an empty file": b"",
    "cut off": b"\0as",
    "gzip": b"\x1f\x8b\x08" + bytes(20),
    "text format (WAT)": b";; a comment\n(; another ;)\n(module)",
    "an HTML page": b"\n <HTML><body>",
    "an HTML page ": HTML,
    "JSON": b'\xef\xbb\xbf{"error": 1}',
    "XML": b"<?xml version='1.0'?>",
    "native program (ELF)": b"\x7fELF" + bytes(20),
    "zip archive": b"PK\x03\x04" + bytes(20),
    "text": b"version https://git-lfs.github.com/spec/v1\n",
    "some other binary file": bytes(range(256)),
}


@pytest.mark.parametrize("command", ["compile", "validate", "inspect", "scaffold"])
@pytest.mark.parametrize(("looks", "content"), LOOKS.items(), ids=LOOKS)
def test_not_wasm(
    run: Runner, package: Path, tmp_path: Path, command: str, looks: str, content: bytes
) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    output: list[str | Path] = ["-o", package] if command == "compile" else []
    message = run.failure(command, source, *output)
    assert message.startswith(f"{source}: not a WebAssembly module: it looks like ")
    assert looks.strip() in message
    assert os.listdir(package.parent) == []


@pytest.mark.parametrize("command", ["compile", "validate", "scaffold"])
def test_a_component(run: Runner, package: Path, tmp_path: Path, command: str) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"\0asm\x0d\0\x01\0")
    output: list[str | Path] = ["-o", package] if command == "compile" else []
    message = run.failure(command, source, *output)
    assert "a WebAssembly component, not a core module; take" in message
    assert os.listdir(package.parent) == []


def test_unsupported_proposal(run: Runner, package: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(binary("(module (func (drop (v128.const i64x2 0 0))))"))
    message = run.failure("compile", source, "-o", package)
    assert "'simd'" in message
    assert "at offset 0x" in message


def test_invalid_module(run: Runner, package: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(binary(ALONE)[:-3])
    assert "at offset 0x" in run.failure("compile", source, "-o", package)
    source.write_bytes(binary("(module (func (result i32) (f32.const 0)))"))
    message = run.failure("compile", source, "-o", package)
    assert message.startswith(f"{source}: type mismatch")
    assert "in function 0" in message
    assert os.listdir(package.parent) == []


def test_features_that_are_not_allowed(run: Runner, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(binary("(module (func (drop (i32.extend8_s (i32.const 0)))))"))
    message = run.failure("validate", source, "--features", "wasm1")
    assert "sign-extension" in message


def test_no_file(run: Runner, package: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing\n.wasm"
    message = run.failure("compile", missing, "-o", package)
    assert message == f"{tmp_path}/missing\\n.wasm: there is no such file"
    message = run.failure("validate", tmp_path)
    assert message == f"{tmp_path}: this is a folder, not a WebAssembly module"


def test_directory_exists(run: Runner, wasm: Path, package: Path) -> None:
    package.mkdir()
    (package / "mine").write_text("mine")
    message = run.failure("compile", wasm, "-o", package)
    assert message.startswith(
        f"{package} exists and is not a package that wasm2py wrote"
    )
    assert (package / "mine").read_text() == "mine"
    assert run("compile", wasm, "-o", package, "--force").status == 0
    assert not (package / "mine").exists()


def test_directory_exists_is_known_before_anything_is_fetched(
    run: Runner, package: Path
) -> None:
    package.mkdir()
    (package / "mine").write_text("mine")
    with serving(stalling(b"")) as url:
        message = run.failure("compile", url, "-o", package, "--timeout", "2")
    assert message.startswith(f"{package} exists")


def test_directory_that_cannot_be_written(run: Runner, wasm: Path) -> None:
    message = run.failure("compile", wasm, "-o", "/dev/null/package")
    assert message.startswith("cannot write /dev/null/package: ")


def test_the_target_c_without_a_compiler(
    run: Runner,
    wasm: Path,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr("wasm2py.native.compilers.find_spec", lambda name: None)
    message = run.failure("compile", wasm, "-o", package, "--target", "c")
    assert message == (
        "there is no C compiler: install gcc, clang or tcc as cc, name one in the variable CC,"
        " or get zig with pip install 'wasm2py[native]'"
    )
    assert not package.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["compile", "a.wasm"],
        ["compile", "-o", "x"],
        ["compile", "a.wasm", "-o", "x", "--target", "d"],
        ["compile", "a.wasm", "-o", "x", "-O3"],
        ["compile", "a.wasm", "-o", "x", "--jobs", "0"],
        ["compile", "a.wasm", "-o", "x", "--jobs", "many"],
        ["compile", "a.wasm", "-o", "x", "--features", "wasm9"],
        ["compile", "a.wasm", "-o", "x.y"],
        ["compile", "a.wasm", "-o", "/"],
        ["compile", "a.wasm", "b.wasm", "-o", "x"],
        ["validate"],
        ["inspect", "a.wasm", "--nonsense"],
        ["transmogrify"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage(run: Runner, arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert outcome.status == 2
    assert "Usage" in outcome.errors + outcome.output


def _limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_disk_full(wasm: Path, package: Path) -> None:
    process = start("compile", wasm, "-o", package, preexec_fn=_limit_file_size)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (1, "")
    assert errors.startswith(f"wasm2py: cannot write {package}: ")
    assert errors.endswith("; nothing was written\n")
    assert os.listdir(package.parent) == []


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupted(package: Path, number: int, status: int, jobs: str) -> None:
    half = response(BODY, length=1 << 20)
    with serving(stalling(half)) as url:
        process = start("compile", url, "-o", package, "--jobs", jobs)
        _wait_for_connection(process.pid)
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (status, "")
    if number == signal.SIGINT:
        assert errors == "wasm2py: interrupted; nothing was written\n"
    assert "Traceback" not in errors
    assert os.listdir(package.parent) == []


@pytest.mark.parametrize(
    "imported",
    ["typer", "wasm2py.commands.application", "wasm2py.commands.compilation"],
)
def test_interrupted_while_it_starts(
    run: Runner,
    wasm: Path,
    package: Path,
    monkeypatch: pytest.MonkeyPatch,
    imported: str,
) -> None:
    for name in [name for name in sys.modules if name.startswith("wasm2py.commands.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "typer", raising=False)

    class Interrupting(MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name == imported:
                raise KeyboardInterrupt

    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    outcome = run("compile", wasm, "-o", package)
    assert outcome == (130, "", "wasm2py: interrupted; nothing was written\n")
    assert os.listdir(package.parent) == []


@pytest.mark.parametrize(
    ("place", "raised"),
    [
        ("typer.main.get_command", KeyboardInterrupt()),
        # What typer makes of an interruption that it sees.
        ("typer.core._main", SystemExit(130)),
    ],
)
def test_interrupted_while_arguments_are_read(
    run: Runner,
    wasm: Path,
    package: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    raised: BaseException,
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(place, interrupted)
    outcome = run("compile", wasm, "-o", package)
    assert outcome == (130, "", "wasm2py: interrupted; nothing was written\n")


def test_interrupted_while_the_translation_is_kept(
    run: Runner, wasm: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wasm2py.translation.cache.Cache.store", interrupted)
    outcome = run("compile", wasm, "-o", package)
    assert (outcome.status, outcome.errors) == (0, "")
    assert (package / "__init__.py").exists()


def _wait_for_connection(pid: int) -> None:
    """Wait until the process has opened a socket, then a little."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        folder = Path(f"/proc/{pid}/fd")
        if any(map(_is_socket, _entries(folder))):
            break
        time.sleep(0.02)
    time.sleep(0.5)


def _is_socket(entry: Path) -> bool:
    try:
        return "socket" in os.readlink(entry)
    except FileNotFoundError:  # closed meanwhile
        return False


def _entries(folder: Path) -> list[Path]:
    try:
        return [entry for entry in folder.iterdir() if entry.is_symlink()]
    except OSError:
        return []


@pytest.mark.skipif(sys.platform != "linux", reason="sees when to strike in /proc")
def test_killed_while_an_old_package_is_there(
    run: Runner, wasm: Path, package: Path
) -> None:
    assert run("compile", wasm, "-o", package).status == 0
    before = {path: path.read_bytes() for path in package.rglob("*.*")}
    with serving(stalling(response(BODY, length=1 << 20))) as url:
        process = start("compile", url, "-o", package)
        _wait_for_connection(process.pid)
        process.kill()
        process.communicate(timeout=60)
    assert {path: path.read_bytes() for path in package.rglob("*.*")} == before
