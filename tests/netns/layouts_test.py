"""The way is found in every layout: on-link targets by ARP and NDP, others through their router."""

import unittest

import lab
from lab import Lab

END = ("--rate", "5000", "--wait", "2")


def hosts(prefix, numbers, port=80, form="{}{}"):
    """(address, port) of the hosts with these last numbers."""
    return [(form.format(prefix, number), port) for number in numbers]


class Layouts(unittest.TestCase):
    def assert_finds(self, laboratory, words, expected):
        scan = laboratory.scan(*words, *END)
        self.assertEqual(scan.code, 0, scan.stderr)
        self.assertEqual(scan.found, sorted(expected), scan.stderr)

    def test_on_link_hosts_are_resolved_themselves(self):
        with Lab("hosts") as laboratory:
            self.assert_finds(laboratory, ["-p22,80,81,443", "10.50.7.0/24"],
                              [(f"10.50.7.{host}", port) for host in range(256)
                               for port in (22, 80, 443)])
            self.assert_finds(laboratory, ["-p80", "fd50::/120"],
                              hosts("fd50::", range(1, 256), form="{}{:x}"))

    def test_loss_is_made_good_by_retries(self):
        with Lab("hosts") as laboratory:
            laboratory.set_loss(20)
            self.assert_finds(laboratory, ["-p80", "10.50.8.0/24", "--retries", "7",
                                           "--retry-delay", "0.3"],
                              hosts("10.50.8.", range(256)))

    def test_on_link_and_routed_targets_mix_in_one_scan(self):
        with Lab("routed") as laboratory:
            on_link = hosts("10.60.1.", range(128)) + hosts("10.60.3.", range(128))
            routed = hosts("10.60.2.", range(256))
            self.assert_finds(laboratory, ["-p80", "10.60.2.0/24", "10.60.1.0/24", "10.60.3.0/24"],
                              on_link + routed)
            self.assert_finds(laboratory, ["-p80", "fd60:1::/126", "fd60:2::/124", "fd60:3::/126"],
                              [("fd60:1::1", 80), ("fd60:3::1", 80)] +
                              hosts("fd60:2::", range(1, 16), form="{}{:x}") + [("fd60:2::", 80)])

    def test_no_default_route_is_needed_for_on_link_targets(self):
        with Lab("routed") as laboratory:
            laboratory.within("scanner", "ip", "route", "del", "default")
            self.assert_finds(laboratory, ["-p80", "10.60.1.0/26"], hosts("10.60.1.", range(64)))

    def test_an_unreachable_router_is_an_error_soon(self):
        with Lab("routed") as laboratory:
            laboratory.within("scanner", "ip", "route", "replace", "default", "via", "10.60.1.250")
            scan = laboratory.scan("-p80", "10.99.0.0/24", *END)
            self.assertEqual(scan.code, 1, scan.stderr)
            self.assertLess(scan.seconds, 10)
            self.assertIn("10.60.1.250", scan.stderr)

    def test_hosts_on_a_bridge_are_found(self):
        with Lab("bridged") as laboratory:
            self.assert_finds(laboratory, ["-p80", "10.70.0.0/24"], hosts("10.70.0.", range(128)))

    def test_a_link_without_ethernet_is_scanned(self):
        with Lab("p2p") as laboratory:
            self.assert_finds(laboratory, ["-p80", "10.80.5.0/24"], hosts("10.80.5.", range(256)))
            self.assert_finds(laboratory, ["-p80", "fd80:1::/120"],
                              hosts("fd80:1::", range(1, 256), form="{}{:x}") + [("fd80:1::", 80)])

    def test_doctor_and_iflist_name_the_way(self):
        with Lab("routed") as laboratory:
            self.assertIn("scan1", laboratory.scan("--iflist").stdout)
            doctor = laboratory.scan("--doctor", "-p80", "10.60.2.0/24")
            self.assertEqual(doctor.code, 0, doctor.stderr)
            self.assertIn("10.60.1.1", doctor.stdout)


if __name__ == "__main__":
    lab.main()
