"""The part of script/bench that measures banners: 65,536 addresses of one nginx, asked by us, by
masscan with the firewall rule that it needs, and by a tight client of the kernel's sockets."""

import json
import os
import re
import time

import bounded

NETWORK, HOSTS = "10.51.0.0/16", 65_536
SOURCE_PORT = "61000"
TITLE = re.compile(r"^banner tcp 80 (\S+) \d+ title laboratory$", re.M)


def prepare(lab):
    """Makes the addresses, one hop away, and lets the scanner's kernel not reset for masscan."""
    lab.within("net", "ip", "route", "add", "local", NETWORK, "dev", "lo")
    lab.within("scanner", "ip", "route", "add", NETWORK, "via", "10.50.0.1")
    lab.within("scanner", "nft", "add table ip masscan_needs; add chain ip masscan_needs input "
               "{ type filter hook input priority 0; tcp dport " + SOURCE_PORT + " drop; }")


def scanner(lab, *command):
    """A scan: how many titles it has, and after how many seconds it wrote the last of them."""
    out = lab.path("banners")
    out.unlink(missing_ok=True)
    began = time.time()
    run = bounded.run(lab, [*command, "-p80", NETWORK, "--banners", "-oL", str(out)],
                      lambda: out.stat().st_size if out.exists() else 0, quiet_seconds=30,
                      limit_seconds=240)
    if run.problem:
        raise RuntimeError(run.problem)
    return len(set(TITLE.findall(out.read_text()))), out.stat().st_mtime - began


def ours(lab, rate):
    return scanner(lab, lab.masscan, "--rate", rate)


def masscan(lab, rate):
    return scanner(lab, "masscan", "--rate", rate, "-e", "scan0", "--source-ip", "10.50.255.254",
                   "--source-port", SOURCE_PORT, "--router-mac", lab.router_mac)


def sockets(lab, _):
    said = json.loads(lab.within("scanner", os.environ["LAB_BUILD"] + "/lab_epoll_client", NETWORK,
                                 "80"))
    return said["answers"], said["answers"] / said["banners_per_second"]


ROUNDS = (("10,000/s", "10000", (ours, masscan)), ("50,000/s", "50000", (ours, masscan)),
          ("unthrottled", "unlimited", (ours, sockets)))


def compare(lab, runs):
    prepare(lab)
    print(f"\nbanners: {NETWORK}, one nginx at each address\n  {'':12} {'':8} {'heard/true':>15} "
          f"{'seconds':>8} {'banners/s':>10} {'kernel RSTs':>11}")
    for title, rate, programs in ROUNDS:
        for _ in range(runs):
            for program in programs:
                before = lab.kernel_resets()
                heard, seconds = program(lab, rate)
                print(f"  {title:12} {program.__name__:8} {heard:>7,}/{HOSTS:<7,} {seconds:>8.2f} "
                      f"{heard / seconds:>10,.0f} {lab.kernel_resets() - before:>11,}", flush=True)
