// Captures, read by libpcap, as payloads.
#include <pcap/pcap.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "banner/udp_protocol.h"
#include "payloads/payload.h"
#include "wire/packet.h"
#include "wire/udp.h"

namespace masscan::payloads {
namespace {

using Capture = std::unique_ptr<pcap_t, decltype(&pcap_close)>;

// Opens a capture in memory. Valid until: the bytes are freed.
Result<Capture> open(std::string_view bytes, std::string_view path) {
  char why[PCAP_ERRBUF_SIZE] = "it is empty";
  // The mode "r" never writes.
  std::FILE* const stream = ::fmemopen(const_cast<char*>(bytes.data()), bytes.size(), "r");
  Capture capture(stream != nullptr ? ::pcap_fopen_offline(stream, why) : nullptr, ::pcap_close);
  if (capture != nullptr) return capture;
  if (stream != nullptr) std::fclose(stream);
  return usage_error("{}: is no capture file: {}", path, why);
}

Result<net::LinkLayer> link_layer(pcap_t* capture, std::string_view path) {
  const int type = ::pcap_datalink(capture);
  if (type == DLT_EN10MB) return net::LinkLayer::kEthernet;
  if (type == DLT_RAW || type == DLT_IPV4 || type == DLT_IPV6) return net::LinkLayer::kRawIp;
  const char* const name = ::pcap_datalink_val_to_name(type);
  return usage_error("{}: has frames of the link layer {}; capture Ethernet or raw IP", path,
                     name != nullptr ? name : std::to_string(type));
}

// Returns the payload of a frame with a UDP datagram.
std::optional<Payload> read_frame(Bytes frame, net::LinkLayer link) {
  const auto packet = wire::Packet::parse(frame, link);
  if (!packet || packet->protocol != wire::Protocol::kUdp) return std::nullopt;
  const auto datagram = wire::UdpView::parse(packet->transport);
  if (!datagram) return std::nullopt;
  const std::uint16_t port = datagram->header().destination_port;
  return Payload{.bytes = std::string(as_text(datagram->payload())), .ports = {{port, port}}};
}

}  // namespace

Result<std::vector<Payload>> parse_pcap_payloads(std::string_view capture, std::string_view path) {
  const Capture file = TRY(open(capture, path));
  const net::LinkLayer link = TRY(link_layer(file.get(), path));
  std::vector<Payload> payloads;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  int read = 0;
  for (std::size_t number = 1; (read = ::pcap_next_ex(file.get(), &header, &bytes)) == 1;
       ++number) {
    auto payload = read_frame(std::as_bytes(std::span(bytes, header->caplen)), link);
    if (!payload) continue;
    payload->name = fmt::format("{}:{}", path, number);
    if (payload->bytes.size() > banner::kMaxUdpRequest) {
      return usage_error("{}: the packet's payload is longer than {} bytes", payload->name,
                         banner::kMaxUdpRequest);
    }
    payloads.push_back(*std::move(payload));
  }
  if (read == PCAP_ERROR) return usage_error("{}: {}", path, ::pcap_geterr(file.get()));
  if (payloads.empty()) return usage_error("{}: holds no UDP datagram", path);
  return payloads;
}

}  // namespace masscan::payloads
