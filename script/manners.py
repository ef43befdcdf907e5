"""The part of script/bench that measures manners: what a connection of the same interface notices
of a scan, and how soon an interrupted scan has sent its last packet."""

import os
import signal
import socket
import time

SECONDS = 3
MESSAGE = os.urandom(10_000)


def start(lab, rate):
    """A scan of much more than there is time for, once it sends."""
    lab.set_network("--key", 2, "--open", 50_000)
    scan = lab.start("-p80", "10.0.0.0/8", "--transport", "xdp", "--rate", rate, "-oL", "/dev/null")
    while lab.counters()["syns"] < 20_000:
        if scan.poll() is not None:
            raise RuntimeError(scan.stderr.read().decode()[-200:])
        time.sleep(0.01)
    return scan


def exchange(connection):
    """Seconds of each exchange of a message with its echo."""
    spent = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        began = time.monotonic()
        connection.sendall(MESSAGE)
        if connection.recv(len(MESSAGE), socket.MSG_WAITALL) != MESSAGE:
            raise RuntimeError("the connection was harmed")
        spent.append(time.monotonic() - began)
    return sorted(spent)


def compare_connections(lab):
    print(f"\na TCP connection of the same interface, {len(MESSAGE):,} bytes to and fro\n"
          f"  {'scan':>12} {'arrived/s':>11} {'messages/s':>11} {'median us':>10} {'99 % us':>9}")
    with lab.echo_connection() as connection:
        for rate in ("none", "100000", "1000000", "unlimited"):
            scan = None if rate == "none" else start(lab, rate)
            before, began = lab.counters()["syns"], time.monotonic()
            spent = exchange(connection)
            arrived = (lab.counters()["syns"] - before) / (time.monotonic() - began)
            if scan:
                scan.kill()
                scan.communicate()
            print(f"  {rate:>12} {arrived:>11,.0f} {len(spent) / SECONDS:>11,.0f} "
                  f"{spent[len(spent) // 2] * 1e6:>10,.0f} "
                  f"{spent[len(spent) * 99 // 100] * 1e6:>9,.0f}", flush=True)


def measure_interrupts(lab, runs):
    """The counter is read over and over until it has stood still for half a second."""
    print("\nfrom an interrupt to the last packet that arrives, unthrottled")
    for _ in range(runs):
        scan = start(lab, "unlimited")
        scan.send_signal(signal.SIGINT)
        interrupted = time.monotonic()
        count, changed = lab.counters()["syns"], time.monotonic()
        while time.monotonic() - changed < 0.5:
            latest = lab.counters()["syns"]
            if latest != count:
                count, changed = latest, time.monotonic()
        scan.kill()
        scan.communicate()
        print(f"  at most {(changed - interrupted) * 1e3:.0f} ms", flush=True)
