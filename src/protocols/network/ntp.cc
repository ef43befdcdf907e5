// NTP: the time (RFC 5905), the variables of the server (RFC 9327), and answers to private requests
// of ntpdc, which are read but never sent: a list of clients is one of them.
#include <algorithm>
#include <array>

#include "banner/answer_text.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint32_t kSequenceBits = 0x0000ffff;
constexpr std::uint16_t kNtpPorts[] = {123};
constexpr banner::UdpRequest kNtpRequests[] = {
    // The server returns the time of transmission as that of origin.
    {.name = "ntp-time",
     .payload = "\x23\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv,
     .token_at = 40,
     .token_bits = 0xffffffff},
    {.name = "ntp-variables",
     .payload = "\x16\x02\0\0\0\0\0\0\0\0\0\x26version,processor,system,stratum,refid\0\0"sv,
     .token_bits = kSequenceBits,
     .amplification = 5}};

constexpr std::size_t kTimeBytes = 48;
constexpr std::size_t kReferenceAt = 12;
constexpr std::size_t kOriginAt = 24;
constexpr std::size_t kMaxPrivate = 500;

constexpr std::array kImplementations = {"UNIV"sv, ""sv, "XNTPD-OLD"sv, "XNTPD"sv};
// By number; no RFC lists them.
constexpr std::array kPrivateRequests = {"PEER_LIST"sv,
                                         "PEER_LIST_SUM"sv,
                                         "PEER_INFO"sv,
                                         "PEER_STATS"sv,
                                         "SYS_INFO"sv,
                                         "SYS_STATS"sv,
                                         "IO_STATS"sv,
                                         "MEM_STATS"sv,
                                         "LOOP_INFO"sv,
                                         "TIMER_STATS"sv,
                                         "CONFIG"sv,
                                         "UNCONFIG"sv,
                                         "SET_SYS_FLAG"sv,
                                         "CLR_SYS_FLAG"sv,
                                         "MONITOR"sv,
                                         "NOMONITOR"sv,
                                         "GET_RESTRICT"sv,
                                         "RESADDFLAGS"sv,
                                         "RESSUBFLAGS"sv,
                                         "UNRESTRICT"sv,
                                         "MON_GETLIST"sv,
                                         "RESET_STATS"sv,
                                         "RESET_PEER"sv,
                                         "REREAD_KEYS"sv,
                                         "DO_DIRTY_HACK"sv,
                                         "DONT_DIRTY_HACK"sv,
                                         "TRUSTKEY"sv,
                                         "UNTRUSTKEY"sv,
                                         "AUTHINFO"sv,
                                         "TRAPS"sv,
                                         "ADD_TRAP"sv,
                                         "CLR_TRAP"sv,
                                         "REQUEST_KEY"sv,
                                         "CONTROL_KEY"sv,
                                         "GET_CTLSTATS"sv,
                                         "GET_LEAPINFO"sv,
                                         "GET_CLOCKINFO"sv,
                                         "SET_CLKFUDGE"sv,
                                         "GET_KERNEL"sv,
                                         "GET_CLKBUGINFO"sv,
                                         ""sv,
                                         "SET_PRECISION"sv,
                                         "MON_GETLIST_1"sv,
                                         "HOSTNAME_ASSOCID"sv,
                                         "IF_STATS"sv,
                                         "IF_RELOAD"sv};

std::string_view private_error(unsigned code) {
  if (code == 1) return "incompatible implementation number";
  if (code == 2) return "unimplemented request code";
  if (code == 3) return "format error";
  if (code == 4) return "no data available";
  if (code == 7) return "authentication failure";
  return "unknown error";
}

// A clock in ASCII, or the address of the server's server.
void add_reference(Bytes reference, unsigned stratum, banner::AnswerText& text) {
  if (stratum <= 1) {
    text.add(as_text(reference).substr(0, as_text(reference).find('\0')));
    return;
  }
  for (std::size_t i = 0; i < reference.size(); ++i)
    text.format("{}{}", i == 0 ? "" : ".", std::to_integer<unsigned>(reference[i]));
}

std::optional<UdpAnswer> read_time(Bytes datagram, banner::AnswerText& text) {
  if (datagram.size() < kTimeBytes) return {};
  const auto stratum = load_be<std::uint8_t>(datagram, 1);
  text.format("v{} stratum={} refid=", load_be<std::uint8_t>(datagram) >> 3 & 7, stratum);
  add_reference(datagram.subspan(kReferenceAt, 4), stratum, text);
  return UdpAnswer{record::Application::kNtp, load_be<std::uint32_t>(datagram, kOriginAt),
                   0xffffffff, 1};
}

// Returns what stands in quotes behind version=: "ntpd 4.2.8p15".
std::string_view stated_version(std::string_view variables) {
  constexpr std::string_view kNamed = "version=\"";
  const std::size_t at = variables.find(kNamed);
  if (at == std::string_view::npos) return {};
  const std::string_view value = variables.substr(at + kNamed.size());
  return value.substr(0, value.find('"'));
}

std::optional<UdpAnswer> read_variables(Bytes datagram, banner::AnswerText& text) {
  constexpr unsigned kIsResponse = 0x80;
  constexpr unsigned kIsError = 0x40;
  constexpr unsigned kOpcode = 0x1f;
  constexpr unsigned kReadVariables = 2;
  banner::Reader reader(datagram);
  const auto first = reader.be<std::uint32_t>();
  const unsigned flags = first >> 16 & 0xff;
  const auto status = reader.be<std::uint16_t>();
  reader.skip(4);  // the association and the offset of the data
  const Bytes data = reader.take(reader.be<std::uint16_t>());
  if (!reader.is_ok() || !(flags & kIsResponse)) return {};
  if ((flags & kOpcode) != kReadVariables) return {};
  banner::StatedSoftware software;
  if (flags & kIsError) {
    text.format("error {}", status >> 8);
  } else {
    text.add(trim(as_text(data)));
    software.name = stated_version(as_text(data));
  }
  return UdpAnswer{.application = record::Application::kNtp,
                   .token = first & kSequenceBits,
                   .token_bits = kSequenceBits,
                   .requests = 2,
                   .software = software};
}

std::optional<UdpAnswer> read_private(Bytes datagram, banner::AnswerText& text) {
  constexpr unsigned kIsResponse = 0x80;
  constexpr unsigned kHasMore = 0x40;
  banner::Reader reader(datagram);
  const auto flags = reader.be<std::uint8_t>();
  reader.skip(1);  // the sequence
  const auto implementation = reader.be<std::uint8_t>();
  const auto request = reader.be<std::uint8_t>();
  const auto items = reader.be<std::uint16_t>();  // of which four bits are an error
  const auto size = reader.be<std::uint16_t>();
  const unsigned bytes = (items & 0x0fffu) * (size & 0x0fffu);
  if (!reader.is_ok() || !(flags & kIsResponse)) return {};
  if (implementation >= kImplementations.size() || request >= kPrivateRequests.size()) return {};
  text.format("{} {} ", kImplementations[implementation], kPrivateRequests[request]);
  if (const unsigned error = items >> 12; error != 0)
    text.format("Response was NTP Error Code {} - \"{}\"", error, private_error(error));
  else if (bytes > kMaxPrivate || bytes > reader.left())
    text.add("response-too-big");
  else
    text.format("response-size={}-bytes more={}", bytes, (flags & kHasMore) != 0);
  return UdpAnswer{record::Application::kNtp};
}

std::optional<UdpAnswer> read_ntp(Bytes datagram, std::string& out) {
  if (datagram.empty()) return {};
  const auto first = load_be<std::uint8_t>(datagram);
  const unsigned mode = first & 7;
  const unsigned version = first >> 3 & 7;
  banner::AnswerText text(out);
  if (version == 0 || version > 4) return {};
  if (mode == 4) return read_time(datagram, text);
  if (mode == 6) return read_variables(datagram, text);
  if (mode == 7 && version == 2) return read_private(datagram, text);
  return {};
}

}  // namespace

constexpr banner::UdpProtocol kNtp = {"ntp", kNtpPorts, kNtpRequests, read_ntp};

}  // namespace masscan::protocols
