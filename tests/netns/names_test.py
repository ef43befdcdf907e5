"""Host names as targets, against a real name server with 100,000 of them."""

import ipaddress
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import lab

NAMES = 100_000
NAMESPACE = f"t{os.getpid():x}-names"
CONFIGURATION = pathlib.Path("/etc/netns") / NAMESPACE  # `ip netns exec` lays it over /etc


def v4(number):
    return str(ipaddress.IPv4Address(0x0A000000 + number))


def v6(number):
    return str(ipaddress.IPv6Address((0xFD09 << 112) + number))


def within(*words, timeout=60, **options):
    return subprocess.run(["ip", "netns", "exec", NAMESPACE, *map(str, words)], text=True,
                          capture_output=True, timeout=timeout, **options)


class Names(unittest.TestCase):
    """Every name has an IPv4 address, every tenth an IPv6 address too."""

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="names-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        hosts = cls.directory / "hosts"
        with hosts.open("w") as file:
            for i in range(NAMES):
                file.write(f"{v4(i)} host-{i}.test\n")
                if i % 10 == 0:
                    file.write(f"{v6(i)} host-{i}.test\n")
        hosts.chmod(0o644)
        cls.directory.chmod(0o755)
        CONFIGURATION.mkdir(parents=True)
        cls.addClassCleanup(shutil.rmtree, CONFIGURATION)
        (CONFIGURATION / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        (CONFIGURATION / "hosts").write_text("127.0.0.1 localhost\n192.0.2.77 from-hosts-file\n")
        subprocess.run(["ip", "netns", "add", NAMESPACE], check=True)
        cls.addClassCleanup(subprocess.run, ["ip", "netns", "del", NAMESPACE], check=True)
        within("ip", "link", "set", "lo", "up", check=True)
        cls.server = subprocess.Popen(
            ["ip", "netns", "exec", NAMESPACE, "dnsmasq", "--keep-in-foreground", "--conf-file=",
             "--no-resolv", "--no-hosts", "--local=/test/", "--listen-address=127.0.0.1",
             "--bind-interfaces", "--pid-file=", f"--addn-hosts={hosts}"])
        cls.addClassCleanup(cls.stop_server)
        cls.wait_for_server()

    @classmethod
    def stop_server(cls):
        cls.server.terminate()
        cls.server.wait(10)

    @classmethod
    def wait_for_server(cls):
        deadline = time.monotonic() + 20
        while list_targets(f"host-{NAMES - 1}.test").returncode != 0:
            if time.monotonic() > deadline or cls.server.poll() is not None:
                raise RuntimeError("dnsmasq does not answer")

    def test_a_hundred_thousand_names_become_all_their_addresses(self):
        names = self.directory / "names"
        names.write_text("".join(f"host-{i}.test\r\n" for i in range(NAMES)))
        began = time.monotonic()
        done = list_targets("-iL", names, timeout=90)
        seconds = time.monotonic() - began
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = {v4(i) for i in range(NAMES)} | {v6(i) for i in range(0, NAMES, 10)}
        found = done.stdout.split()
        self.assertEqual(len(found), len(expected))
        self.assertEqual({str(ipaddress.ip_address(address)) for address in found}, expected)
        print(f"{NAMES} names, {len(found)} addresses: {seconds:.1f} s")

    def test_a_name_with_a_port_is_a_pair_for_each_address(self):
        done = list_targets("host-10.test:8080", ports=None)
        self.assertEqual(sorted(done.stdout.split()), [f"{v4(10)}:8080", f"[{v6(10)}]:8080"])

    def test_names_come_from_the_hosts_file_too(self):
        self.assertEqual(list_targets("from-hosts-file").stdout, "192.0.2.77\n")

    def test_what_has_no_address_is_told_and_the_rest_is_scanned(self):
        done = list_targets("nobody.test,host-1.test", "nowhere.test")
        self.assertEqual(done.stdout, v4(1) + "\n")
        self.assertIn("2 of 3 host names: nobody.test: has no address; nowhere.test", done.stderr)

    def test_names_without_any_address_are_an_error(self):
        done = list_targets("nobody.test")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no targets are left", done.stderr)

    def test_an_excluded_name_keeps_all_its_addresses_out(self):
        done = list_targets(v4(20) + "-" + v4(21), v6(20), "--exclude", "host-20.test")
        self.assertEqual(done.stdout, v4(21) + "\n")

    def test_an_excluded_name_that_is_unknown_stops_the_scan(self):
        done = list_targets("10.0.0.0/24", "--exclude", "nobody.test")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("--exclude, character 1: nobody.test: has no address", done.stderr)

    def test_a_scan_asks_what_names_stand_for(self):
        done = within(lab.MASSCAN, "-p80", "host-10.test", "host-11.test:81", "--offline")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Scanning 2 hosts [1 port/host] and 1 address:port pairs", done.stderr)

    def test_echo_keeps_names_and_asks_nobody(self):
        done = within(lab.MASSCAN, "-p80", "nobody.test", "--exclude", "x.test", "--echo")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("range = nobody.test\n", done.stdout)
        self.assertIn("exclude = x.test\n", done.stdout)


def list_targets(*words, ports="80", timeout=60):
    chosen = ["-p", ports] if ports else []
    return within(lab.MASSCAN, "-sL", *chosen, *words, timeout=timeout)


if __name__ == "__main__":
    lab.main()
