"""Real daemons that answer UDP: how each is started in a namespace, and what a scan must find.

Each runs in a mount namespace of its own, in which the files of this machine cannot be written: its
directory is /mnt, which is lab/servers, /srv has the laboratory's certificate, and /run, /tmp and
/var are empty and in memory. `lab/lab down` ends them all.
"""

import contextlib
import dataclasses
import itertools
import re
import shlex
import subprocess
import time

import lab

ENCLOSURE = """
mount --make-rprivate /
mount --bind "$1" /mnt
mount --bind "$2" /srv
for directory in / /mnt /srv; do mount -o remount,bind,ro $directory; done
for directory in /run /tmp /var; do mount -t tmpfs none $directory; done
ln -s /run /var/run
mkdir -p /var/lib /var/log /var/cache $3
cd /mnt
shift 3
exec "$@"
"""

# Where a scan stands: on-link or routed, and the family.
EVERYWHERE = ("on-link 4", "on-link 6", "routed 4", "routed 6")
ONLY_4 = ("on-link 4", "routed 4")
ON_LINK = ("on-link 4", "on-link 6")
ROUTED = ("routed 4", "routed 6")


@dataclasses.dataclass(frozen=True)
class Port:
    """A port that a daemon has bound. Where it does not answer it is closed, or silent."""
    number: int
    protocol: str  # as results name it
    text: str  # a pattern of all that it says; VERSION is that of the package, without Debian's
    answers: tuple = EVERYWHERE
    silent: tuple = ()
    software: str = ""  # what it states, as a pattern

    def sockets(self):
        """The (family, port) pairs of the sockets that it needs."""
        return {(place[-1], self.number) for place in (*self.answers, *self.silent)}


@dataclasses.dataclass(frozen=True)
class Daemon:
    package: str
    command: str
    ports: tuple
    directories: str = ""  # those in memory that it needs
    ready: str = ""  # what its log has when it is ready, if bound sockets are too early
    needs: str = ""  # further packages

    def sockets(self):
        return set(itertools.chain.from_iterable(port.sockets() for port in self.ports))


DAEMONS = (
    Daemon("dnsmasq-base", "dnsmasq --keep-in-foreground --conf-file=dnsmasq.conf",
           (Port(53, "dns-ver", "dnsmasq-VERSION", software="dnsmasq-VERSION"),)),
    Daemon("snmpd", "snmpd -f -Lo -C -c snmpd.conf udp:161 udp6:161",
           (Port(161, "snmp", "sysDescr:simulated target of the scanner's laboratory\n"
                              "sysName:laboratory",
                software="simulated target of the scanner's laboratory"),)),
    Daemon("chrony", "chronyd -d -x -u root allow 'allow ::/0' 'local stratum 5' 'cmdport 0'",
           (Port(123, "ntp", r"v4 stratum=5 refid=127\.127\.1\.1"),)),
    Daemon("samba", "nmbd --foreground --no-process-group --debug-stdout --configfile smb.conf",
           (Port(137, "nbtstat", r"LABORATORY +<00>\n(.+\n)*LAB +<00>\n(.+\n)*00-00-00-00-00-00",
                 ONLY_4),), "/var/log/samba /var/lib/samba/private /var/cache/samba /run/samba"),
    Daemon("memcached", "memcached -u root -U 11211 -l 0.0.0.0,::",
           (Port(11211, "memcached", "version=VERSION ", software="memcached VERSION"),)),
    Daemon("libcoap3-bin", "coap-server-gnutls -k secret -h hint",
           (Port(5683, "coap", r"rsp=0\.0\(Reset\)"),
            Port(5684, "dtls", r"DTLS/1\.0, HelloVerifyRequest"))),
    Daemon("kamailio", "kamailio -DD -E -f kamailio.cfg -Y /run -P /run/kamailio.pid",
           (Port(5060, "sip", r"SIP/2\.0 200 OK Server: kamailio \(VERSION \(.*\)\)",
                 software=r"kamailio \(VERSION \(.*\)\)"),)),
    Daemon("tftpd-hpa", "in.tftpd -L -u root -s /run",
           (Port(69, "tftp", "error 1: File not found"),)),
    Daemon("nfs-ganesha-mem",  # and rpcbind, which it registers with
           "sh -ec 'rpcbind -w; exec ganesha.nfsd -F -L /dev/stdout -f ganesha.conf"
           " -p /run/ganesha.pid'",
           (Port(111, "portmap", "portmap v2-4"), Port(2049, "nfs", "nfs v3")),
           "/run/rpcbind /run/ganesha /var/lib/nfs/ganesha"),
    Daemon("avahi-daemon",
           "avahi-daemon -f avahi.conf --no-drop-root --no-chroot --no-rlimits",
           (Port(5353, "mdns", r"_workstation\._tcp\.local", ON_LINK, ROUTED),),
           "/run/avahi-daemon",
           ready="Server startup complete"),
    Daemon("freeradius", "freeradius -f -l stdout -d /mnt -n radiusd",
           (Port(1812, "radius", "Access-Reject"),)),
    Daemon("krb5-kdc", "env KRB5_CONFIG=/mnt/krb5.conf KRB5_KDC_PROFILE=/mnt/krb5.conf sh -ec '"
                       "kdb5_util create -s -P secret; exec krb5kdc -n -P /run/kdc.pid'",
           (Port(88, "kerberos", r"KRB-ERROR time=\d+Z error=6 realm=MASSCAN text=NULL_CLIENT"),)),
    Daemon("strongswan-charon", "env STRONGSWAN_CONF=strongswan.conf /usr/lib/ipsec/charon",
           (Port(500, "isakmp", r"v1\.0 xchg=5 \[11\] "),
            Port(4500, "isakmp", r"v1\.0 xchg=5 \[11\] "))),
    Daemon("openssl", "openssl s_server -dtls -listen -accept 4433 -key /srv/key.pem"
                      " -cert /srv/certificate.pem",
           (Port(4433, "dtls", r"DTLS/1\.0, HelloVerifyRequest"),)),
    Daemon("coturn", "turnserver -n --log-file stdout --no-tls --no-dtls --no-cli"
                     " --pidfile /run/turn.pid --db /run/turn.db --user a:b --realm laboratory",
           (Port(3478, "stun", r"binding, software=Coturn-VERSION '.*'",
                 software=r"Coturn-VERSION '.*'"),)),
    Daemon("openvpn", "openvpn --dev tun --server 10.99.0.0 255.255.255.0 --proto udp6 --dh none"
                      " --ca /srv/certificate.pem --cert /srv/certificate.pem --key /srv/key.pem",
           (Port(1194, "openvpn", "HARD_RESET_SERVER_V2"),)),
    Daemon("xl2tpd", "xl2tpd -D -c xl2tpd.conf -p /run/xl2tpd.pid -C /run/control",
           (Port(1701, "l2tp", r"SCCRP, version=1\.0, firmware=0x\w+, host=laboratory,"
                               r" vendor=xelerance\.com", ONLY_4),)),
    Daemon("miniupnpd-nftables", "miniupnpd -d -f miniupnpd.conf",
           (Port(5351, "nat-pmp", r"NAT-PMP, external=20\.30\.40\.50, uptime=\d+s", ON_LINK[:1]),
            Port(5351, "pcp", r"PCP, uptime=\d+s", ON_LINK[1:], ROUTED[1:]),
            Port(1900, "ssdp", r"Server: \S+ UPnP/1\.1 MiniUPnPd/VERSION USN: uuid:11111111-.*"
                               r"::upnp:rootdevice Location: http://.*:5000/rootDesc\.xml",
                 ON_LINK, software=r"\S+ UPnP/1\.1 MiniUPnPd/VERSION"))),
    Daemon("inetutils-inetd", "inetutils-inetd -d inetd.conf",
           (Port(7, "echo", "echo"),
            Port(13, "unknown", r"\w+ \w+ +\d+ \d\d:\d\d:\d\d \d{4}\r\n"),
            Port(19, "chargen", r"[ -~]{72}(\r\n)?"))),
    Daemon("openipmi", "ipmi_sim -n -c ipmi.conf -f ipmi.emu -s /run",
           (Port(623, "ipmi", "IPMI-2.0, auth=none md2 md5 password, login=null-user named-user,"
                              " per-message authentication", ONLY_4),)),
    Daemon("frr", "sh -ec 'chown frr:frr /run /run/frr; PATH=$PATH:/usr/lib/frr;"
                  " zebra -d -z /run/frr/zserv.api -f /dev/null -i /run/frr/zebra.pid;"
                  " exec ripd --log stdout -z /run/frr/zserv.api -f /mnt/ripd.conf"
                  " -i /run/frr/ripd.pid'",
           (Port(520, "rip", r"v2 0\.0\.0\.0=16", ON_LINK[:1], ROUTED[:1]),), "/run/frr",
           ready="multicast join at far0"),
    Daemon("osmo-ggsn", "osmo-ggsn -c ggsn.conf",
           (Port(2123, "gtp", "GTPv1, restarts=1", ONLY_4),
            Port(2152, "gtp", "GTPv1, restarts=1", ONLY_4))),
    Daemon("osmo-ggsn", "gtp-echo-responder -l fd90:1::1",
           (Port(2123, "gtp", "GTPv1, restarts=0", ON_LINK[1:]),)),
    Daemon("ngtcp2-server", "gtlsserver -q '*' 443 /srv/key.pem /srv/certificate.pem",
           (Port(443, "quic", "version negotiation, versions=v1"),)),
)


def versions(packages):
    """The versions of those that are installed, as their makers number them."""
    done = subprocess.run(["dpkg-query", "-Wf", "${Package} ${db:Status-Status} ${Version}\n",
                           *packages], capture_output=True, text=True, check=False)
    rows = [line.split() for line in done.stdout.splitlines()]
    return {name: re.sub(r"^\d+:|([+~.](dfsg|ds)\d*)?[-+~][^-]*$", "", version)
            for name, status, version in rows if status == "installed"}


@contextlib.contextmanager
def running(laboratory, role, table, transport):
    """The daemons of a table in a namespace, ready to answer: their sockets of `transport` are.
    Yields what was started."""
    own = laboratory.path("own")
    own.mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=lab.example", "-keyout", own / "key.pem", "-out",
                    own / "certificate.pem"], check=True, capture_output=True)
    started = [_Started(daemon, laboratory, role, own, number)
               for number, daemon in enumerate(table)]
    try:
        _wait(started, lambda: laboratory.bound_ports(role, transport))
        yield started
    finally:
        for one in started:
            one.process.kill()
            one.process.communicate()


class _Started:
    def __init__(self, daemon, laboratory, role, own, number):
        self.daemon = daemon
        self._log = laboratory.path(f"daemon-{number}.log")
        words = ["ip", "netns", "exec", f"{laboratory.name}-{role}", "unshare", "-m", "sh", "-ec",
                 ENCLOSURE, "sh", lab.SOURCE / "lab/servers", own, daemon.directories,
                 *shlex.split(daemon.command)]
        with self._log.open("w") as log:
            # Some end at the end of their input; this one ends with the test.
            self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def log(self):
        return self._log.read_text(errors="replace")


def _wait(started, bound_ports):
    waiting = set(started)
    deadline = time.monotonic() + lab.PATIENCE
    while waiting:
        bound = bound_ports()
        for one in list(waiting):
            log = one.log()
            if one.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{one.daemon.package} is not ready: {log[-800:]}")
            if bound.issuperset(one.daemon.sockets()) and one.daemon.ready in log:
                waiting.remove(one)
        time.sleep(0.01)
