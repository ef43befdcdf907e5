"""System calls that fail: which of them a trace shows, at which places each could fail, and the
tracer (strace) that has one fail."""

import collections
import re
import zlib

# `when` counts the calls of a thread, as strace does; `place` says what that means.
Fault = collections.namedtuple("Fault", "call error place when")


def strace(call, error, when, *options):
    """Starts a command in which the call fails."""
    return ["strace", *options, "-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null", "-e",
            f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]


def all_faults(trace, errors, passing, lasting):
    """Each of the calls in `errors` fails with each of its errors: the first times after the start
    of `main`, in the middle, at the end, and, unless the error is a `passing` one, at all places
    that `lasting` names."""
    before, most = _calls_of_scan(trace)
    found = []
    for call, names in errors.items():
        first, last = before[call] + 1, most[call]
        if first > last:
            continue
        middle = (first + last) // 2
        once = {"first": first, "second": first + 1, "third": first + 2, "middle": middle,
                "last but one": last - 1, "last": last}
        for_good = {"from then on": f"{first}+", "from the middle on": f"{middle}+"}
        for error in names.split():
            found += [Fault(call, error, place, str(when)) for place, when in once.items()
                      if first <= when <= last]
            if error not in passing:
                found += [Fault(call, error, place, for_good[place]) for place in lasting]
    return found


def is_sampled(words, enough):
    """One fault in `enough`, and always the same ones."""
    return zlib.crc32(" ".join(words).encode()) % enough == 0


def _calls_of_scan(trace):
    """How often the dynamic loader made each call, and how often the scan's busiest thread did.
    What the scan had nft do is not its own."""
    threads = collections.defaultdict(list)
    for line in trace.splitlines():
        if match := re.match(r"(\d+) +(\w+)\((.*)", line):
            threads[match[1]].append((match[2], match[3]))
    main = next(iter(threads))
    most = collections.Counter()
    for thread, calls in threads.items():
        if thread == main or all(name != "execve" for name, _ in calls):
            most |= collections.Counter(name for name, _ in calls)
    return _calls_before_main(threads[main]), most


def _calls_before_main(calls):
    """How often the dynamic loader made each call: its last acts are to ask for the size of the
    stack and to let go of its cache."""
    counts, is_near = collections.Counter(), False
    for name, arguments in calls:
        counts[name] += 1
        is_near = is_near or (name == "prlimit64" and "RLIMIT_STACK" in arguments)
        if is_near and name == "munmap":
            return counts
    raise AssertionError("this trace shows no dynamic loader")
