"""Real daemons that listen on TCP: how each is started in a namespace, and what a scan must hear.

Each runs as those of daemons.py do; /mnt/tcp has the settings of this table's. Those of one
protocol take its several usual ports.
"""

import dataclasses
import enum

from daemons import Daemon

FIRST_UNUSUAL = 40_000  # a usual port's number behind this is its unusual one


class Place(enum.Enum):
    """Where, and by what, a daemon is asked."""
    USUAL = "usual"  # by the hello of its protocol, if clients speak first
    UNUSUAL = "unusual"  # it is listened to, then asked by HTTP
    TOLD = "told"  # by the hello that the user gives for the port


@dataclasses.dataclass(frozen=True)
class Port:
    """A port on which a daemon listens, under its usual number."""
    number: int
    protocol: str  # as results name it; empty: none of those that we know
    text: str = ""  # a pattern in what it says; VERSION is that of the package, without Debian's
    also: tuple = ()  # further names of what it says
    asks: bool = False  # it speaks only when asked in its own language
    is_asked: bool = True  # its usual port is, by itself
    elsewhere: str = ""  # the protocol in which it answers HTTP, and states less
    hello: str = ""  # by which it is asked when the user tells
    takes_one: bool = False  # it takes one client at a time
    package: str = ""  # if another one than the daemon's
    logged: str = ""  # a pattern in its log; what matches is in what it says

    def sockets(self):
        return {("4", self.number)}

    def number_at(self, place):
        is_usual = place is Place.USUAL or self.takes_one
        return self.number if is_usual else FIRST_UNUSUAL + self.number

    @property
    def places(self):
        places = [Place.USUAL]
        if not self.takes_one:
            places.append(Place.UNUSUAL)
        if self.hello:
            places.append(Place.TOLD)
        return places

    def is_asked_at(self, place):
        """Whether it is asked in its own language."""
        return place is Place.TOLD or (place is Place.USUAL and self.is_asked)

    def protocol_at(self, place):
        if self.is_asked_at(place):
            return self.protocol
        return "" if self.asks else self.elsewhere or self.protocol

    def text_at(self, place):
        says_it = self.is_asked_at(place) or not (self.asks or self.elsewhere)
        return self.text if says_it else ""


# Some speak only if they have a full name, and the address of who asks has one.
NAMED = ("echo 10.90.1.254 scanner.lab.example >/run/hosts;"
         " echo 10.90.1.1 news.lab.net $(uname -n) >>/run/hosts;"
         " mount --bind /run/hosts /etc/hosts")
FINGERPRINT = r"SHA256:[\w+/]+"  # of a host key, by the programs that make it
WEB = ("http", "http.server", "title", "html")

DAEMONS = (
    # Shells.
    Daemon("openssh-server",
           "sh -ec 'ssh-keygen -q -t ed25519 -N \"\" -f /run/key; ssh-keygen -lf /run/key;"
           " mkdir /run/sshd; exec /usr/sbin/sshd -D -e -f sshd.conf -h /run/key'",
           (Port(22, "ssh", r"SSH-2\.0-OpenSSH_VERSION", ("ssh-keys",),
                 logged=FINGERPRINT),)),
    Daemon("openssh-server",  # as before curves were usual; its keys are not short
           "sh -ec 'ssh-keygen -q -t rsa -N \"\" -f /run/key; ssh-keygen -lf /run/key;"
           " mkdir /run/sshd; exec /usr/sbin/sshd -D -e -f sshd.conf -h /run/key -p 2022"
           " -o KexAlgorithms=diffie-hellman-group14-sha256'",
           (Port(2022, "ssh", r"SSH-2\.0-OpenSSH_VERSION", ("ssh-keys",),
                 logged=FINGERPRINT),)),
    Daemon("dropbear-bin",
           "sh -ec 'dropbearkey -t ed25519 -f /run/key; exec dropbear -F -E -r /run/key -p 2222"
           " -P /run/dropbear.pid'",
           (Port(2222, "ssh", r"SSH-2\.0-dropbear_VERSION", ("ssh-keys",),
                 logged=FINGERPRINT),)),
    # The web.
    Daemon("nginx-light",
           "sh -ec 'mkdir /run/web; cp nginx.conf /run/web; cp /srv/*.pem /run;"
           " exec nginx -p /run/web -c /run/web/nginx.conf -g \"daemon off;\"'",
           (Port(80, "http", "nginx/VERSION", WEB),)),
    Daemon("apache2-bin", "apache2 -X -f /mnt/tcp/apache.conf",
           (Port(8080, "http", "Apache/VERSION", WEB),)),
    Daemon("lighttpd", "lighttpd -D -f tcp/lighttpd.conf",
           (Port(8000, "http", "lighttpd/VERSION", WEB),)),
    Daemon("etcd-server",
           "env ETCD_UNSUPPORTED_ARCH=riscv64 etcd --data-dir /run/etcd"
           " --listen-client-urls http://0.0.0.0:2379 --advertise-client-urls http://10.90.1.1:2379"
           " --listen-peer-urls http://127.0.0.1:0",
           (Port(2379, "etcd", "VERSION", WEB, elsewhere="http"),)),
    Daemon("squid", "squid --foreground -f tcp/squid.conf",
           (Port(3128, "http", "squid/VERSION", WEB),), "/run/squid"),
    Daemon("tinyproxy", "tinyproxy -d -c tcp/tinyproxy.conf",
           (Port(8888, "http", "tinyproxy/VERSION", WEB),)),
    Daemon("haproxy", "haproxy -db -f tcp/haproxy.conf", (Port(8081, "http", "", WEB),)),
    Daemon("icecast2", "sh -ec 'chown icecast2 /run/icecast; exec icecast2 -c tcp/icecast.xml'",
           (Port(8008, "http", "Icecast VERSION", WEB),), "/run/icecast"),
    Daemon("cups-daemon", "cupsd -f -c /mnt/tcp/cupsd.conf -s /mnt/tcp/cups-files.conf",
           (Port(631, "http", r"CUPS/2\.\d", WEB),), "/run/cups"),
    Daemon("libgstrtspserver-1.0-0", "/usr/bin/python3 -B tcp/rtsp.py",
           (Port(8554, "rtsp", "GStreamer RTSP server", WEB, elsewhere="http"),),
           needs="gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base"),
    # Files.
    Daemon("vsftpd",
           "sh -ec 'echo >/run/vsftpd.conf; mkdir /run/empty; exec vsftpd /run/vsftpd.conf"
           " -olisten=YES -obackground=NO -oanonymous_enable=NO -olocal_enable=YES"
           " -osecure_chroot_dir=/run/empty'",
           (Port(21, "ftp", "vsFTPd VERSION"),)),
    Daemon("samba", "smbd --foreground --no-process-group --debug-stdout"
                    " --configfile tcp/smb.conf",
           (Port(445, "smb", "LABORATORY|laboratory", asks=True),),
           "/var/log/samba /var/lib/samba/private /var/cache/samba /run/samba"),
    Daemon("rsync", "rsync --daemon --no-detach --config=tcp/rsync.conf",
           (Port(873, "rsync", "@RSYNCD: 3"),)),
    Daemon("git", "git daemon --base-path=/run --export-all --listen=0.0.0.0",
           (Port(9418, "git", "access denied or repository not exported", asks=True),)),
    Daemon("subversion", "svnserve --daemon --foreground --root /run",
           (Port(3690, "svn", r"\( success \( 2 2"),)),
    Daemon("tgt",  # which takes no connections before it has a target
           "sh -ec 'tgtd --foreground & until tgtadm --op new --mode target --tid 1"
           " -T iqn.2026-01.example.lab:disk; do sleep 0.1; done; tgtadm --op bind --mode target"
           " --tid 1 -I ALL; echo there is a target; wait'",
           (Port(3260, "iscsi", "target=iqn.2026-01.example.lab:disk", asks=True),),
           ready="there is a target"),
    Daemon("nbd-server",  # which goes into the background
           "sh -ec 'nbd-server 10809 /srv/certificate.pem -r -C /dev/null -p /run/pid; exec cat'",
           (Port(10809, "", "NBDMAGIC"),)),
    # Mail and news.
    Daemon("exim4-daemon-light",
           "sh -ec 'chown Debian-exim /run/exim; exec exim4 -bdf -C /mnt/tcp/exim.conf"
           " -oP /run/exim.pid'",
           (Port(25, "smtp", r"ESMTP Exim VERSION"),), "/run/exim"),
    Daemon("dovecot-imapd", "dovecot -F -c /mnt/tcp/dovecot.conf",
           (Port(143, "imap", r"\* OK .*Dovecot"), Port(110, "pop", r"\+OK Dovecot")),
           needs="dovecot-pop3d"),
    # Words in a line.
    Daemon("leafnode",  # and further servers of inetd
           f"sh -ec '{NAMED}; chown news /var/spool/news;"
           " exec inetutils-inetd -d tcp/inetd-servers.conf'",
           (Port(79, "finger", "No one logged on", elsewhere="finger", hello="\r\n",
                 package="fingerd"),
            Port(23, "telnet", "do=", package="inetutils-telnetd"),
            Port(119, "nntp", "Leafnode NNTP Daemon, version VERSION")),
           "/var/spool/news", needs="finger fingerd inetutils-inetd inetutils-telnetd"),
    Daemon("ngircd", "ngircd -n -f /mnt/tcp/ngircd.conf",
           (Port(6667, "irc", "This is IRC"),)),
    Daemon("bitlbee", "bitlbee -n -D -c /mnt/tcp/bitlbee.conf -P /run/bitlbee.pid",
           (Port(6668, "irc"),), "/run/bitlbee"),
    Daemon("dictd",
           f"sh -ec '{NAMED}; echo word >/run/lab.dict;"
           " printf \"word\\tA\\tE\\n\" >/run/lab.index; chmod a+r /run/lab.*;"
           " exec dictd --config /mnt/tcp/dictd.conf -d nodetach --pid-file /run/dictd.pid'",
           (Port(2628, "", "dictd VERSION"),)),
    Daemon("mpd", "mpd --no-daemon tcp/mpd.conf", (Port(6600, "", "OK MPD"),)),
    Daemon("gpsd", "gpsd -N -G -S 2947 -F /run/gpsd.socket",
           (Port(2947, "", r'"release":"VERSION'),)),
    Daemon("munin-node", "munin-node --config /mnt/tcp/munin.conf",
           (Port(4949, "", "# munin node at"),)),
    Daemon("beanstalkd", "beanstalkd -l 0.0.0.0 -p 11300", (Port(11300, ""),)),
    Daemon("nats-server", "nats-server -a 0.0.0.0 -p 4222",
           (Port(4222, "", r'"version":"VERSION"'),)),
    # Desktops.
    Daemon("tigervnc-standalone-server",
           "Xtigervnc :0 -rfbport 5900 -SecurityTypes None -localhost=0 -listen tcp",
           (Port(5900, "vnc", r"RFB 003\.008", ("vnc-info",)),
            Port(6000, "x11", "version=11.0", asks=True))),
    Daemon("x11vnc", "sh -ec 'Xvfb :2 -nolisten tcp & exec x11vnc -display WAIT:2 -rfbport 5901'",
           (Port(5901, "vnc", r"RFB 003\.008", ("vnc-info",)),), needs="xvfb"),
    Daemon("xvfb", "Xvfb :1 -ac -listen tcp",
           (Port(6001, "x11", "The X.Org Foundation", asks=True),)),
    Daemon("xrdp", "xrdp --nodaemon --config /mnt/tcp/xrdp.ini",
           (Port(3389, "rdp", "selected=TLS", elsewhere="rdp"),)),
    # Databases and directories.
    Daemon("redis-server", "redis-server --port 6379 --protected-mode no --dir /run",
           (Port(6379, "redis", "VERSION", asks=True,
                 hello="*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n"),)),
    Daemon("memcached", "memcached -u root -l 0.0.0.0 -p 11211",
           (Port(11211, "memcached", "version=VERSION ", asks=True, hello="stats\r\n"),)),
    Daemon("postgresql",
           "sh -ec 'chown postgres /run/data /run; cd /run;"
           " postgres=$(ls -d /usr/lib/postgresql/*/bin);"
           " as=\"setpriv --reuid postgres --regid postgres --clear-groups\";"
           " $as $postgres/initdb -N -A trust -D /run/data;"
           " exec $as $postgres/postgres -D /run/data -c listen_addresses=0.0.0.0"
           " -c unix_socket_directories=/run -p 5432'",
           (Port(5432, "postgresql", asks=True),), "/run/data"),
    Daemon("mariadb-server-core",
           "mariadbd --no-defaults --datadir=/run/data --user=root --socket=/run/data/socket"
           " --skip-grant-tables",
           (Port(3306, "mysql", "VERSION-MariaDB"),), "/run/data"),
    Daemon("slapd", "slapd -d 0 -h ldap://0.0.0.0/ -f tcp/slapd.conf",
           (Port(389, "ldap", "dc=lab,dc=example", asks=True),), "/run/ldap"),
    # Queues.
    Daemon("mosquitto", "mosquitto -c tcp/mosquitto.conf", (Port(1883, "mqtt", asks=True),)),
    Daemon("zookeeper",
           "java -Xmx64m -cp /usr/share/java/zookeeper.jar:/etc/zookeeper/conf_example"
           " org.apache.zookeeper.server.quorum.QuorumPeerMain tcp/zookeeper.properties",
           (Port(2181, "zookeeper", "version=VERSION", asks=True, hello="srvr"),)),
    Daemon("rabbitmq-server",
           "sh -ec 'chown rabbitmq /run /var/lib/rabbitmq /var/log/rabbitmq; exec rabbitmq-server'",
           (Port(5672, "amqp", "product=RabbitMQ.* version=VERSION", elsewhere="amqp"),),
           "/var/lib/rabbitmq /var/log/rabbitmq"),
    # Calls and messages.
    Daemon("kamailio", "kamailio -DD -E -f tcp/kamailio.cfg -Y /run -P /run/kamailio.pid",
           (Port(5060, "sip", r"kamailio \(VERSION", asks=True),)),
    Daemon("prosody", "prosody --config /mnt/tcp/prosody.lua -F",
           (Port(5222, "xmpp"),), "/run/prosody"),
    # Proxies.
    Daemon("microsocks", "microsocks -i 0.0.0.0 -p 1080",
           (Port(1080, "socks", "SOCKS5 authentication=none", asks=True),)),
    Daemon("dante-server", "danted -f tcp/dante.conf -p /run/danted.pid",
           (Port(1081, "socks", "SOCKS5 authentication=none", asks=True),)),
    # Machines.
    Daemon("python3-pymodbus", "/usr/bin/python3 -B tcp/modbus.py",
           (Port(502, "modbus", "revision=VERSION", asks=True),), needs="python3-serial-asyncio"),
    Daemon("openjdk-17-jre-headless",
           "sh -ec 'exec $(ls -d /usr/lib/jvm/java-17-openjdk-*)/bin/rmiregistry -J-Xmx64m 1099"
           " -J-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005'",
           (Port(1099, "rmi", asks=True),
            Port(5005, "jdwp", "vm-version=17", asks=True, is_asked=False, takes_one=True,
                 hello="JDWP-Handshake"))),
    # What we do not read.
    Daemon("inetutils-inetd", "inetutils-inetd -d tcp/inetd.conf",
           (Port(7, "", asks=True), Port(13, "", r"\d\d:\d\d:\d\d"), Port(19, "", r"[ -~]{72}"))),
    Daemon("krb5-kdc", "env KRB5_CONFIG=/run/krb5.conf KRB5_KDC_PROFILE=/run/krb5.conf sh -ec '"
                       "sed \"s/tcp_listen.*/tcp_listen = 88/\" krb5.conf >/run/krb5.conf;"
                       " kdb5_util create -s -P secret; exec krb5kdc -n -P /run/kdc.pid'",
           (Port(88, "", asks=True),)),
    Daemon("coturn", "turnserver -n --log-file stdout --no-tls --no-dtls --no-cli --pidfile"
                     " /run/turn.pid --db /run/turn.db --user a:b --realm laboratory",
           (Port(3478, "", asks=True),)),
    Daemon("distcc", "distccd --daemon --no-detach --allow 0.0.0.0/0 --port 3632 --user nobody"
                     " --log-stderr",
           (Port(3632, "", asks=True),)),
    Daemon("iperf3", "iperf3 --server --port 5201", (Port(5201, "", asks=True),)),
    Daemon("dnsmasq-base", "dnsmasq --keep-in-foreground --conf-file=dnsmasq.conf",
           (Port(53, "", asks=True),)),
)


def packages_of(daemon):
    return {daemon.package, *daemon.needs.split()}
