"""The rule that keeps the kernel's resets away, for those who are not root."""

import os
import shutil
import struct
import subprocess
import unittest

import lab
from lab import Lab, truth

KEY = 7
NOBODY = 65534
CAP_NET_ADMIN, CAP_NET_RAW = 12, 13


def set_capabilities(path, *capabilities):
    """What setcap does: permitted and effective (linux/capability.h, VFS_CAP_REVISION_2)."""
    permitted = sum(1 << capability for capability in capabilities)
    os.setxattr(path, "security.capability", struct.pack("<5I", 0x02000001, permitted, 0, 0, 0))


class Firewall(unittest.TestCase):
    # README: "root, or the capabilities CAP_NET_RAW (packets) and CAP_NET_ADMIN (the rule)". Images
    # of minvws/nl-kat-coordination give the program its capabilities with setcap, user nonroot.
    def test_setcap_is_enough_for_nobody(self):
        with Lab("sim", "--key", str(KEY), "--open", "50000") as here:
            program = shutil.copy(lab.MASSCAN, here.path("masscan"))
            set_capabilities(program, CAP_NET_ADMIN, CAP_NET_RAW)
            os.chmod(here.directory, 0o755)
            done = subprocess.run(
                ["ip", "netns", "exec", f"{here.name}-scanner",
                 "setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
                 program, "10.1.0.0/20", "-p80", "--rate", "20000", "--wait", "1",
                 "--checkpoint", "none"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                cwd=here.directory)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("firewall", done.stderr)
            self.assertEqual(lab.read_discovered(done.stdout),
                             truth("10.1.0.0/20", ports="80", key=KEY, open_ppm=50_000))
            counters = here.counters()
            self.assertEqual(counters["other"], counters["open"], "one reset each, by the scanner")


if __name__ == "__main__":
    lab.main()
