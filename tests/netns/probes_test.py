"""The multiset of probes at the target is ports x (targets minus excludes), whatever the plan."""

import collections
import ipaddress
import itertools
import random
import unittest

import lab
from lab import Lab

END = ("--rate", "20000", "--wait", "0")


def random_prefix(random_source):
    """Some block inside 10.32.0.0/20 or fd32::/116, of up to 256 addresses."""
    if random_source.random() < 0.7:
        base = int(ipaddress.ip_address("10.32.0.0")) + random_source.randrange(4096)
        return ipaddress.ip_network((base, random_source.randint(24, 32)), strict=False)
    base = int(ipaddress.ip_address("fd32::")) + random_source.randrange(4096)
    return ipaddress.ip_network((base, random_source.randint(120, 128)), strict=False)


class Plan:
    """A random plan: its command line, and the probes it must make, computed in the dumbest way."""

    def __init__(self, seed):
        source = random.Random(seed)
        targets = [random_prefix(source) for _ in range(source.randint(1, 6))]
        inside = ipaddress.ip_network((targets[0].network_address, targets[0].max_prefixlen))
        excludes = [random_prefix(source) for _ in range(source.randint(0, 4))] + [inside]
        ports = sorted(source.sample(range(65536), source.randint(1, 3)))
        self.words = ["-p" + ",".join(map(str, ports)), *map(str, targets), "--seed", str(seed),
                      "--exclude", ",".join(map(str, excludes))]
        addresses = set(itertools.chain(*targets)) - set(itertools.chain(*excludes))
        self.probes = collections.Counter(
            (str(address), port) for address in addresses for port in ports)


class Probes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.lab.silence()

    def probes_of(self, *words):
        """What one scan sends, and how it ended."""
        with self.lab.capture() as capture:
            scan = self.lab.scan(*words, *END)
            return capture.probes(), scan

    def test_random_plans_are_probed_exactly(self):
        for seed in range(12):
            plan = Plan(seed)
            probes, scan = self.probes_of(*plan.words)
            self.assertEqual(scan.code, 0, scan.stderr)
            self.assertEqual(probes, plan.probes, f"seed {seed}: {plan.words}")

    def test_shards_partition_the_plan(self):
        plan = Plan(99)
        for count in range(1, 8):
            shards = [self.probes_of(*plan.words, "--shard", f"{shard}/{count}")[0]
                      for shard in range(1, count + 1)]
            self.assertEqual(sum(shards, collections.Counter()), plan.probes, f"{count} shards")
            sizes = [shard.total() for shard in shards]
            self.assertLessEqual(max(sizes) - min(sizes), 1)

    def test_the_order_depends_on_the_seed_alone(self):
        def order(*words):
            with self.lab.capture() as capture:
                self.lab.scan("-p80,443", "10.32.0.0/24", *words, "--wait", "0")
                return [(s.target, s.port) for s in capture.segments()]

        first = order("--seed", "1", "--rate", "20000")
        self.assertEqual(first, order("--seed", "1", "--rate", "3000"))
        self.assertNotEqual(first, order("--seed", "2", "--rate", "20000"))

    def test_silent_targets_get_each_retry(self):
        probes, _ = self.probes_of("-p80", "10.32.0.0/26", "--retries", "3", "--retry-delay", "0.2")
        self.assertEqual(set(probes.values()), {4})
        self.assertEqual(len(probes), 64)

    def test_files_of_targets_and_excludes_are_obeyed(self):
        targets = self.lab.write("targets", "# a comment\n10.32.1.0/24\n10.32.2.7\nfd32::5\n")
        excludes = self.lab.write("excludes", "10.32.1.0 - 10.32.1.249\n")
        probes, _ = self.probes_of("-p80", "-iL", targets, "--excludefile", excludes)
        expected = [f"10.32.1.{host}" for host in range(250, 256)] + ["10.32.2.7", "fd32::5"]
        self.assertEqual(probes, collections.Counter((address, 80) for address in expected))

    def test_a_bad_exclude_file_stops_everything(self):
        garbage = self.lab.write("garbage", "10.32.0.1\n10.32.0.0/33\n")
        for file in ("/nonexistent/excludes", self.lab.directory, garbage):
            probes, scan = self.probes_of("-p80", "10.32.0.0/28", "--excludefile", file)
            self.assertEqual(probes, collections.Counter())
            self.assertNotEqual(scan.code, 0)
            self.assertIn(str(file), scan.stderr)
        self.assertIn("garbage:2:1", scan.stderr)


if __name__ == "__main__":
    lab.main()
