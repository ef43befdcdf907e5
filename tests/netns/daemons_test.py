"""Real daemons and a real kernel, on-link and behind a router, over IPv4 and IPv6: what is open,
closed and silent is found exactly, and what each daemon says of itself is read.
"""

import contextlib
import ipaddress
import json
import re
import unittest

import daemons
import lab
import sctp_test
from lab import Lab

# At each place: a host with all daemons, one without any, and an address that nobody has.
HOSTS = {
    "on-link 4": ("10.90.1.1", "10.90.3.1", "10.90.1.9"),
    "on-link 6": ("fd90:1::1", "fd90:3::1", "fd90:1::9"),
    "routed 4": ("10.90.2.1", "10.90.2.254", "10.90.2.9"),
    "routed 6": ("fd90:2::1", "fd90:2::fe", "fd90:2::9"),
}
BOUND = [port for daemon in daemons.DAEMONS for port in daemon.ports]
UDP = sorted({port.number for port in BOUND} | {9, 1001, 65535})
TCP = {53: "open", 111: "open", 80: "closed", 65535: "closed"}  # of dnsmasq and rpcbind
SCTP = (9, 2905, 36412, 38412)


def udp_truth(place):
    """The state of each UDP port of the host with the daemons that answers there."""
    states = dict.fromkeys(UDP, "closed")
    states |= {port.number: "open" for port in BOUND if place in port.answers}
    for port in BOUND:
        if place in port.silent:
            del states[port.number]
    return states


def keyed(address, proto, states):
    return {(address, proto, port): state for port, state in states.items()}


def states_of(rows):
    """A dict of the results; one told twice is none."""
    pairs = [((row["ip"], row["proto"], row["port"]), row["data"]["status"]) for row in rows
             if row["rec_type"] == "status"]
    assert len(pairs) == len(dict(pairs)), pairs
    return dict(pairs)


def banners_of(rows):
    return sorted((row["ip"], row["port"], row["data"]["service_name"], row["data"]["banner"],
                   row["data"].get("software", ""))
                  for row in rows if row["rec_type"] == "banner")


def read_json(path):
    """The rows of -oJ in the form of those of -oD."""
    rows = []
    for record in json.loads(path.read_text()):
        (row,) = record["ports"]
        service = row.pop("service", None)
        data = row if service is None else {"service_name": service.pop("name"), **service}
        rows.append({"ip": record["ip"], "port": row["port"], "proto": row["proto"],
                     "rec_type": "banner" if service else "status", "data": data})
    return rows


class Matrix(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        packages = {daemon.package for daemon in daemons.DAEMONS}
        cls.versions = daemons.versions(packages)
        missing = packages - set(cls.versions)
        if missing:
            raise RuntimeError(f"script/install test installs: {' '.join(sorted(missing))}")
        cls.lab = cls.enterClassContext(Lab("twice"))
        cls.lab.unlimit_errors("net", "far")
        cls.lab.within("net", "ip", "route", "add", "blackhole", "10.90.2.9")
        cls.lab.within("net", "ip", "route", "add", "blackhole", "fd90:2::9")
        # A kernel without SCTP would refuse what the stacks of the test answer.
        rules = cls.lab.write("rules", """
            table inet lab {
              chain input {
                type filter hook input priority 0
                meta l4proto sctp drop
              }
            }""")
        for role in ("net", "far"):
            cls.lab.within(role, "nft", "-f", rules)
        cls.enterClassContext(daemons.running(cls.lab, "far", daemons.DAEMONS, "udp"))

    def scan(self, *words):
        """The results of a scan, by -oD and by -oJ."""
        files = self.lab.path("found.ndjson"), self.lab.path("found.json")
        scan = self.lab.scan(*words, "-oD", files[0], "-oJ", files[1], "--rate", 500, "--wait", 3,
                             "--retry-delay", 0.3, "--show", "closed,filtered,unfiltered")
        self.assertEqual(scan.code, 0, scan.stderr)
        return lab.read_rows(files[0]), read_json(files[1])

    def test_daemons_are_found_and_say_what_they_are(self):
        for place, (host, neighbour, _) in HOSTS.items():
            rows, same_rows = self.scan("-sU", "-p" + ",".join(map(str, UDP)), "--banners", host,
                                        neighbour)
            with self.subTest(place):
                expected = keyed(host, "udp", udp_truth(place))
                expected |= keyed(neighbour, "udp", dict.fromkeys(UDP, "closed"))
                self.assertEqual(states_of(rows), expected)
                self.assertEqual(states_of(same_rows), expected)
                self.assertEqual(banners_of(same_rows), banners_of(rows))
                self.assert_said(place, rows)

    def assert_said(self, place, rows):
        said = {(ip, port): said for ip, port, *said in banners_of(rows)}
        self.assertEqual(len(said), len(banners_of(rows)))
        for daemon in daemons.DAEMONS:
            for port in daemon.ports:
                if place not in port.answers:
                    continue
                with self.subTest(f"{daemon.package} {place}"):
                    service, text, software = said.pop((HOSTS[place][0], port.number))
                    self.assertEqual(service, port.protocol)
                    for found, pattern in ((text, port.text), (software, port.software)):
                        self.assertRegex(found, "^(?:" + pattern.replace(
                            "VERSION", re.escape(self.versions[daemon.package])) + r")\Z")
        self.assertEqual(said, {})

    def test_every_kind_of_probe_in_one_scan(self):
        for place, addresses in HOSTS.items():
            host, neighbour, _ = addresses
            pings = {0: "open", 1: "open"} if place.endswith("4") else {0: "open"}
            asked = ",".join(f"{letter}:{port}" for letter, ports in
                             (("T", TCP), ("U", UDP), ("S", SCTP), ("I", pings)) for port in ports)
            with self.stacks("far0" if place.startswith("on-link") else "far1"):
                rows, _ = self.scan("-p" + asked, *addresses)
            with self.subTest(place):
                states = {port: sctp_test.state(ipaddress.ip_address(host).packed, port)
                          for port in SCTP}
                expected = keyed(host, "sctp", {port: state for port, state in states.items()
                                                if state != "silent"})
                expected |= keyed(host, "udp", udp_truth(place)) | keyed(host, "tcp", TCP)
                expected |= keyed(neighbour, "udp", dict.fromkeys(UDP, "closed"))
                expected |= keyed(neighbour, "tcp", dict.fromkeys(TCP, "closed"))
                expected |= keyed(host, "icmp", pings) | keyed(neighbour, "icmp", pings)
                self.assertEqual(states_of(rows), expected)

    @contextlib.contextmanager
    def stacks(self, interface):
        """Stacks of SCTP, where the kernel may have none."""
        with self.lab.packet_socket("far", interface) as packets:
            stacks = sctp_test.Stacks(packets)
            stacks.start()
            try:
                yield
            finally:
                stacks.is_stopped.set()
                stacks.join()
        self.assertEqual(stacks.wrong, [])

    def test_acks_are_answered_by_open_and_closed_ports(self):
        for place, addresses in HOSTS.items():
            rows, _ = self.scan("-sA", "-p" + ",".join(map(str, TCP)), *addresses[:2])
            with self.subTest(place):
                self.assertEqual(states_of(rows),
                                 keyed(addresses[0], "tcp", dict.fromkeys(TCP, "unfiltered")) |
                                 keyed(addresses[1], "tcp", dict.fromkeys(TCP, "unfiltered")))

    def test_protocols_of_a_kernel(self):
        for place, addresses in HOSTS.items():
            own = 1 if place.endswith("4") else 58
            states = {number: "open" if number in (6, 17, own) else "closed"
                      for number in (1, 6, 17, 58, 253)}
            rows, _ = self.scan("-sO", "-p" + ",".join(map(str, states)), *addresses[:2])
            with self.subTest(place):
                found = {key[::2]: state for key, state in states_of(rows).items()}
                self.assertEqual(found, {(address, number): state for address in addresses[:2]
                                         for number, state in states.items()})

    def test_neighbours(self):
        addresses = [HOSTS[place] for place in daemons.ON_LINK]
        rows, _ = self.scan("--arpscan", *addresses[0], *addresses[1])
        self.assertEqual(states_of(rows), {(address, "arp", 0): "up" for family in addresses
                                           for address in family[:2]})


if __name__ == "__main__":
    lab.main()
