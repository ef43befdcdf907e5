"""The part of script/bench that measures banners: 65,536 addresses of one nginx, asked by us, by
masscan with the firewall rule that it needs, and by a tight client of the kernel's sockets; and a
million simulated addresses, where each tenth port is open and says something of its own."""

import ipaddress
import json
import os
import re
import time

import bounded

NETWORK = "10.51.0.0/16"
MANY = {"targets": "10.0.0.0/12", "key": 2, "open_ppm": 100_000}
SOURCE_PORT = "61000"
# Texts that both scanners report as they were said, but for the end of a line.
END_OF_LINE = r"\x0d\x0a"
SAID = re.compile(
    rf"^banner tcp 80 (\S+) \d+ (title|ssh) (.*?)(?:{re.escape(END_OF_LINE)})?$", re.M)


def nginx():
    """What is to be heard of nginx at its addresses."""
    return ((str(address), "title", "laboratory") for address in ipaddress.ip_network(NETWORK))


def spare_masscan(lab):
    """Lets the scanner's kernel not reset for masscan."""
    lab.within("scanner", "nft", "add table ip masscan_needs; add chain ip masscan_needs input "
               "{ type filter hook input priority 0; tcp dport " + SOURCE_PORT + " drop; }")


def prepare(lab):
    """Makes the addresses, one hop away."""
    lab.within("net", "ip", "route", "add", "local", NETWORK, "dev", "lo")
    lab.within("scanner", "ip", "route", "add", NETWORK, "via", "10.50.0.1")


def scanner(lab, targets, *command):
    """A scan: what it was told, and after how many seconds it wrote the last of it."""
    out = lab.path("banners")
    out.unlink(missing_ok=True)
    began = time.time()
    run = bounded.run(lab, [*command, "-p80", targets, "--banners", "-oL", str(out)],
                      lambda: out.stat().st_size if out.exists() else 0, quiet_seconds=30,
                      limit_seconds=240)
    if run.problem:
        raise RuntimeError(run.problem)
    return set(SAID.findall(out.read_text())), out.stat().st_mtime - began


def ours(lab, targets, rate, *options):
    return scanner(lab, targets, lab.masscan, "--rate", rate, *options)


def ours_by_sockets(lab, targets, rate):
    return ours(lab, targets, rate, "--transport", "af_packet")


def masscan(lab, targets, rate):
    source = {"hosts": "10.50.255.254", "sim": "198.18.0.2"}[lab.layout]
    rate = {"unlimited": "100000000"}.get(rate, rate)
    return scanner(lab, targets, "masscan", "--rate", rate, "-e", "scan0", "--source-ip", source,
                   "--source-port", SOURCE_PORT, "--router-mac", lab.router_mac)


def sockets(lab, *_):
    """It counts only, so that its texts are taken for the true ones."""
    said = json.loads(lab.within("scanner", os.environ["LAB_BUILD"] + "/lab_epoll_client", NETWORK,
                                 "80"))
    texts = set(list(nginx())[:said["answers"]])
    return texts, said["answers"] / said["banners_per_second"]


ROUNDS = (("10,000/s", "10000", (ours, masscan)), ("50,000/s", "50000", (ours, masscan)),
          ("unthrottled", "unlimited", (ours, sockets)))
ROUNDS_OF_MANY = (("100,000/s", "100000", (ours, masscan)),
                  ("unthrottled", "unlimited", (ours, ours_by_sockets)))


def compare_rounds(lab, runs, targets, rounds, true):
    for title, rate, programs in rounds:
        for _ in range(runs):
            for program in programs:
                before = lab.kernel_resets()
                try:
                    said, seconds = program(lab, targets, rate)
                except RuntimeError as reason:
                    print(f"  {title:12} {program.__name__:15} no numbers: {reason}", flush=True)
                    continue
                heard, wrong = len(said & true), len(said - true)
                print(f"  {title:12} {program.__name__:15} {heard:>7,}/{len(true):<7,} {wrong:>5,} "
                      f"{seconds:>8.2f} {heard / seconds:>10,.0f} "
                      f"{lab.kernel_resets() - before:>11,}", flush=True)


def print_head(title):
    print(f"\nbanners: {title}\n  {'':12} {'':15} {'heard/true':>15} {'wrong':>5} {'seconds':>8} "
          f"{'banners/s':>10} {'kernel RSTs':>11}")


def compare(lab, runs):
    prepare(lab)
    spare_masscan(lab)
    print_head(f"{NETWORK}, one nginx at each address")
    compare_rounds(lab, runs, NETWORK, ROUNDS, set(nginx()))


def compare_many(lab, runs):
    import lab as laboratory
    spare_masscan(lab)
    lab.set_network("--key", MANY["key"], "--open", MANY["open_ppm"])
    spoken = laboratory.spoken(MANY["targets"], ports="80", key=MANY["key"],
                               open_ppm=MANY["open_ppm"])
    true = {(address, protocol, text.removesuffix(END_OF_LINE))
            for (address, _), (protocol, text) in spoken.items() if protocol != "ftp"}
    print_head(f"{MANY['targets']}, a tenth open, each with a text of its own")
    compare_rounds(lab, runs, MANY["targets"], ROUNDS_OF_MANY, true)
