// What databases, directories and queues say, read out of recorded streams.
#include "protocols/data/protocols.h"
#include "support/stream_rows.h"

namespace masscan::protocols {
namespace {

const test::StreamRow kRows[] = {
    {"amqp_1",
     {"amqp: protocol=0-9, cluster_name=rabbit@localhost, platform=Erlang/OTP 25.2.3, "
      "product=RabbitMQ, version=3.10.8, mechanisms=AMQPLAIN PLAIN"},
     "RabbitMQ 3.10.8"},
    {"amqp_2", {"amqp: protocol=1.0.0"}, "", {}, true},
    {"amqp_3",
     {"amqp: protocol=0-9, product=qpid-cpp, version=1.39.0, mechanisms=PLAIN"},
     "qpid-cpp 1.39.0"},
    {"amqp_4", {"amqp: protocol=0-9, version=1.0, product=Broker, mechanisms=PLAIN"}, "Broker 1.0"},
    {"cassandra_1",
     {"cassandra: COMPRESSION=snappy lz4, CQL_VERSION=3.4.5, PROTOCOL_VERSIONS=3/v3 4/v4 5/v5 "
      "6/v6-beta"}},
    {"cassandra_2",
     {"cassandra: error=0x000a, message=Invalid or unsupported protocol version (4); highest "
      "supported is 3 "}},
    {"kafka_1", {"kafka: apis=8, produce=0-9, fetch=0-13, metadata=0-12, api_versions=0-3"}},
    {"kafka_2", {"kafka: error=35, apis=1, api_versions=0-3"}},
    {"ldap_1",
     {"ldap: namingContexts=dc=example,dc=com supportedLDAPVersion=3 "
      "supportedSASLMechanisms=SCRAM-SHA-512 supportedSASLMechanisms=SCRAM-SHA-384 "
      "supportedSASLMechanisms=SCRAM-SHA-256 supportedSASLMechanisms=SCRAM-SHA-224 "
      "supportedSASLMechanisms=SCRAM-SHA-1 supportedSASLMechanisms=DIGEST-MD5 "
      "supportedSASLMechanisms=CRAM-MD5 supportedSASLMechanisms=NTLM"}},
    {"ldap_2", {"ldap: result=1"}},
    {"ldap_3",
     {"ldap: vendorVersion=389-Directory/2.3.1 B2023.003.0000 "
      "defaultNamingContext=dc=example,dc=com dnsHostName=dc1.example.com"},
     "389-Directory/2.3.1 B2023.003.0000"},
    {"ldap_4", {"ldap: result=52"}},
    {"ldap_5", {"ldap: supportedLDAPVersion=2 supportedLDAPVersion=3"}},
    {"mongodb_1",
     {"mongodb: ismaster=true, setName=rs0, maxWireVersion=17, version=6.0.12, "
      "gitVersion=21e6e8e11a45dfbdb7ca6cf95fa8c5f859e2b118, bits=64"},
     "MongoDB 6.0.12",
     {56}},
    {"mongodb_2",
     {"mongodb: ismaster=true, maxWireVersion=2, version=2.6.10, gitVersion=nogitversion, bits=64"},
     "MongoDB 2.6.10",
     {59}},
    {"mongodb_3",
     {"mongodb: errmsg=Unsupported OP_QUERY command: isMaster. The client driver may require an "
      "upgrade."}},
    {"mongodb_4",
     {"mongodb: ismaster=true, setName=rs0, maxWireVersion=17, errmsg=command buildInfo requires "
      "authentication"},
     "",
     {56}},
    {"mqtt_1", {"mqtt: connack=1 unacceptable protocol level"}},
    {"mqtt_2", {"mqtt: connack=132 unacceptable protocol level"}},
    {"mssql_1", {"mssql: version=15.0.4153, encryption=off"}, "Microsoft SQL Server 15.0.4153"},
    {"mssql_2",
     {"mssql: version=16.0.1000, encryption=required"},
     "Microsoft SQL Server 16.0.1000"},
    {"mysql_1",
     {"mysql: version=5.5.5-10.11.19-MariaDB-0+deb12u1, capabilities=0x81fff7fe, "
      "auth=mysql_native_password"},
     "MariaDB 10.11.19",
     {},
     true},
    {"mysql_2",
     {"mysql: error=1130, message=Host '10.9.9.1' is not allowed to connect to this MariaDB "
      "server"},
     "",
     {},
     true},
    {"mysql_3",
     {"mysql: version=8.0.36, capabilities=0xdfffffff, tls, auth=caching_sha2_password"},
     "MySQL 8.0.36",
     {},
     true},
    {"mysql_4", {"mysql: error=1040, message=Too many connections"}, "", {}, true},
    {"mysql_5", {"mysql: version=4.0.30"}, "MySQL 4.0.30", {}, true},
    {"oracle_1", {"oracle: refused, version=19.0.0.0.0, error=1189"}, "TNSLSNR 19.0.0.0.0"},
    {"oracle_2",
     {"oracle: accepted, version=11.2.0.3.0, banner=TNSLSNR for Linux: Version 11.2.0.3.0 - "
      "Production"},
     "TNSLSNR 11.2.0.3.0",
     {90}},
    {"oracle_3", {"oracle: refused"}},
    {"postgresql_1",
     {"postgresql: severity=FATAL, code=0A000, message=unsupported frontend protocol 255.255: "
      "server supports 3.0 to 3.0, file=postmaster.c, line=2222, routine=ProcessStartupPacket"}},
    {"postgresql_2",
     {"postgresql: severity=FATAL, code=08P01, message=unsupported startup message"}},
    {"redis_1",
     {"redis: redis_version=7.0.15, redis_mode=standalone, os=Linux 6.1.0-44-amd64 x86_64, "
      "arch_bits=64, tcp_port=6379, uptime_in_days=0"},
     "Redis 7.0.15"},
    {"redis_2", {"redis: error=NOAUTH Authentication required."}},
    {"redis_3",
     {"redis: error=DENIED Redis is running in protected mode because protected mode is enabled "
      "and no password is set for the default user. In this"},
     "",
     {},
     true},
    {"redis_4",
     {"redis: redis_version=7.2.4, valkey_version=8.0.1, redis_mode=cluster, os=Linux"},
     "Valkey 8.0.1"},
    {"redis_5", {"redis: redis_version=2.8.4"}, "Redis 2.8.4"},
};

TEST(DataStreams, AreReadExactly) {
  for (const test::StreamRow& row : kRows) test::expect_read(row);
}

TEST(DataStreams, FillersAreForeign) { test::expect_fillers_are_foreign(kRows); }

}  // namespace
}  // namespace masscan::protocols
