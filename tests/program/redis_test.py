"""Results in Redis: how they come there (sinks.py), what is said on the wire, who is refused."""

import socket
import threading
import unittest

import servers
import sinks
from sinks import SIM, truth


class Delivery(sinks.Delivery):
    server = sinks.Sinks.redis


class OverTheWire(sinks.Sinks):
    """What a Redis server hears, byte by byte."""

    def test_is_masscans_but_for_one_login(self):
        listener = socket.create_server(("127.0.0.1", 6381))
        self.addCleanup(listener.close)
        heard = []
        thread = threading.Thread(target=self.answer, args=(listener, heard))
        thread.start()
        ended = self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", "--redis",
                                "127.0.0.1:6381", "--redis-pwd", "secret")
        thread.join()
        self.check_success(ended)
        self.assertEqual(heard[:2], [[b"AUTH", b"secret"], [b"PING"]])
        found = []
        for host, port, state in zip(*[iter(heard[2:])] * 3, strict=True):
            self.assertEqual(host[:2], [b"SADD", b"host"])
            address = host[2]
            self.assertEqual(port, [b"SADD", address, b"80/tcp"])
            self.assertEqual(state[:2], [b"SADD", address + b":80/tcp"])
            self.assertRegex(state[2], rb"^\d{10}:1:18:\d+$")
            found.append((address.decode(), "80"))
        self.assertEqual(sorted(found), truth("10.0.0.0/24"))

    @staticmethod
    def answer(listener, heard):
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                words = []
                for _ in range(int(line[1:])):
                    length = int(stream.readline()[1:])
                    words.append(stream.read(length + 2)[:-2])
                heard.append(words)
                reply = {b"AUTH": b"+OK", b"PING": b"+PONG"}.get(words[0], b":1")
                connection.sendall(reply + b"\r\n")


class Refusals(sinks.Sinks):
    def test_of_who_is_not_known(self):
        server, option = self.redis("--requirepass", "secret")
        server.start()
        self.check_refused(server, "NOAUTH Authentication required", *option)
        self.check_refused(server, "WRONGPASS", *option, "--redis-pwd", "guess")
        found = self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *option, "--redis-pwd",
                                "secret")
        self.assertEqual(found.returncode, 0, found.stderr)


if __name__ == "__main__":
    servers.enter_namespace()
    unittest.main()
