"""The programs that script/bench compares: how each is asked to do the same, and what it found."""

import ipaddress
import os
import pathlib
import re

HOST = "10.9.9.9"


def is_ipv6(plan):
    return ":" in plan.targets


def ports_of(plan):
    """As ours and masscan write them."""
    return f"U:{plan.ports}" if plan.transport == "udp" else plan.ports


def ours(lab, plan, out):
    rate = ["--rate", str(plan.rate_pps) if plan.rate_pps else "unlimited"]
    return [lab.masscan, "-p", ports_of(plan), plan.targets, "--wait", "2", "-oL", out, *rate]


def masscan(lab, plan, out):
    return ["masscan", "-p", ports_of(plan), "--range", plan.targets, "--wait", "2", "-oL", out,
            "--rate", str(plan.rate_pps or 100_000_000), "-e", "scan0",
            "--source-ip", "fd18::2" if is_ipv6(plan) else "198.18.0.2",
            "--router-mac", lab.router_mac]


def zmap(lab, plan, out):
    if "-" in plan.ports or plan.transport != "tcp":
        raise RuntimeError("compared with one TCP port only")
    if is_ipv6(plan):
        raise RuntimeError("scans IPv4 only")
    return ["zmap", "-p", plan.ports, "-r", str(plan.rate_pps or 0), "-i", "scan0", "-G",
            lab.router_mac, "-S", "198.18.0.2", "-b", "/dev/null", "-c", "2", "-q", "-o", out,
            plan.targets]


def nmap(lab, plan, out):
    if plan.targets != HOST:
        raise RuntimeError("for one host only here")
    if plan.rate_pps:
        raise RuntimeError("compared unthrottled only")
    return ["nmap", "-n", "-Pn", "-sS", "-T5", "-p", plan.ports, "-oG", out, plan.targets]


def ceiling(lab, plan, out):
    """Not a scanner: the least that can be done to send, which nothing here can beat."""
    if plan.rate_pps or plan.open_ppm or plan.targets == HOST:
        raise RuntimeError("measured where nobody answers")
    pathlib.Path(out).touch()
    return [os.environ["LAB_BUILD"] + "/lab_flood", "scan0", lab.router_mac, "4"]


PROGRAMS = (ceiling, ours, masscan, zmap, nmap)


def read_lines(path, port):
    """ZMap: one address a line."""
    return [(line, port) for line in path.read_text().split()]


def read_grepable(path):
    ports = re.findall(r"(\d+)/open/tcp", path.read_text())
    return [(HOST, int(port)) for port in ports]


def canonical(host):
    """An address as RFC 5952 writes it. What is none (masscan's "fd09:" for fd09::) stays, and is
    a false result."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host


def read_found(program, out, plan):
    """The (address, port) pairs in its file, without a last line that it did not finish; and None,
    or what is wrong with the file."""
    import lab as laboratory
    if not out.exists():
        return [], "wrote no results"
    text = out.read_bytes()
    out.write_bytes(text[:text.rfind(b"\n") + 1])
    try:
        if program is zmap:
            return read_lines(out, int(plan.ports)), None
        if program is nmap:
            found = read_grepable(out)
        else:
            found = laboratory.read_list(out, proto=plan.transport)
        return [(canonical(host), port) for host, port in found], None
    except (ValueError, IndexError) as error:
        return [], f"its results make no sense: {error}"
