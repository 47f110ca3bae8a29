"""Servers that want to do harm: floods, bombs, silence, redirects to elsewhere.

What a server sends "without end" ends here after some time, so that a client without
bounds fails these tests instead of hanging.
"""

from __future__ import annotations

import gzip
import itertools
import resource
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.commands.running import COMMAND, ENVIRONMENT, Runner
from tests.commands.servers import (
    Respond,
    chunk,
    response,
    sending,
    serving,
    stalling,
    streaming,
)
from tests.package.modules import ALONE, binary

BODY = binary(ALONE)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/wasm\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
# Its own authority, and nobody else's.
CERTIFICATE = Path(__file__).with_name("localhost.pem")
PLENTY = 64 << 20
# Loopback holds some megabytes that nobody has asked for.
LITTLE = 32 << 20


def flood(head: bytes, piece: bytes, size: int = PLENTY) -> Respond:
    """Send a head, and the same piece again and again."""
    pieces = itertools.repeat(piece, size // len(piece))
    return lambda connection, closing: streaming([head, *pieces])(connection, closing)


def refused(run: Runner, respond: Respond, *options: str) -> str:
    """The message on a server that answers so, without the URL."""
    with serving(respond) as url:
        message = run.failure("validate", url, *options)
    assert message.startswith(url)
    assert len(message) < 700
    return message.removeprefix(url)


def encoded(encoding: str, body: bytes) -> Respond:
    return sending(response(body, f"Content-Encoding: {encoding}"))


# Redirects.


@pytest.mark.parametrize("chunked", [False, True])
def test_the_body_of_a_redirect_is_not_read(run: Runner, chunked: bool) -> None:
    sent = 0
    piece = chunk(bytes(1 << 16)) if chunked else bytes(1 << 16)

    def respond(connection: socket.socket, closing: Event) -> None:
        nonlocal sent
        framing = "Transfer-Encoding: chunked" if chunked else "X: y"
        head = response(
            b"", f"Location: {target}", framing, status="302 Found", length=None
        )
        connection.sendall(head)
        while sent < 4 * LITTLE:
            connection.sendall(piece)
            sent += len(piece)

    with serving(sending(response(BODY))) as target, serving(respond) as url:
        assert run("validate", url).status == 0
    assert sent < LITTLE


@pytest.mark.parametrize(
    "location",
    ["file:///etc/hostname", "ftp://host.invalid/a", "data:application/wasm,a", "x://"],
)
def test_a_redirect_out_of_the_web(run: Runner, location: str) -> None:
    content = response(b"", f"Location: {location}", status="302 Found")
    message = refused(run, sending(content))
    assert "redirected to" in message
    assert "not a usable URL" in message


@pytest.mark.parametrize("length", [60_000, 90_000, 1_000_000])
def test_a_long_redirect(run: Runner, length: int) -> None:
    content = response(b"", f"Location: /{'a' * length}", status="302 Found")
    refused(run, sending(content))


# What comes before a body.


def test_endless_informational_answers(run: Runner) -> None:
    piece = b"HTTP/1.1 100 Continue\r\n\r\n"
    respond = streaming([*itertools.repeat(piece, 50_000), response(BODY)])
    assert "the server sends too much" in refused(run, respond)


def test_some_informational_answers(run: Runner) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 20
    with serving(sending(hints + response(BODY))) as url:
        assert run("validate", url).status == 0


HEADS = {
    "fields": (HEAD, b"X-Field: value\r\n"),
    "field": (HEAD + b"X-Field: ", b"v" * 1000),
    "status line": (b"HTTP/1.1 200 ", b"o" * 1000),
    "chunk extension": (CHUNKED + b"8;", b"x" * 1000),
    "chunk size": (CHUNKED, b"0" * 1000),
    "trailer": (CHUNKED + chunk(BODY) + b"0\r\n", b"X-Field: value\r\n"),
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_endless_heads(run: Runner, head: tuple[bytes, bytes]) -> None:
    assert "HTTP" in refused(run, flood(*head))


HEADS_AT_FAULT = {
    "nothing": b"",
    "cut": HEAD,
    "no HTTP": b"\x16\x03\x01\r\n\r\n",
    "a module at once": BODY,
    "no field": HEAD + b"x" * 9000 + b"\r\n\r\n",
    "negative length": HEAD + b"Content-Length: -1\r\n\r\n" + BODY,
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + BODY,
    "transfer coding": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
    "chunks": CHUNKED + b"xyz\r\n",
    "a chunk's end": CHUNKED + b"1\r\n\0asm",
    "upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
}


@pytest.mark.parametrize("content", HEADS_AT_FAULT.values(), ids=HEADS_AT_FAULT)
def test_no_http(run: Runner, content: bytes) -> None:
    assert "does not speak HTTP as it should" in refused(run, sending(content))


def test_a_length_that_is_too_small(run: Runner) -> None:
    assert "unexpected end" in refused(run, sending(response(BODY, length=5)))


def test_a_length_out_of_this_world(run: Runner) -> None:
    message = refused(run, sending(response(BODY, length=10**19)))
    assert f"after {len(BODY)} of 10,000,000,000,000,000,000 bytes" in message


# Time.

SLOW = {
    "status": (b"", b"H"),
    "fields": (HEAD, b"x"),
    "informational": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "chunk extension": (CHUNKED + b"8;", b"x"),
    "body": (HEAD + b"\r\n" + BODY[:8] + b"\0\xff\xff\x03\1x", b"\0"),
    "compressed": (
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY)[:10],
        b"\0\0\0\xff\xff",
    ),
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_the_deadline(run: Runner, slow: tuple[bytes, bytes]) -> None:
    head, piece = slow
    respond = streaming([head, *[piece] * 400], pause=0.05)
    began = time.monotonic()
    message = refused(run, respond, "--deadline", "1", "--timeout", "5")
    assert message == (
        ": took too long: not done after 1 seconds; --deadline grants more"
    )
    assert time.monotonic() - began < 10


def test_the_deadline_is_for_fast_servers_too(run: Runner) -> None:
    # No bytes are waited for.
    section = b"\0\x80\x80\x04\1x" + bytes((1 << 16) - 2)
    respond = flood(HEAD + b"\r\n" + BODY[:8], section, 1 << 30)
    message = refused(run, respond, "--deadline", "0.2")
    assert "took too long: not done after 0.2 seconds" in message


def test_silence_that_outlasts_the_deadline(run: Runner) -> None:
    message = refused(run, stalling(HEAD), "--deadline", "0.5")
    assert "took too long: not done after 0.5 seconds" in message


def test_silence_in_a_handshake(run: Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        message = run.failure("validate", url, "--timeout", "0.5")
    assert message == f"{url}: timed out: nothing came for 0.5 seconds"


@pytest.mark.parametrize("option", ["--timeout", "--deadline"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "1e300", "soon"])
def test_times_that_are_none(run: Runner, wasm: Path, option: str, value: str) -> None:
    outcome = run("validate", wasm, f"{option}={value}")
    assert outcome.status == 2
    assert "seconds" in outcome.errors


# Content encodings.


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


ENCODED = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "GZip": (" GZip ", gzip.compress(BODY)),
    "x-gzip": ("x-gzip", gzip.compress(BODY)),
    "members": ("gzip", gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]) + bytes(9)),
    "zlib": ("deflate", zlib.compress(BODY)),
    "raw": ("deflate", raw_deflate(BODY)),
    "identity": ("identity", BODY),
    "identities": ("identity, gzip", gzip.compress(BODY)),
}


@pytest.mark.parametrize("body", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("step", [1, 7, 1 << 16])
def test_encodings(run: Runner, body: tuple[str, bytes], step: int) -> None:
    encoding, content = body
    pieces = [content[i : i + step] for i in range(0, len(content), step)]
    head = response(b"", f"Content-Encoding: {encoding}", length=None)
    with serving(streaming([head, *pieces])) as url:
        outcome = run("validate", url)
    assert outcome.errors == ""
    assert f" {len(BODY)} bytes" in outcome.output


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "x" * 9000])
def test_an_encoding_that_was_not_asked_for(run: Runner, encoding: str) -> None:
    message = refused(run, encoded(encoding, BODY))
    assert f"the Content-Encoding is '{encoding[:70]}" in message
    assert "was not asked for" in message


def test_what_is_asked_for(run: Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        process = subprocess.Popen(
            [*COMMAND, "validate", url], env=ENVIRONMENT, stdout=subprocess.DEVNULL
        )
        connection, _ = server.accept()
        with connection:
            request = connection.recv(65536).lower()
            connection.sendall(response(BODY))
        assert process.wait(60) == 0
    assert b"accept-encoding: gzip, deflate\r\n" in request


DAMAGED = {
    "no gzip": ("gzip", BODY),
    "cut": ("gzip", gzip.compress(BODY)[:-3]),
    "checksum": ("gzip", gzip.compress(BODY)[:-8] + bytes(8)),
    "behind": ("gzip", gzip.compress(BODY) + b"more"),
    "cut member": ("gzip", gzip.compress(BODY) + gzip.compress(b"")[:5]),
    "no deflate": ("deflate", b"\xff" * 20),
    "cut zlib": ("deflate", zlib.compress(BODY)[:-1]),
    "a byte": ("deflate", b"\x78"),
    "behind zlib": ("deflate", zlib.compress(BODY) + b"more"),
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
def test_damaged_encodings(run: Runner, body: tuple[str, bytes]) -> None:
    assert "the Content-Encoding is damaged" in refused(run, encoded(*body))


EMPTY_GZIP = gzip.compress(b"")
IDLE = {
    "members": ("gzip", gzip.compress(BODY[:8]), EMPTY_GZIP * 500),
    "blocks": ("gzip", EMPTY_GZIP[:10], b"\0\0\0\xff\xff" * 2000),
    "name": ("gzip", b"\x1f\x8b\x08\x08" + bytes(6), b"name" * 2000),
    "padding": ("gzip", gzip.compress(BODY), bytes(10000)),
    "zlib blocks": ("deflate", b"\x78\x9c", b"\0\0\0\xff\xff" * 2000),
}


@pytest.mark.parametrize("idle", IDLE.values(), ids=IDLE)
def test_endless_input_without_output(
    run: Runner, idle: tuple[str, bytes, bytes]
) -> None:
    encoding, begin, piece = idle
    head = response(begin, f"Content-Encoding: {encoding}", length=None)
    message = refused(run, flood(head, piece))
    assert "the compressed body holds next to nothing" in message


@cache
def bomb() -> bytes:
    """A module with one custom section of nearly a gigabyte, of which 300 MB come."""
    stream = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    head = stream.compress(b"\0asm\1\0\0\0" + b"\0\x80\x80\x80\xf8\x03\1x")
    zeros = [stream.compress(bytes(1 << 20)) for _ in range(300)]
    return b"".join([head, *zeros, stream.flush()])


def run_with_little_memory(url: str) -> str:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))

    process = subprocess.run(
        [*COMMAND, "validate", url],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        timeout=60,
    )
    assert process.returncode == 1
    assert process.stderr.count("\n") == 1
    return process.stderr


def test_a_bomb() -> None:
    with serving(encoded("gzip", bomb())) as url:
        errors = run_with_little_memory(url)
    assert "the compressed body grows too much" in errors


def test_a_bomb_of_no_module() -> None:
    with serving(encoded("gzip", gzip.compress(bytes(200 << 20)))) as url:
        assert "not a WebAssembly module" in run_with_little_memory(url)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate, gzip", "gzip,gzip,gzip"])
def test_a_bomb_in_a_bomb(encoding: str) -> None:
    inner = gzip.compress(bomb())
    with serving(encoded(encoding, inner)) as url:
        errors = run_with_little_memory(url)
    assert f"the Content-Encoding is '{encoding}'; at most one" in errors


def test_two_fields_are_two_encodings(run: Runner) -> None:
    content = response(BODY, "Content-Encoding: gzip", "Content-Encoding: gzip")
    assert "at most one" in refused(run, sending(content))


def test_what_is_merely_well_compressed(run: Runner) -> None:
    # Small, if a hundred times as long and more.
    module = b"\0asm\1\0\0\0" + b"\0\x82\x80\x80\x01\1x" + bytes(1 << 21)
    packed = gzip.compress(module)
    assert len(packed) * 200 < len(module)
    with serving(encoded("gzip", packed)) as url:
        assert run("validate", url).status == 0


# Sections.


def test_endless_empty_sections(run: Runner) -> None:
    respond = flood(HEAD + b"\r\n" + BODY[:8], b"\0\1\0" * 1000, 1 << 20)
    message = refused(run, respond)
    assert "too many sections: 100,001, the limit is 100,000" in message


# Media types.


@pytest.mark.parametrize(
    "media_type",
    [
        "application/octet-stream",
        "Application/Octet-Stream; charset=binary",
        "binary/octet-stream",
        None,
    ],
)
@pytest.mark.parametrize("command", ["compile", "validate", "inspect"])
def test_untyped_modules(
    run: Runner, package: Path, command: str, media_type: str | None
) -> None:
    output: list[str | Path] = ["-o", package] if command == "compile" else []
    with serving(sending(response(BODY, media_type=media_type))) as url:
        outcome = run(command, url, *output)
    assert outcome.status == 0
    assert outcome.errors.startswith(f"wasm2py: {url}: ")
    assert outcome.errors.count("\n") == 1
    assert (media_type or "Content-Type") in outcome.errors


def test_a_quiet_note(run: Runner, package: Path) -> None:
    with serving(sending(response(BODY, media_type=None))) as url:
        outcome = run("compile", url, "-o", package, "--quiet")
    assert (outcome.status, outcome.errors) == (0, "")


@pytest.mark.parametrize("media_type", ["application/octet-stream", None])
@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"<!doctype html>", "an HTML page"),
        (b"", "an empty file"),
        (b"\0as", "cut off"),
    ],
)
def test_untyped_files_that_are_no_modules(
    run: Runner, media_type: str | None, content: bytes, looks: str
) -> None:
    message = refused(run, sending(response(content, media_type=media_type)))
    assert "not a WebAssembly module" in message
    assert looks in message


# Encrypted connections are bounded like others.


def encrypted(respond: Respond) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def answer(connection: socket.socket) -> None:
        with (
            suppress(OSError),
            context.wrap_socket(connection, server_side=True) as wrapped,
        ):
            wrapped.recv(65536)
            respond(wrapped, Event())

    return answer


ENCRYPTED = {
    "valid": (sending(response(BODY)), "", ""),
    "flood": (flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "", "sends too much"),
    "slow": (streaming([b"H"] * 400, pause=0.05), "--deadline=1", "took too long"),
    "silent": (stalling(b""), "--timeout=1", "nothing came for 1 seconds"),
}


@pytest.mark.parametrize("case", ENCRYPTED.values(), ids=ENCRYPTED)
def test_https(
    run: Runner, monkeypatch: pytest.MonkeyPatch, case: tuple[Respond, str, str]
) -> None:
    respond, option, message = case
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = encrypted(respond)
        thread = Thread(target=lambda: answer(server.accept()[0]), daemon=True)
        thread.start()
        url = f"https://localhost:{server.getsockname()[1]}/"
        outcome = run("validate", url, *filter(None, (option,)))
    assert outcome.status == bool(message)
    assert message in outcome.errors


# Proxies, too.


def test_a_proxy(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(sending(response(BODY))) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        assert run("validate", "http://host.invalid/a.wasm").status == 0
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("http_proxy", "http://host.invalid")
        assert run("validate", proxy).status == 0


def test_a_proxy_that_floods(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 1 << 20)) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        message = run.failure("validate", "https://host.invalid/a.wasm")
    assert "the server sends too much" in message


@pytest.mark.parametrize("proxy", ["gopher://127.0.0.1", "http://[::", "socks9://a"])
def test_no_proxy(run: Runner, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    message = run.failure("validate", "http://host.invalid/a.wasm")
    assert "the proxy cannot be used" in message


def test_defaults_are_documented(run: Runner) -> None:
    for command in ("compile", "validate", "inspect"):
        text = " ".join(run(command, "--help").output.split())
        assert "20.0" in text
        assert "1800.0" in text
