"""Fakes are told from services: a kernel's SYN proxy on dead ports beside services, a host that
answers at any port, and a prefix that answers everywhere. They are marked in the results, and no
service is."""

import json
import socket
import threading
import unittest

import lab
from lab import Lab, truth

PROXY, PROXY_V6 = "198.18.0.1", "fd18::1"
SERVICES, DEAD = range(1001, 1051), range(2001, 2101)
UNUSED = range(61000, 65096)  # engine::Canaries::kPorts
RULES = """
table ip proxy {
  chain early {
    type filter hook prerouting priority raw
    tcp dport {%s} tcp flags syn notrack
  }
  chain input {
    type filter hook input priority filter
    tcp dport {%s} ct state invalid,untracked \\
      synproxy mss 1460 wscale 7 timestamp sack-perm
  }
}
"""
REDIRECT = """
table inet anywhere {
  chain early {
    type nat hook prerouting priority dstnat
    tcp dport 1-65535 redirect to :9000
  }
}
"""


def greet(server, greeting):
    try:
        while True:
            with server.accept()[0] as connection:
                connection.sendall(greeting)
    except OSError:
        pass  # closed by the test


class Scans(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))

    def scan(self, *words):
        """The suspicion, or None, of each open (address, port)."""
        file = self.lab.path("fakes.ndjson")
        scan = self.lab.scan(*words, "--wait", 2, "-oD", file)
        self.assertEqual(scan.code, 0, scan.stderr)
        lines = map(json.loads, file.read_text().splitlines())
        found = {(line["ip"], line["port"]): line["data"].get("suspect") for line in lines
                 if line["rec_type"] == "status"}
        self.summary = scan.stderr
        return found

    def assert_told_apart(self, found, fakes, services):
        marked = {target for target, reason in found.items() if reason}
        self.assertEqual(found.keys(), fakes | services)
        self.assertEqual(marked & services, set())
        self.assertGreaterEqual(len(marked & fakes), 0.99 * len(fakes),
                                f"{len(marked & fakes)} of {len(fakes)} fakes are marked")
        self.assertIn(f" {len(marked)} of the open ports are suspect", self.summary)


class Fakes(Scans):
    maxDiff = None


    def serve(self, ports, address=PROXY):
        with lab._entered(f"{self.lab.name}-net"):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            for port in ports:
                self.addCleanup(socket.create_server((address, port), family=family).close)

    def set_rules(self, rules, *table):
        file = self.lab.write("rules", rules)
        try:
            self.lab.within("net", "nft", "-f", str(file))
        except Exception:
            self.skipTest("this kernel lacks what the rules need")
        self.addCleanup(self.lab.within, "net", "nft", "delete", "table", *table)

    def start_proxy(self, ports="2001-2100, 61000-65095"):
        self.serve(SERVICES)
        self.set_rules(RULES % (ports, ports), "ip", "proxy")

    def speak(self, ports, greeting=b"220 ready\r\n"):
        """Serves ports with a greeting, and hangs up."""
        with lab._entered(f"{self.lab.name}-net"):
            for port in ports:
                server = socket.create_server((PROXY, port))
                self.addCleanup(server.close)
                threading.Thread(target=greet, args=(server, greeting), daemon=True).start()

    def test_a_syn_proxy_on_dead_ports_is_told_from_the_services_beside_it(self):
        self.start_proxy()
        found = self.scan(PROXY, "-p1001-1050,2001-2100", "--rate", 100)
        self.assert_told_apart(found, {(PROXY, port) for port in DEAD},
                               {(PROXY, port) for port in SERVICES})
        self.assertEqual(set(found.values()), {None, "zero-window"})
        found = self.scan(PROXY, "-p1001-1050,2001-2100", "--rate", 1000, "--filter", "!suspect")
        self.assertEqual(found.keys(), {(PROXY, port) for port in SERVICES})

    def test_services_behind_a_syn_proxy_of_all_ports_are_told_apart_by_a_data_check(self):
        speaking, mute = SERVICES[:10], SERVICES[10:20]
        self.speak(speaking)
        self.serve(mute)
        self.set_rules(RULES % (("1001-2100",) * 2), "ip", "proxy")
        self.lab.within("net", "sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_loose=0")
        ports = f"-p{speaking[0]}-{mute[-1]},{DEAD[0]}-{DEAD[-1]}"
        found = self.scan(PROXY, ports, "--rate", 1000, "--data-check", "--hello-timeout", 0.2)
        self.assertEqual(found, {
            **{(PROXY, port): None for port in speaking},
            **{(PROXY, port): "zero-window" for port in [*mute, *DEAD]}})

    def test_a_data_check_says_what_a_mute_port_does(self):
        self.speak([7001])
        self.serve([7002])
        self.speak([7003], b"")
        found = self.scan(PROXY, "-p7001-7003", "--data-check", "--hello-timeout", 0.2)
        self.assertEqual(found, {(PROXY, 7001): None, (PROXY, 7002): "no-answer",
                                 (PROXY, 7003): "closed-unanswered"})

    def test_a_syn_proxy_is_told_from_services_where_few_ports_are_asked(self):
        self.start_proxy()
        for services, dead in ((1, 0), (0, 1), (2, 3)):
            ports = [*SERVICES[:services], *DEAD[:dead]]
            with self.subTest(ports=ports):
                found = self.scan(PROXY, "-p" + ",".join(map(str, ports)))
                self.assertEqual(found, {
                    **{(PROXY, port): None for port in SERVICES[:services]},
                    **{(PROXY, port): "zero-window" for port in DEAD[:dead]}})

    def test_a_host_that_answers_at_any_port_is_marked_however_few_are_asked(self):
        self.serve([9000])
        self.serve([9000], PROXY_V6)
        self.set_rules(REDIRECT, "inet", "anywhere")
        for address in (PROXY, PROXY_V6):
            for ports in ("80", "1-3", "1-5,61000-61100"):
                for workers in (1, 2):
                    with self.subTest(address=address, ports=ports, workers=workers):
                        found = self.scan(address, "-p", ports, "--rate", 1000,
                                          "--workers", workers, "--canaries", 2)
                        self.assertEqual(set(found.values()), {"any-port"})
        found = self.scan(PROXY, "-p1-3", "--rate", 1000)
        self.assertEqual(set(found.values()), {None})

    def test_a_host_is_asked_ports_that_nothing_uses_on_request_and_no_service_is_marked(self):
        self.serve(SERVICES)
        for words, canaries in (((), 0), (("--canaries", 2), 2), (("--canaries", 5), 5),
                                (("--canaries", 2, "--no-suspect"), 0),
                                (("--canaries", 2, "--exclude-ports", "65000-65535"), 0),
                                (("--canaries", 2, "-sA"), 0)):
            with self.subTest(words), self.lab.capture() as capture:
                found = self.scan(PROXY, "-p1001-1010,2001-2010", "--rate", 1000, *words)
                self.assertLessEqual(set(found.values()), {None})
                beside = [s for s in capture.segments() if s.port in UNUSED and s.flags == lab.SYN]
                self.assertEqual(len(beside), canaries)
                if canaries:
                    self.assertIn(f"{canaries} canaries that left", self.summary)
                else:
                    self.assertNotIn("canaries", self.summary)

    def test_a_prefix_that_answers_at_every_port_is_marked_at_the_default_rate(self):
        self.lab.set_network("--open", 1_000_000)
        found = self.scan("10.5.0.0/24", "-p1-4")
        self.assert_told_apart(found, set(truth("10.5.0.0/24", ports="1-4", open_ppm=1_000_000)),
                               set())

    def test_nothing_is_marked_where_that_is_not_wanted(self):
        self.lab.set_network("--open", 1_000_000)
        found = self.scan("10.5.0.0/24", "-p1-4", "--rate", 2000, "--no-suspect")
        self.assertEqual(set(found.values()), {None})
        self.assertNotIn("suspect", self.summary)


class OnePort(Scans):
    def test_a_prefix_that_answers_at_one_port_is_marked_and_a_host_elsewhere_is_not(self):
        with self.lab.open_everywhere("10.6.2.0/24"):
            found = self.scan("10.6.0.0/20", PROXY, "-p80", "--rate", 2000)
        self.assert_told_apart(found, {(f"10.6.2.{host}", 80) for host in range(256)},
                               {(PROXY, 80)})


if __name__ == "__main__":
    lab.main()
