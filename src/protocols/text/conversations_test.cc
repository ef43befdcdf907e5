// What the protocols of this folder, memcached and Minecraft say, and read out of recorded streams.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/text/protocols.h"
#include "protocols/text/ssh_key_exchange.h"
#include "support/recorded_streams.h"

namespace masscan::protocols {
namespace {

using std::string_literals::operator""s;
using banner::StreamProtocol;
using banner::StreamStep;

struct Row {
  std::string_view name;
  std::vector<std::string> texts;
  std::string software{};
  std::vector<std::string> said{};  // the last request and the goodbye, as far as there are any
};

// Said when the identification is there, whatever the server offers later.
const std::string kAskForKey = [] {
  std::string request = "SSH-2.0-masscan\r\n";
  append_ssh_key_exchange(request, SshOffer());
  return request;
}();
const std::string kSshGoodbye = "\0\0\0\x14\x06\x01\0\0\0\x0b"s + std::string(8 + 6, '\0');

const std::vector<Row> kRows = {
    {"finger_1", {"finger: No one logged on."}},
    {"finger_2",
     {"finger: Login     Name       Tty      Idle  Login Time   Office     Office Phone\n"
      "alice     Alice      pts/0          Nov 29 10:00 (10.0.0.1)"}},
    {"finger_3",
     {"finger: finger: GET: no such user.\n"
      "finger: /: no such user.\n"
      "finger: HTTP/1.1: no such user."}},
    {"ftp_1",
     {"ftp: 220 (vsFTPd 3.0.3)\n"
      "530 Please login with USER and PASS."},
     "vsFTPd 3.0.3",
     {"AUTH TLS\r\n", "QUIT\r\n"}},
    {"ftp_2",
     {"ftp: 500 OOPS: vsftpd: both local and anonymous access disabled!"},
     "",
     {"QUIT\r\n"}},
    {"ftp_3",
     {"ftp: 220 Welcome to the laboratory.\n"
      "234 Proceed with negotiation."},
     "",
     {"AUTH TLS\r\n"}},
    {"ftp_4",
     {"ftp: 220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\n"
      "220-You are user number 1 of 50 allowed.\n"
      "220-Local time is now 23:45. Server port: 2101.\n"
      "220-IPv6 connections are also welcome on this server.\n"
      "220 You will be disconnected after 15 minutes of inactivity.\n"
      "500 This security scheme is not implemented"},
     "Pure-FTPd",
     {"AUTH TLS\r\n", "QUIT\r\n"}},
    {"ftp_5",
     {"ftp: 220-First line\n"
      " no number\n"
      "220-more\n"
      "220 ProFTPD 1.3.8 Server (lab \303\244)\n"
      "500 AUTH not understood"},
     "ProFTPD 1.3.8",
     {"AUTH TLS\r\n", "QUIT\r\n"}},
    {"git_1", {"git: ERR access denied or repository not exported: /masscan"}},
    {"git_2",
     {"git: 7217a7c7e582c46cec22a130adf4b9d7d950fba0 HEAD multi_ack thin-pack "
      "symref=HEAD:refs/heads/main agent=git/2.39.5"},
     "git/2.39.5"},
    {"imap_1",
     {"imap: * OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS "
      "AUTH=PLAIN] Dovecot (Debian) ready.\n"
      "* CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS AUTH=PLAIN\n"
      "a001 OK Pre-login capabilities listed, post-login capabilities have more."},
     "Dovecot",
     {"a001 CAPABILITY\r\n", "a002 LOGOUT\r\n"}},
    {"imap_2", {"imap: * BYE too many connections"}, "", {"a002 LOGOUT\r\n"}},
    {"irc_1",
     {"irc: NOTICE * :*** Looking up your hostname\n"
      "NOTICE * :*** Found your hostname: localhost"}},
    {"irc_2", {"irc: :irc.lab.example 020 * :Please wait while we process your connection."}},
    {"irc_3",
     {"irc: :irc.lab.example NOTICE AUTH :*** Checking Ident\n"
      "ERROR :Closing Link"}},
    {"irc_4", {"irc: ERROR :\"Oops, HTTP request received? This is IRC!\""}},
    {"irc_5",
     {"irc: :10.90.1.1 NOTICE * :BitlBee-IRCd initialized, please go on\n"
      "ERROR :Closing link: Connection reset by peer"}},
    {"memcached_1",
     {"memcached: uptime=2 time=1795995779 version=1.6.18 "},
     "memcached 1.6.18",
     {"quit\r\n"}},
    {"minecraft_1",
     {"minecraft: {\"version\":{\"protocol\":765,\"name\":\"Paper "
      "1.20.4\"},\"players\":{\"max\":20,\"online\":0},\"favicon\":\"\",\"description\":{\"text\":"
      "\"Lab\"}}"},
     "Paper 1.20.4"},
    {"minecraft_2",
     {"minecraft: {\"description\":\"A Minecraft "
      "Server\",\"players\":{\"max\":20,\"online\":0},\"version\":{\"name\":\"1.7.10\","
      "\"protocol\":5}}"},
     "1.7.10"},
    {"nntp_1",
     {"nntp: 200 news.lab.example InterNetNews NNRP server INN 2.7.1 ready (posting ok)\n"
      "101 Capability list:\n"
      "VERSION 2\n"
      "IMPLEMENTATION INN 2.7.1\n"
      "AUTHINFO SASL\n"
      "COMPRESS DEFLATE\n"
      "HDR\n"
      "LIST ACTIVE ACTIVE.TIMES COUNTS DISTRIB.PATS DISTRIBUTIONS HEADERS MODERATORS MOTD "
      "NEWSGROUPS OVERVIEW.FMT SUBSCRIPTIONS\n"
      "NEWNEWS\n"
      "OVER\n"
      "POST\n"
      "READER\n"
      "SASL SCRAM-SHA-512 SCRAM-SHA-384 SCRAM-SHA-256 SCRAM-SHA-224 SCRAM-SHA-1 DIGEST-MD5 "
      "CRAM-MD5 NTLM\n"
      "STARTTLS\n"
      "XPAT\n"
      "."},
     "InterNetNews NNRP server INN 2.7.1",
     {"CAPABILITIES\r\n", "QUIT\r\n"}},
    {"nntp_2", {"nntp: 400 NNTP server unavailable.  Try later!"}, "", {"QUIT\r\n"}},
    {"nntp_3",
     {"nntp: 200 Leafnode NNTP Daemon, version 1.12.0 running at news.lab.example (my fqdn: "
      "news.lab.example)\n"
      "500 Unknown command"},
     "Leafnode NNTP Daemon, version 1.12.0",
     {"CAPABILITIES\r\n", "QUIT\r\n"}},
    {"pop3_1",
     {"pop: +OK Dovecot (Debian) ready.\n"
      "+OK\n"
      "CAPA\n"
      "TOP\n"
      "UIDL\n"
      "RESP-CODES\n"
      "PIPELINING\n"
      "AUTH-RESP-CODE\n"
      "STLS\n"
      "USER\n"
      "SASL PLAIN\n"
      ".\n"},
     "Dovecot",
     {"CAPA\r\n", "QUIT\r\n"}},
    {"pop3_2",
     {"pop: +OK <1896.697170952@dbc.example>\n"
      "-ERR unknown command\n"},
     "",
     {"CAPA\r\n", "QUIT\r\n"}},
    {"smtp_1",
     {"smtp: 220 mail.lab.example ESMTP OpenSMTPD\n"
      "250-mail.lab.example Hello masscan [127.0.0.1], pleased to meet you\n"
      "250-8BITMIME\n"
      "250-ENHANCEDSTATUSCODES\n"
      "250-SIZE 36700160\n"
      "250-DSN\n"
      "250 HELP"},
     "OpenSMTPD",
     {"EHLO masscan\r\n", "QUIT\r\n"}},
    {"smtp_2",
     {"smtp: 220 mail.lab.example ESMTP Exim 4.96 Sun, 29 Nov 2026 23:46:10 +0000\n"
      "250-mail.lab.example Hello masscan [127.0.0.1]\n"
      "250-SIZE 52428800\n"
      "250-8BITMIME\n"
      "250-PIPELINING\n"
      "250-PIPECONNECT\n"
      "250-CHUNKING\n"
      "250-STARTTLS\n"
      "250-SMTPUTF8\n"
      "250 HELP"},
     "Exim 4.96",
     {"EHLO masscan\r\n", "QUIT\r\n"}},
    {"smtp_3", {"smtp: 554 mail.lab.example ESMTP no service for 10.0.0.1"}, "", {"QUIT\r\n"}},
    {"ssh_1",
     {"ssh: SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n",
      "ssh-keys: "
      "kex=sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curv"
      "e25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,di"
      "ffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-grou"
      "p18-sha512,diffie-hellman-group14-sha256,kex-strict-s-v00@openssh.com hostkey=ssh-ed"
      "25519 cipher=chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-g"
      "cm@openssh.com,aes256-gcm@openssh.com mac=umac-64-etm@openssh.com,umac-128-etm@opens"
      "sh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@ope"
      "nssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-s"
      "ha1 hassh=425d29fe50d8e4f5e37efb6e24bcf660"},
     "OpenSSH_9.2p1 Debian-2+deb12u10",
     {kAskForKey}},
    {"ssh_2",
     {"ssh: SSH-2.0-dropbear_2022.83\r\n",
      "ssh-keys: "
      "kex=curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp521,ecdh-sha2-nist"
      "p384,ecdh-sha2-nistp256,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,ke"
      "xguess2@matt.ucc.asn.au,kex-strict-s-v00@openssh.com hostkey=ssh-ed25519,rsa-sha2-25"
      "6,ssh-rsa cipher=chacha20-poly1305@openssh.com,aes128-ctr,aes256-ctr mac=hmac-sha1,h"
      "mac-sha2-256 hassh=e1a0b5f8d334ec70fe937b2d5ff8d0b6"},
     "dropbear_2022.83",
     {kAskForKey}},
    {"ssh_3", {"ssh: SSH-2.0-Lab_1.0 hostile\r\n"}, "Lab_1.0 hostile", {kAskForKey}},
    {"ssh_4", {"ssh: SSH-2.0-Lab_1.0\n"}, "Lab_1.0", {kAskForKey}},
    {"ssh_5", {"ssh: SSH-1.5-Cisco-1.25\n"}, "Cisco-1.25"},
    {"ssh_6", {"ssh: SSH-2.0-Lab_1.0\n"}, "Lab_1.0", {kAskForKey}},
    {"ssh_7",
     {"ssh: SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n",
      "ssh-keys: "
      "kex=sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curv"
      "e25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,di"
      "ffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-grou"
      "p18-sha512,diffie-hellman-group14-sha256,kex-strict-s-v00@openssh.com hostkey=ssh-ed"
      "25519 cipher=chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-g"
      "cm@openssh.com,aes256-gcm@openssh.com mac=umac-64-etm@openssh.com,umac-128-etm@opens"
      "sh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@ope"
      "nssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-s"
      "ha1 hassh=425d29fe50d8e4f5e37efb6e24bcf660 key-type=ssh-ed25519 fingerprint=SHA256:n"
      "wF6THj3YlORyPMFY4uOOE4RsJJt/PgAf07tI+eD0oc key=AAAAC3NzaC1lZDI1NTE5AAAAINAZnZ5NFHO1k"
      "43LsohSQpsc8kjsdiPa16ZFqnl9aoF2"},
     "OpenSSH_9.2p1 Debian-2+deb12u10",
     {kAskForKey, kSshGoodbye}},
    {"ssh_8",
     {"ssh: SSH-2.0-dropbear_2022.83\r\n",
      "ssh-keys: "
      "kex=curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp521,ecdh-sha2-nist"
      "p384,ecdh-sha2-nistp256,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,ke"
      "xguess2@matt.ucc.asn.au,kex-strict-s-v00@openssh.com hostkey=ssh-ed25519,rsa-sha2-25"
      "6,ssh-rsa cipher=chacha20-poly1305@openssh.com,aes128-ctr,aes256-ctr mac=hmac-sha1,h"
      "mac-sha2-256 hassh=e1a0b5f8d334ec70fe937b2d5ff8d0b6 key-type=ssh-ed25519 fingerprint"
      "=SHA256:nvc1z3/jEzrjBbMKk2K4CUPBqDDwngs7JubkDhi/S9w key=AAAAC3NzaC1lZDI1NTE5AAAAIBRL"
      "stot4ltQiNgat7mei6Ck/0Ipdic7Ucd3NrJRdd24"},
     "dropbear_2022.83",
     {kAskForKey, kSshGoodbye}},
    {"ssh_9",
     {"ssh: SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n",
      "ssh-keys: "
      "kex=diffie-hellman-group14-sha256,kex-strict-s-v00@openssh.com hostkey=rsa-sha2-512,"
      "rsa-sha2-256 cipher=chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,a"
      "es128-gcm@openssh.com,aes256-gcm@openssh.com mac=umac-64-etm@openssh.com,umac-128-et"
      "m@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-"
      "etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512"
      ",hmac-sha1 hassh=1b1669086bd723caa7840b4793168363 key-type=ssh-rsa fingerprint=SHA25"
      "6:qaStLmY9R3KnESH4qit1eEomFXqgKxhYRhlWjQg2B9Q key=AAAAB3NzaC1yc2EAAAADAQABAAABgQCt+y"
      "lzbC2sLAVQgwIOAE69vtx0PKWEtTkdeIp7xr2ZnkHKqnvU+1U3X1Md4OY4ubIrIz7ybqG/vLF5xaNXlh3inG"
      "OqpiXXMVkz6t+hY760y/CT76yq5dyYY6zqVpAcDENy6lLQYXjynYJHmFmo6uvyV9V6peffem1S7ZAvsL62IV"
      "gyrDTa/ns1lzQeVQ5RS61zw2yNNO8kJnOmd6obCm07cl6/hipiF568JDwbYmvCRoVMH4REctti4vRkRHfWGO"
      "595GwiqDslOgAmqq5b5lBTrYSNxb1Nk0UY9oJUXx/Bgjy5wIlzx4O9m4/Ok0gwao7wbwMLGQTAmyOA3I2+87"
      "AEQ/MdSppauf4tSo1E7Q1ElTrnn6aB02nChGzfhlkx/rdkw2EmNJGoHSzKeRTnlxnqoqlw8pI7XduPgbss50"
      "FumZzv87r85KKta/tyu11Kp9qmqhz4OvX582Q8Vkq5V3y4RS9iTQ6iHSwA2+eGpvWA2RYAy7jo6Y5hJNFvnF"
      "B3TyE="},
     "OpenSSH_9.2p1 Debian-2+deb12u10",
     {kAskForKey, kSshGoodbye}},
    {"ssh_10",
     {"ssh: SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n",
      "ssh-keys: "
      "kex=diffie-hellman-group-exchange-sha256,kex-strict-s-v00@openssh.com hostkey=ecdsa-"
      "sha2-nistp256 cipher=chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,"
      "aes128-gcm@openssh.com,aes256-gcm@openssh.com mac=umac-64-etm@openssh.com,umac-128-e"
      "tm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1"
      "-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-51"
      "2,hmac-sha1 hassh=a09384cf75a44b1b71252c0cdbb268b1"},
     "OpenSSH_9.2p1 Debian-2+deb12u10",
     {kAskForKey}},
    {"svn_1",
     {"svn: ( success ( 2 2 ( ) ( edit-pipeline svndiff1 accepts-svndiff2 absent-entries "
      "commit-revprops depth log-revprops atomic-revprops partial-replay inherited-props "
      "ephemeral-txnprops file-revs-reverse list ) ) )"}},
    {"svn_2", {"svn: ( success ( 2 2 ( ( ANONYMOUS 5:a))))"}},
    {"svn_3", {"svn: ( failure ( ( 210005 12:no ) such )) 0: 0 ) ) )"}},
    {"telnet_1",
     {"telnet: lab login: ", "telnet: do=24,32,35,39,36,1,34,31,33,6,0 will=37,38,3,5,1"},
     "",
     {"\377\376%\377\376&\377\374\030\377\374 "
      "\377\374#\377\374'\377\374$"
      "\377\376\003\377\374\001\377\374\"\377\374\037\377\376\005\377\374!"
      "\377\376\001\377\374\006\377\374\000"s}},
    {"telnet_2",
     {"telnet: \r\r\n"
      "Debian GNU/Linux 12\r\n"
      "\rlab login: ",
      "telnet: do=1,31 will=1,3"},
     "",
     {"\377\374\001\377\374\037\377\376\001\377\376\003"}},
    {"telnet_3",
     {"telnet: \r\n"
      "Password: "}},
    {"telnet_4", {"telnet: \377ab", "telnet: do=24"}, "", {"\377\374\030"}},
    {"vnc_1",
     {"vnc: RFB 003.008\n",
      "vnc-info: Security types:\n"
      "  none\n"
      "  VNC-chap\n"},
     "",
     {"RFB 003.008\n"}},
    {"vnc_2",
     {"vnc: RFB 003.008\n",
      "vnc-info: Security types:\n"
      "  none\n"},
     "",
     {"RFB 003.008\n"}},
    {"vnc_3",
     {"vnc: RFB 003.003\n",
      "vnc-info: Security types:\n"
      "  VNC-chap\n"},
     "",
     {"RFB 003.003\n"}},
    {"vnc_4",
     {"vnc: RFB 003.008\n", "vnc-info: ERROR: Too many security failures"},
     "",
     {"RFB 003.008\n"}},
    {"vnc_5",
     {"vnc: RFB 003.889\n",
      "vnc-info: Security types:\n"
      "  Apple30\n"
      "  33\n"
      "  36\n"
      "  Apple35\n"},
     "",
     {"RFB 003.008\n"}},
    {"vnc_6", {"vnc: RFB 003.007\n"}, "", {"RFB 003.007\n"}},
    {"zookeeper_1",
     {"zookeeper: version=3.8.0-${mvngit.commit.id}, built on 2024-12-29 17:54 UTC, "
      "mode=standalone"},
     "ZooKeeper 3.8.0"},
    {"zookeeper_2", {"zookeeper: This ZooKeeper instance is not currently serving requests"}},
};

// Those whose last byte does not say that it is the last.
const std::set<std::string_view> kEndLater = {
    "finger_1", "finger_2", "finger_3", "irc_1",    "irc_2", "irc_3",       "irc_4",      "irc_5",
    "ssh_1",    "ssh_2",    "svn_2",    "telnet_4", "vnc_6", "zookeeper_1", "zookeeper_2"};

std::vector<std::string> said_in(const test::RecordedStream& recorded) {
  std::vector<std::string> said;
  unsigned requests = 0;
  for (std::size_t length = 0; length <= recorded.bytes.size(); ++length) {
    const test::ReadStream part = recorded.read(recorded.bytes.substr(0, length), false);
    if (part.step.requests <= requests) continue;
    requests = part.step.requests;
    said = {part.request};
  }
  const std::string goodbye = recorded.read(recorded.bytes, true).request;
  if (!goodbye.empty()) said.push_back(goodbye);
  return said;
}

TEST(Conversations, AreReadExactly) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const test::RecordedStream recorded = test::recorded_stream(row.name);
    const test::ReadStream end = recorded.read(recorded.bytes, true);
    EXPECT_EQ(end.step, StreamStep::done());
    EXPECT_EQ(end.texts, row.texts);
    EXPECT_EQ(end.software, row.software);
    EXPECT_EQ(said_in(recorded), row.said);
    const test::ReadStream before = recorded.read(recorded.bytes, false);
    EXPECT_NE(before.step == StreamStep::done(), kEndLater.contains(row.name));
  }
}

// Who was not asked is read by its bytes alone, however few of them are there.
TEST(Conversations, AreReadByNoOtherProtocolWhileTheyGrow) {
  const banner::StreamSettings settings;
  for (const Row& row : kRows) {
    const test::RecordedStream recorded = test::recorded_stream(row.name);
    const StreamProtocol* const asked =
        recorded.protocol->has_hello() ? recorded.protocol : nullptr;
    for (std::size_t length = 0; length <= recorded.bytes.size(); ++length) {
      const Bytes part = as_bytes(recorded.bytes).first(length);
      const bool is_whole = length == recorded.bytes.size();
      for (const std::uint16_t port : {recorded.port, std::uint16_t{49152}}) {
        banner::StreamOutput out;
        const StreamReading reading = read_stream(
            {.received = part, .has_ended = is_whole, .peer = {.port = port}, .settings = settings},
            asked, out);
        const bool is_read = reading.step.kind != StreamStep::Kind::kMore;
        EXPECT_EQ(reading.protocol, is_read ? recorded.protocol : nullptr)
            << row.name << " at " << port << ' ' << length;
      }
    }
  }
}

TEST(Conversations, OfSshMayBeginWithOtherLinesAtItsPort) {
  constexpr std::string_view kStream = "Go away\r\nSSH-2.0-Lab_1.0\r\n";
  const auto step = [&](std::size_t length, std::uint16_t port) {
    return test::read(kSsh, port, kStream.substr(0, length), false).step;
  };
  EXPECT_EQ(step(5, 22), StreamStep::more());
  EXPECT_EQ(step(kStream.size(), 22), StreamStep::send(1));
  EXPECT_EQ(step(kStream.size(), 80), StreamStep::foreign());
  EXPECT_EQ(test::read(kSsh, 22, kStream, true).texts,
            std::vector<std::string>{"ssh: SSH-2.0-Lab_1.0\r\n"});
}

// Returns SSH_MSG_KEXINIT of a server with these key exchanges and nothing else.
std::string ssh_offer_of(std::string_view exchanges) {
  const auto number = [](std::size_t value) { return "\0\0\0"s + static_cast<char>(value); };
  const std::string lists =
      number(exchanges.size()) + std::string(exchanges) + std::string(9 * 4 + 1 + 4, '\0');
  constexpr std::size_t kPadding = 4;
  return number(1 + 1 + 16 + lists.size() + kPadding) + static_cast<char>(kPadding) + '\x14' +
         std::string(16, '\0') + lists + std::string(kPadding, '\0');
}

// Who offers before we ask is asked by what it has; a server that has nothing of ours, not at all.
TEST(Conversations, OfSshAskByWhatTheServerOffers) {
  const std::string greeting = "SSH-2.0-Lab_1.0\r\n";
  const auto after = [&](std::string_view exchanges) {
    return test::read(kSsh, 22, greeting + ssh_offer_of(exchanges), false);
  };
  EXPECT_EQ(after("sntrup761x25519-sha512,curve25519-sha256").request, kAskForKey);
  EXPECT_EQ(after("diffie-hellman-group14-sha256,ecdh-sha2-nistp256").request, kAskForKey);
  const test::ReadStream other_curve = after("ecdh-sha2-nistp521,ecdh-sha2-nistp256");
  EXPECT_EQ(other_curve.step, StreamStep::send(1));
  EXPECT_NE(other_curve.request.find("\0\0\0\x41\x04\x6b\x17\xd1"s), std::string::npos);
  const test::ReadStream foreign = after("diffie-hellman-group-exchange-sha256");
  EXPECT_EQ(foreign.step, StreamStep::done());
  EXPECT_EQ(foreign.texts.size(), 2u);
  EXPECT_TRUE(foreign.request.empty());
}

// Messages that say nothing may stand between the others (RFC 4253, 11.2 and 11.3).
TEST(Conversations, OfSshPassOverIgnoredMessages) {
  const test::RecordedStream recorded = test::recorded_stream("ssh_8");
  const std::size_t line = recorded.bytes.find('\n') + 1;
  const std::string ignored = "\0\0\0\x0c\x06\x02\0\0\0\0\0\0\0\0\0\0"s;
  std::string bytes = recorded.bytes;
  bytes.insert(line, ignored);
  EXPECT_EQ(recorded.read(bytes, false), recorded.read(recorded.bytes, false));
}

// The words of a greeting decide before the port does.
TEST(Conversations, OfFtpAndSmtpDifferByWordsAndPorts) {
  struct Greeting {
    std::string_view text;
    std::uint16_t port;
    const StreamProtocol* protocol;
  };
  const Greeting kGreetings[] = {
      {"220 lab ready\r\n", 21, &kFtp},
      {"220 lab ready\r\n", 25, &kSmtp},
      {"220 lab ready\r\n", 587, &kSmtp},
      {"220 lab ready\r\n", 4711, &kFtp},
      {"220 lab ESMTP\r\n", 21, &kSmtp},
      {"220 lab FTP server\r\n", 25, &kFtp},
      {"220-ftp.lab\r\n220 smtp\r\n", 21, &kSmtp},
      {"521 no\r\n", 4711, &kSmtp},
      {"421 no\r\n", 21, &kFtp},
      {"421 no\r\n", 25, &kSmtp},
      {"421 no\r\n", 4711, nullptr},
      {"220x\r\n", 21, nullptr},
      {"220 lab dictd 1.13 <auth.mime> <1.2.3@lab>\r\n", 2628, nullptr},
      {"220 lab, mail <admin@lab>\r\n", 4711, &kFtp},
  };
  const banner::StreamSettings settings;
  for (const auto& [text, port, protocol] : kGreetings) {
    banner::StreamOutput out;
    const StreamReading reading = read_stream({.received = as_bytes(text),
                                               .has_ended = true,
                                               .peer = {.port = port},
                                               .settings = settings},
                                              nullptr, out);
    EXPECT_EQ(reading.protocol, protocol) << text << " at " << port;
  }
}

}  // namespace
}  // namespace masscan::protocols
