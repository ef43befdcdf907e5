"""What works on the kernel of a Debian release: runs in an emulated machine (lab/vm), which has two
cards on one cable: eth0, a virtio-net, and eth1, an e1000e.

Prints a table: of each transport and family, how many of the open ports were found, and how many
that are not open. On a wire without loss that is all, and none. Pings beside them must be exact
too.
"""

import os
import re
import subprocess
import unittest

import lab
from lab import BUILD, PATIENCE, Lab, pings, truth

KERNEL = tuple(map(int, re.match(r"(\d+)\.(\d+)", os.uname().release).groups()))
XDP_KERNEL = (5, 18)  # has all that our XDP programs need
NAPI_KERNEL = (5, 13)  # a veth runs NAPI if GRO is on

KEY, OPEN_PPM = 11, 200_000  # some 200 answers
FAMILIES = {"IPv4": "10.1.0.0/23", "IPv6": "fd09::/119"}
NETWORK = ("--key", str(KEY), "--open", str(OPEN_PPM))
LIKE_A_SCAN = ("-p80", "--ping", "--rate", "2000", "--wait", "3")


class OnStockKernel(unittest.TestCase):
    def assert_exact(self, laboratory, where, transport, *options):
        """Scans both families at once, for a line of the table each. Returns what was said."""
        scan = laboratory.scan(*LIKE_A_SCAN, *FAMILIES.values(), "--transport", transport, *options)
        self.assertEqual(scan.code, 0, scan.stderr)
        expected = truth(*FAMILIES.values(), ports="80", key=KEY, open_ppm=OPEN_PPM)
        for family, mark in (("IPv4", "."), ("IPv6", ":")):
            true = {pair for pair in expected if mark in pair[0]}
            found = {pair for pair in scan.found if mark in pair[0]}
            print(f"{os.uname().release:22} {where:11} {transport:10} {family:5}"
                  f" found {len(found & true)}/{len(true)}, false {len(found - true)}", flush=True)
        said = f"{scan.stderr}\n{laboratory.counters()}"
        self.assertEqual(scan.found, expected, said)
        self.assertEqual(lab.read_discovered(scan.stdout, proto="icmp"),
                         pings(*FAMILIES.values(), key=KEY, open_ppm=OPEN_PPM), said)
        return scan.stderr


class Veth(OnStockKernel):
    @classmethod
    def setUpClass(cls):
        is_generic = str(int(KERNEL < NAPI_KERNEL))
        cls.lab = cls.enterClassContext(Lab("sim", *NETWORK, "--generic", is_generic))

    def test_packet_sockets(self):
        self.assert_exact(self.lab, "veth", "af_packet")

    def test_libpcap(self):
        self.assert_exact(self.lab, "veth", "pcap")

    @unittest.skipIf(KERNEL < XDP_KERNEL, "no XDP on this kernel")
    def test_xdp(self):
        said = self.assert_exact(self.lab, "veth", "xdp")
        self.assertIn("XDP (native) sends and receives", said)

    @unittest.skipIf(KERNEL >= XDP_KERNEL, "XDP works on this kernel")
    def test_xdp_names_the_kernel_that_it_needs(self):
        insisting = self.lab.scan(*LIKE_A_SCAN, "10.1.0.1", "--transport", "xdp")
        self.assertEqual(insisting.code, 1)
        self.assertRegex(insisting.stderr, rf"this kernel, {os.uname().release}, has no .*; "
                         "XDP needs Linux 5.18 or later")
        self.assertNotIn("root", insisting.stderr)
        choosing = self.lab.scan("-p80", "10.1.0.0/24", "--rate", "unlimited", "--wait", "3")
        self.assertEqual(choosing.code, 0, choosing.stderr)
        self.assertIn("packet sockets, because XDP is refused", choosing.stderr)

    # Before Linux 5.12 no table goes with its owner by itself.
    def test_the_firewall_rule_lives_as_long_as_the_scan(self):
        def tables():
            return self.lab.within("scanner", "nft", "list", "tables")

        scan = self.lab.start("-p80", "10.0.0.0/8", "--rate", "1000", "--transport", "af_packet")
        self.addCleanup(scan.communicate)
        self.addCleanup(scan.kill)
        self.assertTrue(scan.stdout.readline())  # something was found
        self.assertIn("table inet masscan", tables())
        lab.interrupt_twice(scan)
        self.assertNotIn("masscan", tables())


class Cards(OnStockKernel):
    """One card scans, the other answers. Both have room for all frames of a scan (256 to send, 1024
    or more to receive): an emulated processor may be late, and what has no room is lost, in generic
    mode in silence."""

    VIRTIO_NET, E1000E = "eth0", "eth1"

    @classmethod
    def setUpClass(cls):
        subprocess.run(["ethtool", "-G", cls.E1000E, "rx", "4096"], check=True, timeout=PATIENCE)

    def cable(self, scanners, nets):
        return Lab("sim", *NETWORK, "--generic", "1", "--cards", f"{scanners},{nets}")

    def test_virtio_net(self):
        with self.cable(self.VIRTIO_NET, self.E1000E) as laboratory:
            # The laboratory's kernel 5.10 drops an answer now and then before e1000e counts it.
            again = ("--retries", "2") if KERNEL < XDP_KERNEL else ()
            self.assert_exact(laboratory, "virtio-net", "af_packet", *again)
            if KERNEL < XDP_KERNEL:
                return
            said = self.assert_exact(laboratory, "virtio-net", "xdp")
            self.assertIn("XDP (native) sends and receives", said)

    def test_e1000e(self):
        with self.cable(self.E1000E, self.VIRTIO_NET) as laboratory:
            self.assert_exact(laboratory, "e1000e", "af_packet")
            if KERNEL < XDP_KERNEL:
                return
            said = self.assert_exact(laboratory, "e1000e", "xdp", "--senders", "0")
            self.assertIn("XDP (generic) receives, packet sockets send", said)
            insisting = laboratory.scan(*LIKE_A_SCAN, "10.1.0.1", "--transport", "xdp")
            self.assertEqual(insisting.code, 1)
            self.assertIn("the driver e1000e does not send XDP frames", insisting.stderr)


class LaboratorysPrograms(unittest.TestCase):
    def test_they_load(self):
        for name in ("network", "flood"):
            program = f"{BUILD}/generated/lab/{name}.bpf.o"
            subprocess.run(["bpftool", "prog", "loadall", program, f"/sys/fs/bpf/{name}"],
                           check=True, timeout=PATIENCE)


if __name__ == "__main__":
    lab.main()
