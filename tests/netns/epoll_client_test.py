"""The client with the kernel's sockets that our TCP is measured against (lab/epoll_client.cc): it
counts every answer of a server at some 2,000 addresses, once."""

import ipaddress
import json
import unittest

import lab
from lab import BUILD, Lab

NETWORK, ADDRESSES = "10.50.0.0/21", 2048


class EpollClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("hosts"))
        # One neighbour for all: the kernel's table of neighbours holds fewer than 2,000.
        cls.lab.within("scanner", "ip", "route", "add", NETWORK, "via", "10.50.0.1")

    def ask(self, port, *limits):
        said = self.lab.within("scanner", BUILD + "/lab_epoll_client", NETWORK, str(port),
                               *map(str, limits))
        return json.loads(said)

    def expect(self, counts, **expected):
        wanted = {"answers": 0, "silent": 0, "refused": 0, "timeouts": 0, "failed": 0, **expected}
        self.assertEqual({name: counts[name] for name in wanted}, wanted)
        self.assertEqual(counts["addresses"], ADDRESSES)

    def connections(self):
        """How many the client's kernel has begun. Its server's may count one twice: the handshake's
        end and the request can make a socket each, of which one is dropped."""
        lines = self.lab.within("scanner", "nstat", "-asz", "TcpActiveOpens").split()
        return int(lines[lines.index("TcpActiveOpens") + 1])

    def test_every_address_answers_once(self):
        self.lab.within("net", "nft", "add table ip seen; add set ip seen asked "
                        "{ type ipv4_addr; flags dynamic; size 65535; }; add chain ip seen input "
                        "{ type filter hook input priority 0; tcp dport 80 "
                        "add @asked { ip daddr }; }")
        before = self.connections()
        counts = self.ask(80, 500)
        self.expect(counts, answers=ADDRESSES)
        self.assertEqual(self.connections() - before, ADDRESSES)
        said = json.loads(self.lab.within("net", "nft", "-j", "list", "set", "ip", "seen", "asked"))
        asked = next(item["set"]["elem"] for item in said["nftables"] if "set" in item)
        self.assertEqual(set(asked), set(map(str, ipaddress.ip_network(NETWORK))))
        self.assertGreater(counts["banners_per_second"], 0)
        one = self.lab.within("scanner", BUILD + "/lab_epoll_client", "10.50.0.1/32", "80")
        self.assertEqual(counts["bytes"], ADDRESSES * json.loads(one)["bytes"])

    def test_few_sockets_ask_all_addresses(self):
        self.expect(self.ask(80, 3), answers=ADDRESSES)

    def test_closed_ports_are_refused(self):
        self.expect(self.ask(81), refused=ADDRESSES)

    def test_silence_ends_in_time(self):
        self.lab.within("net", "nft", "add table ip silence; add chain ip silence input "
                        "{ type filter hook input priority 0; tcp dport 82 drop; }")
        self.expect(self.ask(82, ADDRESSES, 1, 300), timeouts=ADDRESSES)


if __name__ == "__main__":
    lab.main()
