"""Policy rules, tunnels, missing routes, this machine itself: the kernel's way or a true word."""

import contextlib
import subprocess
import unittest

import lab
from lab import Lab

TARGETS = "10.80.0.0/28"
END = ("--rate", "2000", "--wait", "1")


def all_of(prefix, count, *ports):
    return sorted((f"{prefix}{host}", port) for host in range(count) for port in ports)


class Tunnelled(Lab):
    """A tunnel (scan0) to the targets, and a default route by an Ethernet interface (eth0), as a
    VPN client leaves them; `outside` is eth0's peer."""

    def __init__(self):
        super().__init__("p2p")

    def __enter__(self):
        super().__enter__()
        subprocess.run(["ip", "netns", "add", self.outside], check=True)
        self.ip("link", "add", "eth0", "type", "veth", "peer", "name", "far", "netns", self.outside)
        self.ip("addr", "add", "192.168.77.2/24", "dev", "eth0")
        self.ip("-6", "addr", "add", "fd77::2/64", "dev", "eth0", "nodad")
        self.ip("link", "set", "eth0", "up")
        for words in (("link", "set", "far", "up"),
                      ("addr", "add", "192.168.77.1/24", "dev", "far"),
                      ("-6", "addr", "add", "fd77::1/64", "dev", "far", "nodad")):
            subprocess.run(["ip", "-n", self.outside, *words], check=True)
        self.ip("route", "del", "default")
        self.ip("-6", "route", "del", "default")
        self.ip("route", "add", "default", "via", "192.168.77.1")
        self.ip("-6", "route", "add", "default", "via", "fd77::1")
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "del", self.outside], check=False, capture_output=True)
        super().__exit__()

    @property
    def outside(self):
        return f"{self.name}-outside"

    def ip(self, *words):
        self.within("scanner", "ip", *words)

    @contextlib.contextmanager
    def capture_outside(self):
        capture = lab.Capture(self.outside, "far")
        try:
            yield capture
        finally:
            capture.close()


class Routing(unittest.TestCase):
    def assert_by_tunnel_only(self, laboratory, expected, *words):
        with laboratory.capture_outside() as outside:
            scan = laboratory.scan(*words, *END)
            self.assertEqual(scan.code, 0, scan.stderr)
            self.assertEqual(scan.found, expected, scan.stderr)
            self.assertEqual(outside.segments(), [])
        return scan

    # zmap/zmap#955: frames left by eth0 although the tunnel was meant.
    def test_e08_a_policy_rule_decides(self):
        with Tunnelled() as laboratory:
            laboratory.ip("route", "add", "10.80.0.0/16", "dev", "scan0", "table", "77")
            laboratory.ip("rule", "add", "to", "10.80.0.0/16", "lookup", "77")
            expected = all_of("10.80.0.", 16, 80, 443)
            self.assert_by_tunnel_only(laboratory, expected, TARGETS, "-p80,443")
            doctor = laboratory.scan("--doctor", TARGETS, "-p80,443")
            self.assertEqual(doctor.code, 0, doctor.stdout)
            self.assertRegex(doctor.stdout, "target +10.80.0.0 via 10.80.0.0 on scan0\n")
            self.assertRegex(doctor.stdout, "kernel +agrees: it goes by scan0 from 10.79.0.0\n")
            self.assertNotIn("PROBLEM", doctor.stdout)

    # The rules that wg-quick sets for a default route through a tunnel, in both families.
    def test_e08_the_rules_of_wg_quick_decide(self):
        with Tunnelled() as laboratory:
            for family in ("-4", "-6"):
                laboratory.ip(family, "route", "add", "default", "dev", "scan0", "table", "51820")
                laboratory.ip(family, "rule", "add", "not", "fwmark", "51820", "table", "51820")
                laboratory.ip(family, "rule", "add", "table", "main", "suppress_prefixlength", "0")
            self.assert_by_tunnel_only(laboratory, all_of("10.80.0.", 16, 80), TARGETS, "-p80")
            expected = [("fd80:1::", 80), ("fd80:1::1", 80)]
            self.assert_by_tunnel_only(laboratory, expected, "fd80:1::/127", "-p80")

    def test_e08_a_rule_for_a_source_decides_about_source_ip(self):
        with Tunnelled() as laboratory:
            laboratory.ip("route", "add", "default", "dev", "scan0", "table", "77")
            laboratory.ip("rule", "add", "from", "10.79.0.0", "lookup", "77")
            self.assert_by_tunnel_only(laboratory, all_of("10.80.0.", 16, 80), TARGETS, "-p80",
                                       "--source-ip", "10.79.0.0")

    def test_e08_targets_with_another_source_are_told(self):
        with Lab("routed") as laboratory:
            laboratory.within("scanner", "ip", "addr", "add", "10.60.7.1/24", "dev", "scan0")
            laboratory.within("scanner", "ip", "route", "add", "10.60.2.0/25", "via", "10.60.1.1",
                              "src", "10.60.7.1")
            scan = laboratory.scan("10.60.1.0/30", "10.60.2.1", "-p80", *END)
            self.assertEqual(scan.found, all_of("10.60.1.", 4, 80) + [("10.60.2.1", 80)])
            self.assertIn("10.60.2.1 is asked from 10.60.1.200, not from 10.60.7.1", scan.stderr)

    def test_e08_a_rule_that_parts_the_ports_of_a_scan_stops_it(self):
        with Tunnelled() as laboratory:
            laboratory.ip("route", "add", "default", "dev", "scan0", "table", "77")
            laboratory.ip("rule", "add", "ipproto", "tcp", "dport", "443", "lookup", "77")
            with laboratory.capture_outside() as outside:
                scan = laboratory.scan(TARGETS, "-p80,443", *END)
                self.assertEqual(scan.code, 1, scan.stderr)
                self.assertIn("looks at ports", scan.stderr)
                self.assertEqual(outside.segments(), [])
            self.assert_by_tunnel_only(laboratory, all_of("10.80.0.", 16, 443), TARGETS, "-p443")

    def test_e08_a_rule_for_pings_decides_about_pings(self):
        with Tunnelled() as laboratory:
            for family in ("-4", "-6"):
                laboratory.ip(family, "route", "add", "default", "dev", "scan0", "table", "77")
            laboratory.ip("rule", "add", "ipproto", "icmp", "lookup", "77")
            laboratory.ip("-6", "rule", "add", "ipproto", "ipv6-icmp", "lookup", "77")
            with laboratory.capture_outside() as outside:
                scan = laboratory.scan(TARGETS, "-p80", "--ping", *END)
                self.assertEqual(scan.code, 1, scan.stderr)
                self.assertIn("looks at ports or protocols: to 10.80.0.0, TCP ports and I:0 "
                              "(ICMP echo), I:1 (timestamp)", scan.stderr)
                self.assertEqual(outside.segments(), [])
            for targets, prefix in ((TARGETS, "10.80.0."), ("fd80:1::/124", "fd80:1::")):
                scan = laboratory.scan(targets, "--ping", *END)
                self.assertEqual(scan.code, 0, scan.stderr)
                hosts = [f"{host:x}" if ":" in prefix else str(host) for host in range(16)]
                if ":" in prefix:
                    hosts[0] = ""
                self.assertEqual(lab.read_discovered(scan.stdout, proto="icmp"),
                                 sorted((f"{prefix}{host}", 0) for host in hosts))

    # zmap/zmap#955 and several scripts that scan with "-e tun0".
    def test_e09_a_named_tunnel_needs_no_route(self):
        with Tunnelled() as laboratory:
            expected = all_of("10.80.0.", 16, 80, 443)
            scan = self.assert_by_tunnel_only(laboratory, expected, "-e", "scan0", TARGETS,
                                              "-p80,443")
            self.assertIn("no route to 10.80.0.0 through scan0", scan.stderr)
            expected = [("fd80:1::", 80), ("fd80:1::1", 80)]
            self.assert_by_tunnel_only(laboratory, expected, "-e", "scan0", "fd80:1::/127", "-p80")

    def test_e09_a_named_ethernet_interface_takes_targets_without_a_route_to_be_on_its_link(self):
        with Lab("hosts") as laboratory:
            laboratory.within("scanner", "ip", "addr", "flush", "dev", "scan0")
            laboratory.within("scanner", "ip", "addr", "add", "10.50.255.254/32", "dev", "scan0")
            scan = laboratory.scan("-e", "scan0", "10.50.7.0/28", "-p80", *END)
            self.assertEqual(scan.found, all_of("10.50.7.", 16, 80), scan.stderr)
            self.assertIn("taken to be on that link", scan.stderr)

    # blacklanternsecurity/bbot: one list for both families, on a host without IPv6.
    def test_e26_a_target_without_a_route_is_counted_as_such(self):
        with Lab("hosts") as laboratory:
            scan = laboratory.scan("10.50.7.1", "fd99::2", "-p80", *END)
            self.assertEqual(scan.code, 0, scan.stderr)
            self.assertEqual(scan.found, [("10.50.7.1", 80)])
            self.assertIn("no route to fd99::2", scan.stderr)
            self.assertRegex(scan.stderr, "1 probes not sent: there is no route to their targets")
            self.assertNotIn("next hop", scan.stderr)

    def test_e26_routes_that_refuse_are_called_by_their_names(self):
        with Lab("hosts") as laboratory:
            laboratory.within("scanner", "ip", "route", "add", "blackhole", "10.66.0.0/16")
            laboratory.within("scanner", "ip", "-6", "route", "add", "unreachable", "fd66::/16")
            scan = laboratory.scan("10.66.0.1", "fd66::1", "10.50.7.1", "-p80", *END)
            self.assertEqual(scan.found, [("10.50.7.1", 80)])
            self.assertIn("a blackhole for 10.66.0.1", scan.stderr)
            self.assertIn("fd66::1 is unreachable", scan.stderr)
            alone = laboratory.scan("10.66.0.1", "-p80", *END)
            self.assertEqual(alone.code, 1)
            self.assertIn("a blackhole for 10.66.0.1", alone.stderr)

    # robertdavidgraham/masscan#10, XinRoom/go-portScan#27, projectdiscovery/naabu#1298.
    def test_e27_this_machine_itself_is_scanned(self):
        with Lab("hosts") as laboratory:
            own = ["10.50.0.1", "127.0.0.1", "::1", "fd50::1"]
            peer = "10.50.255.254"  # where nothing listens
            expected = sorted((address, port) for address in own for port in (22, 80))
            words = (*own, peer, "-p22,80,81", "--show", "open,closed", *END)
            with laboratory.capture("scanner", "scan0") as wire:
                output = laboratory.within("net", lab.MASSCAN, *words)
                self.assertEqual(lab.read_discovered(output), expected)
                closed = [(address, 81) for address in own] + [(peer, 22), (peer, 80), (peer, 81)]
                self.assertEqual(lab.read_discovered(output, "closed"), sorted(closed))
                self.assertEqual({segment.target for segment in wire.segments()}, {peer})

    # robertdavidgraham/masscan#488 and #504: no default route, a dead interface.
    def test_e28_doctor_tells_a_problem_by_its_exit_code(self):
        with Lab("routed") as laboratory:
            well = laboratory.scan("--doctor", "10.60.1.1", "-p80")
            self.assertEqual(well.code, 0, well.stdout)
            laboratory.within("net", "ip", "link", "set", "net0", "down")
            doctor = laboratory.scan("--doctor", "10.60.2.1", "-p80")
            self.assertEqual(doctor.code, 1, doctor.stdout)
            self.assertIn("scan0 has no carrier", doctor.stdout)
            self.assertRegex(doctor.stdout, "PROBLEM +router 10.60.1.1 on scan0")


if __name__ == "__main__":
    lab.main()
