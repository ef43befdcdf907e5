"""The part of script/bench that measures making probes alone: ours and masscan's, nothing sent.

Ours runs with `--offline`, which throws finished frames away where the wire would begin. masscan's
own `--offline` does not start on Linux; so it runs on an interface of a namespace without a way
out, and `send` is replaced by one that only counts (LD_PRELOAD). Both have finished frames thrown
away instead of a system call. Frames per second are those between the first and the last.
"""

import collections
import os
import pathlib
import random
import re
import struct
import subprocess

import bounded

LIMIT_SECONDS = 60

# The counts are in a file's memory, where they stay whatever becomes of the program.
COUNTING_SEND = r"""
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct { unsigned long frames; double seconds; }* sends;
static struct timespec first, last;

__attribute__((constructor)) static void open_counts(void) {
  const int file = open(getenv("SENDS"), O_RDWR);
  sends = mmap(NULL, sizeof *sends, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (sends == MAP_FAILED) abort();
}

ssize_t send(int fd, const void* frame, size_t length, int flags) {
  (void)fd, (void)frame, (void)flags;
  if (sends->frames++ % 1024 == 0) {
    clock_gettime(CLOCK_MONOTONIC, &last);
    if (sends->frames == 1) first = last;
    sends->seconds =
        (double)(last.tv_sec - first.tv_sec) + (double)(last.tv_nsec - first.tv_nsec) * 1e-9;
  }
  return (ssize_t)length;
}
"""

SENDS = struct.Struct("@Ld")

Case = collections.namedtuple("Case", "title words shard peer_shard")


def text(number):
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def write_lists(folder):
    """1,000 ranges of 16 thousand to a million addresses, 10,000 excludes within them, and 1,000
    IPv6 prefixes; always the same."""
    chance = random.Random(7)
    ranges = []
    for _ in range(1000):
        first = chance.randrange(0x01000000, 0xdf000000 - (1 << 20))
        ranges.append((first, first + chance.randrange(1 << 14, 1 << 20)))
    (folder / "targets").write_text("".join(f"{text(a)}-{text(b)}\n" for a, b in ranges))
    with open(folder / "excludes", "w", encoding="ascii") as excludes:
        for _ in range(10_000):
            address = chance.randrange(*chance.choice(ranges))
            length = chance.choice((24, 26, 28, 30, 32, 32))
            excludes.write(f"{text(address >> (32 - length) << (32 - length))}/{length}\n")
    (folder / "targets6").write_text("".join(
        f"2001:db8:{chance.randrange(65536):x}:{chance.randrange(65536):x}::"
        f"/{chance.choice((104, 108, 110, 112))}\n" for _ in range(1000)))


def cases(folder):
    lists = ["-iL", str(folder / "targets"), "--excludefile", str(folder / "excludes")]
    yield Case("IPv4, 1,000 ranges without 10,000, one port", [*lists, "-p80"], "1/4", "1/40")
    yield Case("IPv4, 1,000 ranges without 10,000, 16 ports", [*lists, "-p80-95"], "1/64", "1/640")
    ipv6 = ["-iL", str(folder / "targets6"), "--exclude", "255.255.255.255", "-p80"]
    yield Case("IPv6, 1,000 ranges, one port", ipv6, "1/64", "1/640")


def run(command, limit=LIMIT_SECONDS):
    ended = subprocess.run(["timeout", "-k", "1", str(limit), *command], check=False,
                           stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode != 0:
        raise RuntimeError(f"exit code {ended.returncode}: {ended.stderr[-200:].strip()}")
    return ended.stderr


def ours(program, case, workers):
    said = run([program, *case.words, "--shard", case.shard, "--seed", "7", "--offline", "--rate",
                "max", "--workers", str(workers), "-oL", "/dev/null"])
    sent, seconds = re.search(r"Sent (\d+) probes in ([\d.]+) s", said).groups()
    return int(sent) / float(seconds)


def masscan(lab, case, folder):
    """Frames a second, and None or why the run is not what it should have been."""
    sends = folder / "sends"
    sends.write_bytes(bytes(SENDS.size))
    ended = bounded.run(lab, [
        "env", f"SENDS={sends}", f"LD_PRELOAD={folder}/counting_send.so", "masscan", *case.words,
        "--shard", case.peer_shard, "--seed", "7", "--rate", "100000000", "--wait", "0", "-e",
        "scan0", "--source-ip", "198.18.0.2", "--source-ip", "fd18::2", "--router-mac",
        lab.router_mac, "-oL", "/dev/null"], sends.read_bytes)
    frames, seconds = SENDS.unpack(sends.read_bytes())
    if not seconds:
        raise RuntimeError(ended.problem or "sent nothing")
    return frames / seconds, ended.problem or ""


def measure_internet(program, cores):
    """The whole of IPv4, nothing sent: how long it takes to ask everybody."""
    said = run([program, "0.0.0.0/0", "-p80", "--exclude", "255.255.255.255", "--offline", "--rate",
                "max", "--workers", str(cores), "--wait", "0", "-oL", "/dev/null"], limit=300)
    sent, seconds = re.search(r"Sent (\d+) probes in ([\d.]+) s", said).groups()
    print(f"\nmaking every probe of IPv4, one port, {cores} workers: {int(sent):,} in {seconds} s")


def compare(lab, runs):
    folder = pathlib.Path(lab.directory)
    write_lists(folder)
    (folder / "counting_send.c").write_text(COUNTING_SEND)
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", folder / "counting_send.so",
                    folder / "counting_send.c"], check=True)
    cores = os.cpu_count()
    for case in cases(folder):
        print(f"\nmaking probes only, a second: {case.title}\n  {'':8} {'1 worker':>13} "
              f"{f'{cores} workers':>13} {'masscan':>13} {'ratio':>6}")
        for _ in range(runs):
            one, all_cores = (ours(lab.masscan, case, workers) for workers in (1, cores))
            try:
                peer, problem = masscan(lab, case, folder)
                print(f"  {'':8} {one:>13,.0f} {all_cores:>13,.0f} {peer:>13,.0f} "
                      f"{one / peer:>6.1f}  {problem}".rstrip(), flush=True)
            except (RuntimeError, OSError) as reason:
                print(f"  {'':8} {one:>13,.0f} {all_cores:>13,.0f} no numbers: {reason}",
                      flush=True)
    measure_internet(lab.masscan, cores)
