"""What script/bench says of programs that hang, crash or print nothing: what is known of them, and
why there is no more. The peers here are shells that do just that."""

import collections
import sys
import unittest

from lab import MASSCAN, SOURCE, Lab, main, truth

sys.path.insert(0, str(SOURCE / "script"))

import bounded
import peers

Plan = collections.namedtuple("Plan", "targets ports transport")
PLAN = Plan("10.0.0.0/22", "80", "tcp")
SCAN = f"{MASSCAN} {PLAN.targets} -p{PLAN.ports} --rate 20000 --wait 1 -oL found"


class Bench(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab("sim", "--key", "2"))

    def run_peer(self, script, **limits):
        """A peer that does what the script says: its run, and what it found."""
        ended = bounded.run(self.lab, ["bash", "-c", script], self.frames, **limits)
        found, unread = peers.read_found(peers.masscan, self.lab.path("found"), PLAN)
        return ended, found, unread

    def frames(self):
        return self.lab.counters()["syns"]

    def test_who_ends_has_no_problem(self):
        ended, found, unread = self.run_peer(SCAN)
        self.assertEqual((ended.problem, unread), (None, None))
        self.assertEqual(sorted(found), truth(PLAN.targets, ports=PLAN.ports, key=2))
        self.assertGreater(ended.peak_mb, 1)

    def test_who_never_ends_is_ended_and_what_it_did_counts(self):
        for kind, trap in (("asleep", ""), ("deaf to interrupts", "trap '' INT; ")):
            with self.subTest(kind):
                self.lab.set_network("--key", 2)
                ended, found, unread = self.run_peer(f"{trap}{SCAN}; exec sleep 1000",
                                                     quiet_seconds=2)
                self.assertEqual(ended.problem,
                                 "ended by us after its wait: nothing sent for 2 s")
                self.assertEqual(unread, None)
                self.assertEqual(sorted(found), truth(PLAN.targets, ports=PLAN.ports, key=2))
                self.assertEqual(self.frames(), 1024)
                self.assertGreater(ended.peak_mb, 1)

    def test_who_never_begins(self):
        ended, found, unread = self.run_peer("exec sleep 1000", quiet_seconds=1)
        self.assertEqual(ended.problem,
                         "ended by us before it sent anything: nothing sent for 1 s")
        self.assertEqual((found, unread), ([], "wrote no results"))

    def test_who_sends_for_ever(self):
        ended, _, _ = self.run_peer(f"exec {MASSCAN} 10.0.0.0/8 -p80 --rate 100 -oL found",
                                    limit_seconds=4)
        self.assertEqual(ended.problem, "ended by us after 4 s, still sending")
        self.assertGreater(self.frames(), 100)

    def test_who_crashes_or_fails(self):
        ended, found, unread = self.run_peer(
            "printf 'open tcp 80 10.0.0.1 1\\nopen tc' >found; echo last >&2; kill -SEGV $$")
        self.assertEqual(ended.problem, "killed by SIGSEGV: last")
        self.assertEqual((found, unread), ([("10.0.0.1", 80)], None))
        self.assertEqual(self.run_peer("exit 3")[0].problem, "exit code 3, without a word")

    def test_who_writes_addresses_in_a_way_of_its_own(self):
        _, found, unread = self.run_peer(
            r"printf 'open tcp 80 fd09:0:0::1 1\nopen tcp 80 fd09: 1\n' >found")
        self.assertEqual((set(found), unread), ({("fd09::1", 80), ("fd09:", 80)}, None))

    def test_whose_results_make_no_sense(self):
        for text in ("open tcp 80", "open tcp x 10.0.0.1 1", r"\377"):
            with self.subTest(text):
                _, found, unread = self.run_peer(rf"printf '{text}\n' >found")
                self.assertEqual(found, [])
                self.assertIn("its results make no sense", unread)


if __name__ == "__main__":
    main()
