"""The banners of a million hosts, and of more if MASSCAN_HOSTS (a power of two) says so: each that
is to be heard is heard, word for word, and no other, whichever way frames go."""

import os
import unittest

import lab
from lab import Lab, compare

KEY, OPEN = 7, 100_000
NETWORK = {"ports": "80", "key": KEY, "open_ppm": OPEN}
HOSTS = int(os.environ.get("MASSCAN_HOSTS", 1 << 20))
BITS = HOSTS.bit_length() - 1
RANGES = (f"10.0.0.0/{32 - BITS}", f"fd09::/{130 - BITS}")  # of IPv6 a quarter as many


class MillionBanners(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(
            Lab("sim", "--key", str(KEY), "--open", str(OPEN), "--speaks", "1"))

    def assert_exact(self, transport):
        path = self.lab.path("list")
        scan = self.lab.scan("-p80", *RANGES, "--banners", "--transport", transport, "--rate",
                             300_000, "--hello-timeout", 0.5, "--wait", 2, "-oL", path,
                             timeout=60 + HOSTS // 50_000)
        self.assertEqual(scan.code, 0, scan.stderr)
        counts = compare(path, *RANGES, **NETWORK)
        heard = counts["banners"] - counts["banners_missing"] - counts["banners_wrong"]
        print(f"{transport}, {HOSTS + HOSTS // 4:,} hosts: {counts['open']:,} open, {heard:,} of "
              f"{counts['banners']:,} banners in {scan.seconds:.1f} s, "
              f"{heard / scan.seconds:,.0f}/s", flush=True)
        faults = {name: count for name, count in counts.items() if name not in ("open", "banners")}
        self.assertEqual(set(faults.values()), {0}, faults)
        self.assertGreater(heard, 0.085 * HOSTS)

    def test_by_xdp(self):
        self.assert_exact("xdp")

    def test_by_packet_sockets(self):
        self.assert_exact("af_packet")


if __name__ == "__main__":
    lab.main()
