"""What `mtqa serve` answers under load on loopback, and whether hostile clients change it.

    python benchmarks/serve.py --data DATA [--clients 64] [--seconds 60]

The articles are 10 consecutive segments each of WMT22, half of them the output of systems and half English originals.
Three runs on one service: a client alone, which asks for one article after the other; CLIENTS of them at the same time;
and these once more beside hostile ones, which send heads and bodies slowly, bodies that are too large or no JSON, go
before they are answered, or never read the answer. Clients keep their connections, wait as long as Retry-After says
where they are refused with 429, and stop after SECONDS. They run on the same cores as the service. Memory is the
resident set of the service after a tenth of a run and at its end. The exit status is 1 where any answer but 200 and 429
came, a connection broke, an answer was not that of `mtqa score`, or memory grew by more than a tenth in a run with
many clients.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby, islice
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil

SENTENCES, YEAR, ARTICLES, CHECKED = 10, 2022, 400, 20  # articles of each origin
GROWTH = 1.1
HEAD = "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


def articles(data: Path, origin: str) -> Iterator[str]:
    """Consecutive segments of one origin."""
    with gzip.open(data / "segments.en.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = (row for row in map(json.loads, lines) if row["origin"] == origin and row["year"] == YEAR)
        for _, group in groupby(rows, key=lambda row: (row["pair"], row.get("system"))):
            texts = [row["text"] for row in group]
            for start in range(0, len(texts) - SENTENCES, SENTENCES):
                yield "\n\n".join(texts[start : start + SENTENCES])


class Load:
    """Clients of one run, and what they saw."""

    def __init__(self, port: int, texts: list[str], seconds: float) -> None:
        self.port, self.texts = port, texts
        self.seconds, self.ends = seconds, time.monotonic() + seconds
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.words = 0

    async def client(self, number: int) -> None:
        """One well-behaved client."""
        chance = random.Random(number)
        reader = writer = None
        while time.monotonic() < self.ends:
            text = chance.choice(self.texts)
            began = time.monotonic()
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                body = json.dumps({"text": text, "language": "en"}).encode()
                writer.write(HEAD.format(len(body)).encode() + body)
                status, headers, _ = await answer(reader)
            except (OSError, EOFError, ValueError) as error:
                self.statuses[type(error).__name__] += 1
                writer = None
                continue
            self.statuses[status] += 1
            if status == "200":
                self.latencies.append(time.monotonic() - began)
                self.words += len(text.split())
            if "retry-after" in headers:
                await asyncio.sleep(float(headers["retry-after"]))
        if writer:
            writer.close()

    async def hostile(self, number: int) -> None:
        """One that is not."""
        chance = random.Random(-number)
        kinds = (self._slow_head, self._slow_body, self._huge, self._no_json, self._gone, self._never_reads)
        while time.monotonic() < self.ends:
            with suppress(OSError, EOFError, TimeoutError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                await chance.choice(kinds)(reader, writer)
                writer.close()

    async def _trickle(self, writer: asyncio.StreamWriter, sent: bytes) -> None:
        for byte in sent:
            if time.monotonic() > self.ends:
                return
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.5)

    async def _slow_head(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._trickle(writer, HEAD.format(100).encode())

    async def _slow_body(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD.format(1000).encode())
        await self._trickle(writer, b'{"text": "' + b"slow " * 100)

    async def _huge(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD.format(10**9).encode() + b"a" * 10**6)
        await asyncio.wait_for(reader.read(1000), 5)

    async def _no_json(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD.format(2000).encode() + b"[" * 2000)
        await asyncio.wait_for(answer(reader), 5)
        writer.write(bytes(range(256)) * 10)
        await asyncio.wait_for(reader.read(1000), 5)
        await asyncio.sleep(0.2)

    async def _gone(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = json.dumps({"text": self.texts[0]}).encode()
        writer.write(HEAD.format(len(body)).encode() + body)
        await writer.drain()
        await asyncio.sleep(0.2)

    async def _never_reads(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        body = json.dumps({"text": self.texts[0]}).encode()
        writer.write((HEAD.format(len(body)).encode() + body) * 5)
        await asyncio.sleep(min(20, max(0.1, self.ends - time.monotonic())))


async def answer(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    return head[0].split()[1], headers, await reader.readexactly(int(headers["content-length"]))


async def run(load: Load, clients: int, hostile: int, service: psutil.Process) -> dict[str, Any]:
    """One run."""

    async def memory() -> list[int]:
        await asyncio.sleep(load.seconds / 10)
        early = service.memory_info().rss
        await asyncio.sleep(load.ends - time.monotonic())
        return [early, service.memory_info().rss]

    asking = [load.client(n) for n in range(clients)] + [load.hostile(n) for n in range(1, hostile + 1)]
    measured, *_ = await asyncio.gather(memory(), *asking)
    cuts = quantiles(load.latencies, n=100)
    return {
        "clients": clients,
        "hostile": hostile,
        "answers": dict(load.statuses),
        "words_per_second": round(load.words / load.seconds),
        "seconds": {"p50": round(cuts[49], 3), "p90": round(cuts[89], 3), "p99": round(cuts[98], 3)},
        "memory_mib": [round(size / 2**20) for size in measured],
    }


async def same_answers(port: int, texts: list[str]) -> bool:
    """Whether the service says what the checker says."""
    import mtqa

    checker = mtqa.Checker.load()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for text in texts:
        body = json.dumps({"text": text, "language": "en", "uri": "a"}).encode()
        writer.write(HEAD.format(len(body)).encode() + body)
        status, _, said = await answer(reader)
        expected = mtqa.render(checker.check(mtqa.from_text(text, uri="a", language="en")), "json")
        if status != "200" or json.loads(said) != json.loads(expected):
            return False
    writer.close()
    return True


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "serve.json")
    options = parser.parse_args()
    texts = [text for origin in ("mt", "original") for text in islice(articles(options.data, origin), ARTICLES)]
    command = [sys.executable, "-m", "mtqa", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            port = int(line.rpartition(":")[2])
            service = psutil.Process(process.pid)
            runs = []
            for clients, hostile, seconds in (
                (1, 0, options.seconds / 3),
                (options.clients, 0, options.seconds),
                (options.clients, options.clients, options.seconds),
            ):
                runs.append(asyncio.run(run(Load(port, texts, seconds), clients, hostile, service)))
                print(json.dumps(runs[-1]))
            same = asyncio.run(same_answers(port, random.Random(0).sample(texts, CHECKED)))
        finally:
            process.terminate()
    import mtqa

    result = {
        "signature": str(mtqa.Checker.load().signature),
        "cpu": next(iter(re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())), "unknown"),
        "cores": psutil.cpu_count(),
        "words_of_an_article": round(sum(len(text.split()) for text in texts) / len(texts)),
        "runs": runs,
        "same_as_mtqa_score": same,
    }
    options.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    unexpected = [run for run in runs if set(run["answers"]) - {"200", "429"}]
    grown = [run for run in runs[1:] if run["memory_mib"][1] > GROWTH * run["memory_mib"][0]]
    if unexpected or grown or not same:
        sys.exit(f"missed: unexpected answers {unexpected}, memory grown {grown}, same answers {same}")


if __name__ == "__main__":
    main()
