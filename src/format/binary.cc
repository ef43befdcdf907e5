// The binary format of masscan, -oB: a type, a length and a body per record, smallest and exact.
// See docs/formats/binary.md. Every record masscan ever wrote is understood, applications keep the
// number in the file.
#include "format/binary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.h"
#include "base/text.h"
#include "format/append.h"
#include "format/formats.h"

namespace masscan::format {
namespace {

// Headers and trailers are records too: their first two bytes, "ma", are a type and a length.
constexpr std::size_t kHeaderBytes = 99;
constexpr std::string_view kMagic = "masscan/1.1";
constexpr std::size_t kMaxBodyBytes = std::size_t{1} << 20;  // the limit of masscan's readers
constexpr std::uint8_t kVersion6 = 6;

enum class Type : std::uint64_t {
  kOldOpen = 1,
  kOldClosed = 2,
  kOldTcpBanner = 3,
  kOldShortBanner = 4,  // its length is one too small
  kOldBanner = 5,
  kOpen4 = 6,
  kClosed4 = 7,
  kUp4 = 8,
  kBanner4 = 9,
  kOpen6 = 10,
  kClosed6 = 11,
  kUp6 = 12,
  kBanner6 = 13,
  kExact4 = 14,  // an extension of ours: any state, with all fields
  kExact6 = 15,
  kExactBanner4 = 16,  // with the software of a service
  kExactBanner6 = 17,
  kHeader = 'm',
};

constexpr std::size_t kOldStatusBytes = 12;
constexpr std::size_t kStatus4Bytes = 13;
constexpr std::size_t kStatus6Bytes = 26;
// Of exact records, after the others: state, cause, suspicion and payload; of old ones, two.
constexpr std::size_t kExactBytes = 4;
constexpr std::size_t kOldExactBytes = 2;
constexpr std::size_t kRecord4At = 2;  // in its item: after type and length
constexpr std::size_t kFrame4Bytes = kRecord4At + kStatus4Bytes;
constexpr std::size_t kOldTcpBannerBytes = 12;  // of banners: before the text
constexpr std::size_t kOldBannerBytes = 13;
constexpr std::size_t kBanner4Bytes = 14;
constexpr std::size_t kBanner6Bytes = 27;

constexpr Malformed kTooShort = {"the record is shorter than its type needs"};
constexpr Malformed kWrongVersion = {"the record says that its IPv6 address is none"};
constexpr Malformed kUnknownType = {"the record is of an unknown type"};
constexpr Malformed kForeign = {"a header of another version of the format"};

// ---- Numbers and protocols ----------------------------------------------------------------------

struct Protocol {
  std::uint8_t number;
  net::Transport transport;
};
// The most frequent one is first.
constexpr std::array<Protocol, 5> kProtocols = {{{6, net::Transport::kTcp},
                                                 {0, net::Transport::kArp},
                                                 {1, net::Transport::kIcmp},
                                                 {17, net::Transport::kUdp},
                                                 {132, net::Transport::kSctp}}};

net::Transport transport_of(std::uint8_t protocol) {
  for (const Protocol& row : kProtocols) {
    if (row.number == protocol) return row.transport;
  }
  return net::Transport::kIp;
}

// An IP protocol that has ports is written as an unknown one; otherwise the record would be about a
// port. Its number is the port of the record too.
std::uint8_t protocol_of(net::Transport transport, std::uint8_t otherwise) {
  for (const Protocol& row : kProtocols) {
    if (row.transport == transport) return row.number;
  }
  return transport_of(otherwise) == net::Transport::kIp ? otherwise : record::kUnknownProtocol;
}

struct Number {
  std::uint64_t value = 0;
  std::size_t length = 0;  // 0: incomplete
};

// A number that overflows stays too large.
Number get_number(std::string_view bytes) {
  if (!bytes.empty() && static_cast<std::uint8_t>(bytes[0]) < 0x80) {
    return {static_cast<std::uint8_t>(bytes[0]), 1};  // the common case
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    value = std::min(value << 7 | (byte & 0x7f), std::uint64_t{1} << 56);
    if ((byte & 0x80) == 0) return {value, i + 1};
  }
  return {value, 0};
}

// ---- Reading ------------------------------------------------------------------------------------

std::uint8_t octet(std::string_view body, std::size_t offset) {
  return load_be<std::uint8_t>(as_bytes(body), offset);
}
std::uint16_t word(std::string_view body, std::size_t offset) {
  return load_be<std::uint16_t>(as_bytes(body), offset);
}
WallTime time_of(std::string_view body) {
  return WallTime(std::chrono::seconds(load_be<std::uint32_t>(as_bytes(body))));
}
net::Ipv4Address address4(std::string_view body, std::size_t offset) {
  return net::Ipv4Address(load_be<std::uint32_t>(as_bytes(body), offset));
}
net::Ipv6Address address6(std::string_view body, std::size_t offset) {
  const Bytes bytes = as_bytes(body);
  return net::Ipv6Address(make_uint128(load_be<std::uint64_t>(bytes, offset),
                                       load_be<std::uint64_t>(bytes, offset + 8)));
}

// The oldest records do not contain the transport.
net::Transport guess_transport(std::uint16_t port) {
  for (const std::uint16_t udp : {53, 123, 137, 161}) {
    if (port == udp) return net::Transport::kUdp;
  }
  for (const std::uint16_t sctp : {36422, 36412, 2905}) {
    if (port == sctp) return net::Transport::kSctp;
  }
  return net::Transport::kTcp;
}

FileItem old_status(std::string_view body, record::PortState state) {
  if (body.size() < kOldStatusBytes) return kTooShort;
  const std::uint16_t port = word(body, 8);
  return record::Record{.time = time_of(body),
                        .address = address4(body, 4),
                        .port = {guess_transport(port), port},
                        .state = state,
                        .reason = octet(body, 10),
                        .ttl = octet(body, 11)};
}

record::Record record4(std::string_view body, record::PortState state) {
  const std::uint8_t protocol = octet(body, 8);
  return record::Record{.time = time_of(body),
                        .address = address4(body, 4),
                        .port = {transport_of(protocol), word(body, 9)},
                        .ip_protocol = protocol,
                        .state = state,
                        .reason = octet(body, 11),
                        .ttl = octet(body, 12)};
}

FileItem status4(std::string_view body, record::PortState state) {
  if (body.size() < kStatus4Bytes) return kTooShort;
  return record4(body, state);
}

FileItem status6(std::string_view body, record::PortState state) {
  if (body.size() < kStatus6Bytes) return kTooShort;
  if (octet(body, 9) != kVersion6) return kWrongVersion;
  const std::uint8_t protocol = octet(body, 4);
  return record::Record{.time = time_of(body),
                        .address = address6(body, 10),
                        .port = {transport_of(protocol), word(body, 5)},
                        .ip_protocol = protocol,
                        .state = state,
                        .reason = octet(body, 7),
                        .ttl = octet(body, 8)};
}

FileItem exact(std::string_view body, std::size_t at,
               FileItem (*parse)(std::string_view, record::PortState)) {
  if (body.size() < at + kOldExactBytes) return kTooShort;
  FileItem item = parse(body.substr(0, at), record::PortState::kUnknown);
  if (auto* const record = std::get_if<record::Record>(&item)) {
    record->state = record::state_of(octet(body, at));
    record->cause = static_cast<record::Cause>(octet(body, at + 1));
    if (body.size() > at + 2) record->suspect = static_cast<record::Suspect>(octet(body, at + 2));
    if (body.size() > at + 3) record->payload = octet(body, at + 3);
  }
  return item;
}

FileItem old_tcp_banner(std::string_view body) {
  if (body.size() < kOldTcpBannerBytes) return kTooShort;
  return record::Banner{.time = time_of(body),
                        .address = address4(body, 4),
                        .port = {net::Transport::kTcp, word(body, 8)},
                        .application = static_cast<record::Application>(word(body, 10)),
                        .text = body.substr(kOldTcpBannerBytes)};
}

FileItem any_banner4(std::string_view body, bool has_ttl) {
  const std::size_t text = has_ttl ? kBanner4Bytes : kOldBannerBytes;
  if (body.size() < text) return kTooShort;
  const std::uint8_t protocol = octet(body, 8);
  return record::Banner{.time = time_of(body),
                        .address = address4(body, 4),
                        .port = {transport_of(protocol), word(body, 9)},
                        .ip_protocol = protocol,
                        .application = static_cast<record::Application>(word(body, 11)),
                        .ttl = has_ttl ? octet(body, 13) : std::uint8_t{0},
                        .text = body.substr(text)};
}

FileItem banner4(std::string_view body) { return any_banner4(body, true); }

FileItem banner6(std::string_view body) {
  if (body.size() < kBanner6Bytes) return kTooShort;
  if (octet(body, 10) != kVersion6) return kWrongVersion;
  const std::uint8_t protocol = octet(body, 4);
  return record::Banner{.time = time_of(body),
                        .address = address6(body, 11),
                        .port = {transport_of(protocol), word(body, 5)},
                        .ip_protocol = protocol,
                        .application = static_cast<record::Application>(word(body, 7)),
                        .ttl = octet(body, 9),
                        .text = body.substr(kBanner6Bytes)};
}

// Between the fields and the text is the software, behind a byte of its length.
FileItem exact_banner(std::string_view body, std::size_t at, FileItem (*parse)(std::string_view)) {
  if (body.size() < at + 1) return kTooShort;
  const std::size_t text = at + 1 + octet(body, at);
  if (body.size() < text) return kTooShort;
  FileItem item = parse(body.substr(0, at));
  if (auto* const banner = std::get_if<record::Banner>(&item)) {
    banner->software = body.substr(at + 1, std::min(text - at - 1, record::kMaxSoftwareBytes));
    banner->text = body.substr(text);
  }
  return item;
}

// "masscan/1.1.02\ns:1385000000\n" contains the start of the scan. Without a minor version, the
// number is that of the file's start, and masscan's readers ignore it.
FileItem header(std::string_view text) {
  if (!text.starts_with(kMagic)) return kForeign;
  text.remove_prefix(kMagic.size());
  if (text.empty() || text.front() == '\0' || text.front() == '\n') return NotAResult{};
  if (text.front() != '.') return kForeign;
  const std::size_t line_end = text.find('\n');
  if (line_end == std::string_view::npos) return NotAResult{};
  const auto minor = parse_number<std::uint32_t>(text.substr(1, line_end - 1));
  text.remove_prefix(line_end + 1);
  if (!minor || *minor < 2 || !text.starts_with("s:")) return NotAResult{};
  const auto seconds = parse_number<std::uint32_t>(text.substr(2, text.find('\n') - 2));
  if (!seconds) return NotAResult{};
  return ScanStart{WallTime(std::chrono::seconds(*seconds))};
}

// ---- Writing ------------------------------------------------------------------------------------

// Pieces for `append` (format/append.h), of the size of their type.
template <std::unsigned_integral T>
struct BigEndian {
  T value;
};
template <typename T>
BigEndian(T) -> BigEndian<T>;

template <typename T>
constexpr std::size_t most_bytes(BigEndian<T>) {
  return sizeof(T);
}
template <typename T>
char* print(char* to, BigEndian<T> number) {
  const T stored = byte_swap(number.value);
  std::memcpy(to, &stored, sizeof stored);
  return to + sizeof stored;
}

BigEndian<std::uint32_t> seconds(WallTime time) {
  return {static_cast<std::uint32_t>(record::unix_seconds(time))};
}

// Base 128, most significant group first; the high bit marks that another group follows.
void append_length(std::string& out, std::size_t length) {
  if (length >= 1u << 14) out += static_cast<char>(0x80 | (length >> 14));
  if (length >= 1u << 7) out += static_cast<char>(0x80 | (length >> 7 & 0x7f));
  out += static_cast<char>(length & 0x7f);
}

// Indexed by PortState. This format has no number for the remaining states.
constexpr std::array<Type, record::kPortStates> kTypes4 = {
    Type::kClosed4, Type::kOpen4,   Type::kClosed4, Type::kUp4,
    Type::kClosed4, Type::kClosed4, Type::kClosed4};
constexpr std::array<Type, record::kPortStates> kTypes6 = {
    Type::kClosed6, Type::kOpen6,   Type::kClosed6, Type::kUp6,
    Type::kClosed6, Type::kClosed6, Type::kClosed6};

Type type_of(record::PortState state, bool is_v4) {
  return (is_v4 ? kTypes4 : kTypes6)[static_cast<std::size_t>(state)];
}

char* print_record4(char* to, Type type, const record::Record& record) {
  return print_all(to, static_cast<char>(type), char{kStatus4Bytes}, seconds(record.time),
                   BigEndian{record.address.v4().number()},
                   BigEndian{protocol_of(record.port.transport, record.ip_protocol)},
                   BigEndian{record.port.number}, BigEndian{record.reason}, BigEndian{record.ttl});
}

void append_record(std::string& out, Type type, const record::Record& record) {
  if (record.address.is_v4()) {
    const std::size_t start = out.size();
    out.resize(start + kFrame4Bytes);
    print_record4(out.data() + start, type, record);
    return;
  }
  append(out, static_cast<char>(type), char{kStatus6Bytes}, seconds(record.time),
         BigEndian{protocol_of(record.port.transport, record.ip_protocol)},
         BigEndian{record.port.number}, BigEndian{record.reason}, BigEndian{record.ttl},
         BigEndian{kVersion6}, BigEndian{record.address.high()}, BigEndian{record.address.low()});
}

void append_binary_header(std::string& out, const DocumentInfo& info) {
  std::string text = fmt::format("{}\ns:{}\n", kMagic, record::unix_seconds(info.began));
  text.resize(kHeaderBytes);
  out += text;
}

void append_binary_record(std::string& out, const record::Record& record) {
  append_record(out, type_of(record.state, record.address.is_v4()), record);
}

std::size_t append_binary_run(std::string& out, std::span<const record::Record> records) {
  const auto is_v6 = [](const record::Record& record) { return record.address.is_v6(); };
  const auto run = records.first(static_cast<std::size_t>(
      std::find_if(records.begin(), records.end(), is_v6) - records.begin()));
  const std::size_t start = out.size();
  out.resize(start + run.size() * kFrame4Bytes);
  char* to = out.data() + start;
  for (const record::Record& record : run)
    to = print_record4(to, type_of(record.state, true), record);
  return run.size();
}

// Appends a banner up to its text; of `rest_bytes` bytes is what follows the fields.
void append_banner_fields(std::string& out, Type type, const record::Banner& banner,
                          std::size_t rest_bytes) {
  const bool is_v4 = banner.address.is_v4();
  const std::uint8_t protocol = protocol_of(banner.port.transport, banner.ip_protocol);
  const BigEndian port{banner.port.number};
  const BigEndian application{static_cast<std::uint16_t>(banner.application)};
  out += static_cast<char>(type);
  append_length(out, (is_v4 ? kBanner4Bytes : kBanner6Bytes) + rest_bytes);
  if (is_v4) {
    append(out, seconds(banner.time), BigEndian{banner.address.v4().number()}, BigEndian{protocol},
           port, application, BigEndian{banner.ttl});
  } else {
    append(out, seconds(banner.time), BigEndian{protocol}, port, application, BigEndian{banner.ttl},
           BigEndian{kVersion6}, BigEndian{banner.address.high()}, BigEndian{banner.address.low()});
  }
}

void append_binary_banner(std::string& out, const record::Banner& banner) {
  const std::string_view text = banner.text.substr(0, record::kMaxBannerBytes);
  append_banner_fields(out, banner.address.is_v4() ? Type::kBanner4 : Type::kBanner6, banner,
                       text.size());
  out += text;
}

void append_binary_trailer(std::string& out, const Ending& /*ending*/) {
  out += kMagic;
  out.append(kHeaderBytes - kMagic.size(), '\0');
}

std::size_t binary_item_length(std::string_view rest) {
  const Number type = get_number(rest);
  if (type.length == 0) return 0;
  const Number length = get_number(rest.substr(type.length));
  if (length.value > kMaxBodyBytes) return kEndless;
  if (length.length == 0) return 0;
  const std::size_t extra = type.value == static_cast<std::uint64_t>(Type::kOldShortBanner) ? 1 : 0;
  const std::size_t frame = type.length + length.length + length.value + extra;
  return frame <= rest.size() ? frame : 0;
}

FileItem parse_binary_record(std::string_view frame, std::string& /*bytes*/) {
  const Number type = get_number(frame);
  const Number length = get_number(frame.substr(type.length));
  const std::string_view body = frame.substr(type.length + length.length);
  switch (static_cast<Type>(type.value)) {
    case Type::kOldOpen:
      return old_status(body, record::PortState::kOpen);
    case Type::kOldClosed:
      return old_status(body, record::PortState::kClosed);
    case Type::kOldTcpBanner:
      return old_tcp_banner(body);
    case Type::kOldShortBanner:
    case Type::kOldBanner:
      return any_banner4(body, false);
    case Type::kOpen4:
      return status4(body, record::PortState::kOpen);
    case Type::kClosed4:
      return status4(body, record::PortState::kClosed);
    case Type::kUp4:
      return status4(body, record::PortState::kUp);
    case Type::kBanner4:
      return banner4(body);
    case Type::kOpen6:
      return status6(body, record::PortState::kOpen);
    case Type::kClosed6:
      return status6(body, record::PortState::kClosed);
    case Type::kUp6:
      return status6(body, record::PortState::kUp);
    case Type::kBanner6:
      return banner6(body);
    case Type::kExact4:
      return exact(body, kStatus4Bytes, status4);
    case Type::kExact6:
      return exact(body, kStatus6Bytes, status6);
    case Type::kExactBanner4:
      return exact_banner(body, kBanner4Bytes, banner4);
    case Type::kExactBanner6:
      return exact_banner(body, kBanner6Bytes, banner6);
    case Type::kHeader:
      return header(frame);
  }
  return kUnknownType;
}

std::size_t parse_binary_run(std::string_view rest, std::vector<record::Record>& records) {
  constexpr std::size_t kMostRecords = 256;  // few enough to stay in the cache
  constexpr auto kOpen = static_cast<char>(Type::kOpen4);
  constexpr auto kClosed = static_cast<char>(Type::kClosed4);
  records.clear();
  while (rest.size() >= kFrame4Bytes && records.size() < kMostRecords) {
    const bool is_open = rest[0] == kOpen;
    if ((!is_open && rest[0] != kClosed) || rest[1] != char{kStatus4Bytes}) break;
    records.push_back(record4(rest.substr(kRecord4At),
                              is_open ? record::PortState::kOpen : record::PortState::kClosed));
    rest.remove_prefix(kFrame4Bytes);
  }
  return records.size() * kFrame4Bytes;
}

}  // namespace

// The body of an exact record is that of an ordinary one and kExactBytes.
void append_exact_binary_record(std::string& out, const record::Record& record) {
  const bool is_ordinary = record.state == record::PortState::kOpen ||
                           record.state == record::PortState::kClosed ||
                           record.state == record::PortState::kUp;
  const bool is_exact =
      record.cause != record::Cause::kNone || record.suspect != record::Suspect::kNone;
  if (is_ordinary && !is_exact) return append_binary_record(out, record);
  const std::size_t start = out.size();
  append_record(out, record.address.is_v4() ? Type::kExact4 : Type::kExact6, record);
  out[start + 1] = static_cast<char>(out[start + 1] + kExactBytes);
  out += static_cast<char>(record.state);
  out += static_cast<char>(record.cause);
  out += static_cast<char>(record.suspect);
  out += static_cast<char>(record.payload);
}

// The text is cut, so that the body is no longer than that of the longest ordinary banner.
void append_exact_binary_banner(std::string& out, const record::Banner& banner) {
  static_assert(record::kMaxSoftwareBytes < 256);
  if (banner.software.empty()) return append_binary_banner(out, banner);
  const std::string_view software = banner.software.substr(0, record::kMaxSoftwareBytes);
  const std::size_t before = 1 + software.size();
  const std::string_view text = banner.text.substr(0, record::kMaxBannerBytes - before);
  append_banner_fields(out, banner.address.is_v4() ? Type::kExactBanner4 : Type::kExactBanner6,
                       banner, before + text.size());
  out += static_cast<char>(software.size());
  out += software;
  out += text;
}

constinit const Format kBinaryFormat = {.name = "binary",
                                        .letter = 'B',
                                        .opening = "masscan/1.1",
                                        .header = append_binary_header,
                                        .record = append_binary_record,
                                        .banner = append_binary_banner,
                                        .trailer = append_binary_trailer,
                                        .item_length = binary_item_length,
                                        .parse = parse_binary_record,
                                        .parse_run = parse_binary_run,
                                        .append_run = append_binary_run};

}  // namespace masscan::format
