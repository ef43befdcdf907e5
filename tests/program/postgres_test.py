"""Results in PostgreSQL: how they come there (sinks.py), the tables that hold them, who is
refused."""

import time
import unittest

import servers
import sinks
from sinks import SIM, truth


class Delivery(sinks.Delivery):
    server = sinks.Sinks.postgres

    def test_both_at_once(self):
        redis, to_redis = self.redis()
        postgres, to_postgres = self.postgres()
        postgres.start()
        ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", *to_redis, *to_postgres)
        self.assertEqual(self.leftover(ended.stderr, redis)[0], len(truth("10.0.0.0/20")))
        self.assertEqual(postgres.found(), truth("10.0.0.0/20"))
        self.assertEqual([path.suffix for path in self.work.iterdir()], [".redis"])


class Refusals(sinks.Sinks):
    def test_of_a_database(self):
        server, option = self.postgres()
        server.start()
        self.check_refused(server, 'database "none" does not exist', "--postgres",
                           server.url.replace("/postgres?", "/none?"))
        server.sql("CREATE SCHEMA masscan; CREATE TABLE masscan.version AS SELECT 99 AS version")
        self.check_refused(server, "its tables are of version 99, and this program knows 3",
                           *option)


class Tables(sinks.Sinks):
    def test_are_brought_up_to_date(self):
        server, option = self.postgres()
        server.start()
        self.check_success(self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *option))
        index = "SELECT to_regclass('masscan.results_address')"
        self.assertNotEqual(server.sql(index), [""])
        server.sql("DROP INDEX masscan.results_address; ALTER TABLE masscan.results DROP software;"
                   " UPDATE masscan.version SET version = 1")
        self.check_success(self.run_to_end(*SIM, "10.0.1.0/24", "--rate", "1000", *option))
        self.assertNotEqual(server.sql(index), [""])
        self.assertEqual(server.sql("SELECT version FROM masscan.version"), ["3"])
        self.assertEqual(server.found(), truth("10.0.0.0/23"))

    def test_tell_which_scan_it_was_and_what_was_found(self):
        server, option = self.postgres()
        server.start()
        began = int(time.time())
        self.check_success(self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *option))
        self.assertEqual(server.sql(
            "SELECT count(*), min(number), max(number) - count(*), min(protocol), min(state),"
            " min(reason), count(application), count(banner) FROM masscan.results"
            " JOIN masscan.scans USING (scan) WHERE program LIKE 'masscan %'"
            f" AND began >= to_timestamp({began}) AND time >= began"),
            [f"{len(truth('10.0.0.0/24'))}|0|-1|tcp|open|18|0|0"])

    def test_tell_what_services_say(self):
        server, option = self.postgres()
        server.start()
        self.check_success(self.run_to_end(*SIM, "10.0.0.0/24", "--banners", "--rate", "1000",
                                           *option))
        servers_heard = "FROM masscan.results WHERE application = 'http.server'"
        self.assertNotEqual(server.sql(f"SELECT count(*) {servers_heard}"), ["0"])
        self.assertEqual(server.sql(f"SELECT count(*) {servers_heard}"
                                    " AND software = convert_from(banner, 'UTF8')"),
                         server.sql(f"SELECT count(*) {servers_heard}"))
        self.assertEqual(server.sql("SELECT count(software) FROM masscan.results"
                                    " WHERE application IS NULL"), ["0"])

    def test_may_be_made_by_several_at_once(self):
        server, option = self.postgres()
        server.start()
        scanners = [self.start(*SIM, f"10.0.{i}.0/24", "--rate", "1000", *option, "--spool",
                               f"spool{i}", "--checkpoint", "none") for i in range(4)]
        for scanner in scanners:
            self.assertEqual(scanner.wait(timeout=60), 0, scanner.stderr.read())
        self.assertEqual(server.found(), truth("10.0.0.0/22"))

    def test_hold_a_result_once_however_often_it_is_delivered(self):
        server, option = self.postgres()
        ended = self.run_to_end(*SIM, "10.0.0.0/22", "--rate", "10000", *option)
        _, words = self.leftover(ended.stderr, server)
        spool = self.work / words[1]
        fresh = spool.read_bytes()
        server.start()
        for _ in range(3):  # as after a confirmation that never came
            spool.write_bytes(fresh)
            self.send_leftover(ended.stderr, server)
            self.assertEqual(server.found(), truth("10.0.0.0/22"))


if __name__ == "__main__":
    servers.enter_namespace()
    unittest.main()
