"""Runs a program in a laboratory until it ends, or until it hangs: then it is ended, and what it
did until then still counts. A run always says how it ended.

masscan 1.3.2, for one, may sleep in its capture long after its wait is over, until a frame comes.
"""

import collections
import contextlib
import os
import select
import signal
import subprocess

QUIET_SECONDS = 15  # longer than any program here waits for its last answers
LIMIT_SECONDS = 120
LOOK_SECONDS = 2  # between two looks at the counters, which take time from what is measured
REPRIEVE_SECONDS = 4  # from one signal to the next

# `problem` is None, or why the run is not what it should have been; units of `cpu`: seconds.
Run = collections.namedtuple("Run", "cpu peak_mb seconds problem")


def run(lab, command, progress, quiet_seconds=QUIET_SECONDS, limit_seconds=LIMIT_SECONDS):
    """Runs it in the scanner's namespace. `progress` gives what changes while it sends. Its peak
    memory comes from time(1): what wait4 says begins with this script's own."""
    spent = lab.path("spent")
    start = progress()
    with open(lab.path("errors"), "w+", errors="replace") as errors:
        process = subprocess.Popen(["ip", "netns", "exec", f"{lab.name}-scanner", "/usr/bin/time",
                                    "-q", "-f", "%M %e", "-o", spent, *command], cwd=lab.directory,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=errors)
        try:
            problem = _watch(process.pid, start, progress, quiet_seconds, limit_seconds)
        finally:
            _end(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)  # wait4 took it from Popen
        errors.seek(0)
        problem = problem or _problem(process.returncode, errors.read())
    peak_kb, seconds = map(float, spent.read_text().split())
    return Run(usage.ru_utime + usage.ru_stime, peak_kb / 1024, seconds, problem)


def _watch(pid, start, progress, quiet_seconds, limit_seconds):
    """Waits for its end: None, or why it has to be ended."""
    latest, quiet, passed = start, 0, 0
    while not _ends_within(pid, look := min(LOOK_SECONDS, quiet_seconds)):
        passed += look
        quiet += look
        if (present := progress()) != latest:
            latest, quiet = present, 0
        if quiet >= quiet_seconds:
            after = "after its wait" if latest != start else "before it sent anything"
            return f"ended by us {after}: nothing sent for {quiet_seconds} s"
        if passed >= limit_seconds:
            return f"ended by us after {limit_seconds} s, still sending"
    return None


def _ends_within(pid, seconds):
    descriptor = os.pidfd_open(pid)
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def _end(pid):
    """Interrupts the child of time(1), again, and kills it, until both have ended."""
    for sign in (signal.SIGINT, signal.SIGINT, signal.SIGKILL):
        if _ends_within(pid, 0):
            return
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            for child in children.read().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), sign)
        _ends_within(pid, REPRIEVE_SECONDS)


def _problem(code, words):
    """What time(1)'s exit code says of its child, with the child's last words."""
    if code == 0:
        return None
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    said = f": {lines[-1][-200:]}" if lines else ", without a word"
    if code - 128 in set(signal.Signals):
        return f"killed by {signal.Signals(code - 128).name}{said}"
    return f"exit code {code}{said}"
