"""XDP, packet sockets, and the choice between them: whichever way frames go, every probe arrives
once, and every open port is found."""

import os
import pathlib
import signal
import socket
import time
import unittest

import lab
from lab import MASSCAN, Lab, SimTest, truth

KEY = SimTest.KEY
FAST = ("--rate", "unlimited", "--wait", "2")


class OnVeth(SimTest):
    def scan(self, *words):
        return super().scan("-p80", "--canaries", 0, *words)  # so that every SYN is counted

    def start_long_scan(self):
        process = self.lab.start("-p80", "10.0.0.0/8", "--transport", "xdp", "--rate", "200000",
                                 "--wait", "60")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertTrue(process.stdout.readline())
        return process

    def assert_exact(self, scan, *ranges):
        expected = truth(*ranges, ports="80", key=KEY)
        self.assertEqual(scan.found, expected)
        counters = self.lab.counters()
        self.assertEqual(counters["open"], len(expected), "a probe was lost, or sent twice")
        return counters

    def test_xdp_finds_every_open_port_of_both_families(self):
        scan = self.scan("10.1.0.0/16", "fd09:1::/112", "--transport", "xdp", *FAST)
        self.assertIn("XDP (native) sends and receives", scan.stderr)
        counters = self.assert_exact(scan, "10.1.0.0/16", "fd09:1::/112")
        self.assertEqual(counters["syns"], 2 * 65536)

    def test_several_senders_and_workers_ask_each_target_once(self):
        scan = self.scan("10.2.0.0/17", "--transport", "xdp", "--workers", 2, "--senders", 4, *FAST)
        self.assertIn("4 sender(s)", scan.stderr)
        self.assertEqual(self.assert_exact(scan, "10.2.0.0/17")["syns"], 32768)

    def test_xdp_receives_what_packet_sockets_ask(self):
        scan = self.scan("10.3.0.0/17", "--transport", "xdp", "--senders", 0, "--rate", 50_000)
        self.assertIn("XDP (native) receives, packet sockets send", scan.stderr)
        self.assertEqual(self.assert_exact(scan, "10.3.0.0/17")["syns"], 32768)

    def test_other_connections_of_the_interface_do_not_notice(self):
        message = os.urandom(10_000)
        with self.lab.echo_connection() as connection:
            scan = self.lab.start("-p80", "10.0.0.0/8", "--transport", "xdp", "--rate", "300000",
                                  "-oL", "/dev/null")
            self.addCleanup(scan.communicate)
            self.addCleanup(scan.kill)
            while self.lab.counters()["syns"] < 300_000:
                for _ in range(100):
                    connection.sendall(message)
                    self.assertEqual(connection.recv(len(message), socket.MSG_WAITALL), message)
            self.assertIsNone(scan.poll())

    def test_the_kernel_does_not_see_what_xdp_takes(self):
        self.scan("10.4.0.0/18", "--transport", "xdp", "--noreset", *FAST)
        self.assertGreater(self.lab.counters()["open"], 700)
        self.assertEqual(self.lab.counters()["other"], 0, "somebody reset the connections")

    def test_it_opens_no_firewall_and_leaves_nothing_attached(self):
        process = self.start_long_scan()
        self.assertEqual(self.lab.within("scanner", "nft", "list", "tables"), "")
        self.assertIn("prog/xdp", self.lab.within("scanner", "ip", "link", "show", "scan0"))
        process.kill()
        process.wait(timeout=5)
        deadline = time.monotonic() + 5
        while "prog/xdp" in self.lab.within("scanner", "ip", "link", "show", "scan0"):
            self.assertLess(time.monotonic(), deadline, "the program stays attached")
            time.sleep(0.05)

    def test_auto_takes_what_the_rate_is_worth(self):
        few = self.scan("10.5.0.0/30", "--rate", 1000, "--wait", 0)
        self.assertIn("packet sockets, which sleep between 1000/s packets", few.stderr)
        many = self.scan("10.5.0.0/30", "--rate", 1_000_000, "--wait", 0)
        self.assertIn("XDP (native) sends and receives", many.stderr)
        asked = self.scan("10.5.0.0/30", "--rate", 1_000_000, "--wait", 0, "--transport",
                          "af_packet")
        self.assertIn("packet sockets, as asked", asked.stderr)

    def test_libpcap_finds_every_open_port_of_both_families(self):
        scan = self.scan("10.7.0.0/17", "fd09:7::/113", "--transport", "pcap", "--rate", 50_000,
                         "--workers", 2)
        self.assertIn("scan0: libpcap, as asked", scan.stderr)
        counters = self.assert_exact(scan, "10.7.0.0/17", "fd09:7::/113")
        self.assertEqual(counters["syns"], 2 * 32768)

    def test_two_interrupts_end_it_at_once(self):
        process = self.start_long_scan()
        self.assertLess(lab.interrupt_twice(process), 1)

    def test_a_paused_sender_costs_nothing(self):
        """A thread that spins takes a whole processor; sanitizers make waking up dearer."""
        process = self.start_long_scan()
        process.send_signal(signal.SIGUSR2)
        deadline = time.monotonic() + 10
        spent = 1.0
        while spent > 0.25:
            self.assertLess(time.monotonic(), deadline, f"{spent:.0%} of a processor")
            spent = self.share_of_a_processor(process.pid, 0.4)

    @staticmethod
    def share_of_a_processor(pid, seconds):
        def ticks():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        before = ticks()
        time.sleep(seconds)
        return (ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds

    def test_without_the_right_to_load_programs_packet_sockets_take_over(self):
        file = self.lab.path("found")
        self.lab.within("scanner", "setpriv", "--bounding-set", "-sys_admin,-bpf,-perfmon",
                        MASSCAN, "-p80", "10.6.0.0/18", "--rate", "300000", "-oL", str(file))
        self.assertEqual(lab.read_list(file), truth("10.6.0.0/18", ports="80", key=KEY))

    def test_doctor_tells_what_the_interface_can(self):
        doctor = self.lab.scan("--doctor", "-p80", "10.0.0.0/24")
        self.assertIn("XDP can receive, in native mode", doctor.stdout)
        self.assertIn("XDP can send", doctor.stdout)


class Refusals(unittest.TestCase):
    def test_a_veth_whose_peer_takes_no_xdp_frames_is_served_by_packet_sockets(self):
        with Lab("sim") as laboratory:
            laboratory.silence()
            laboratory.within("net", "ethtool", "-K", "net0", "gro", "off")
            with laboratory.capture() as capture:
                words = ("-p80", "10.1.0.0/24", "--wait", 0)
                scan = laboratory.scan(*words, "--rate", 1_000_000)
                self.assertEqual(scan.code, 0, scan.stderr)
                self.assertIn("packet sockets, because XDP is refused: scan0: the other end of "
                              "this veth takes no XDP frames", scan.stderr)
                self.assertEqual(len(capture.probes()), 256)
                insisting = laboratory.scan(*words, "--transport", "xdp")
                self.assertEqual(insisting.code, 1)
                self.assertIn("the other end of this veth", insisting.stderr)

    def test_a_raw_ip_link_is_served_by_packet_sockets(self):
        with Lab("p2p") as laboratory:
            scan = laboratory.scan("-p80", "10.80.0.0/24", *FAST)
        self.assertIn("packet sockets, because XDP is refused", scan.stderr)
        self.assertEqual(len(scan.found), 256)


class LosingDevice(unittest.TestCase):
    def test_what_the_driver_refuses_is_sent_again(self):
        with Lab("sim", "--key", str(KEY), "--delay", "1") as laboratory:
            laboratory.within("scanner", "ip", "link", "set", "scan0", "txqueuelen", "32")
            scan = laboratory.scan("-p80", "10.7.0.0/18", "--transport", "xdp", "--canaries", 0,
                                   *FAST)
            self.assertEqual(scan.found, truth("10.7.0.0/18", ports="80", key=KEY))
            self.assertEqual(laboratory.counters()["syns"], 16384)
        self.assertRegex(scan.stderr, r"sends refused for a moment")


if __name__ == "__main__":
    lab.main()
