#include "wire/tcp.h"

#include <algorithm>

#include "wire/checksum.h"

namespace masscan::wire {
namespace {

enum OptionKind : std::uint8_t {
  kEndOfList = 0,
  kNoOperation = 1,
  kMss = 2,
  kWindowScale = 3,
  kSackPermitted = 4,
  kTimestamp = 8,
};

constexpr std::size_t kMssLength = 4;
constexpr std::size_t kSackPermittedLength = 2;
constexpr std::size_t kWindowScaleLength = 3;
constexpr std::size_t kTimestampLength = 10;

// Parses one option with its kind and length bytes. A known kind with a wrong length is ignored.
void take_option(TcpOptions& options, Bytes option) {
  const auto kind = load_be<std::uint8_t>(option);
  if (kind == kMss && option.size() == kMssLength) {
    options.mss = load_be<std::uint16_t>(option, 2);
  } else if (kind == kSackPermitted && option.size() == kSackPermittedLength) {
    options.sack_permitted = true;
  } else if (kind == kWindowScale && option.size() == kWindowScaleLength) {
    options.window_scale = load_be<std::uint8_t>(option, 2);
  } else if (kind == kTimestamp && option.size() == kTimestampLength) {
    options.timestamp =
        TcpTimestamp{load_be<std::uint32_t>(option, 2), load_be<std::uint32_t>(option, 6)};
  }
}

void begin_option(MutableBytes option, OptionKind kind) {
  store_be(option, 0, static_cast<std::uint8_t>(kind));
  store_be(option, 1, static_cast<std::uint8_t>(option.size()));
}

}  // namespace

TcpOptions TcpOptions::parse(Bytes list) {
  TcpOptions options;
  while (!list.empty()) {
    const auto kind = load_be<std::uint8_t>(list);
    if (kind == kEndOfList) break;
    if (kind == kNoOperation) {
      list = list.subspan(1);
      continue;
    }
    if (list.size() < 2) break;
    const std::size_t length = load_be<std::uint8_t>(list, 1);
    if (length < 2 || length > list.size()) break;
    take_option(options, list.first(length));
    list = list.subspan(length);
  }
  return options;
}

std::size_t TcpOptions::length() const {
  std::size_t used = 0;
  for (const char letter : layout) used += length_of(letter);
  return (used + 3) / 4 * 4;
}

// Returns the length of an option of the layout; 0 if it is not set.
std::size_t TcpOptions::length_of(char letter) const {
  switch (letter) {
    case 'M':
      return mss ? kMssLength : 0;
    case 'S':
      return sack_permitted ? kSackPermittedLength : 0;
    case 'W':
      return window_scale ? kWindowScaleLength : 0;
    case 'T':
      return timestamp ? kTimestampLength : 0;
    default:
      return 1;
  }
}

void TcpOptions::emit(MutableBytes list) const {
  MutableBytes rest = list.first(length());
  for (const char letter : layout) {
    const std::size_t length = length_of(letter);
    if (length == 0) continue;
    emit_option(letter, rest.first(length));
    rest = rest.subspan(length);
  }
  std::ranges::fill(rest, std::byte{kEndOfList});
}

void TcpOptions::emit_option(char letter, MutableBytes option) const {
  switch (letter) {
    case 'M':
      begin_option(option, kMss);
      return store_be(option, 2, *mss);
    case 'S':
      return begin_option(option, kSackPermitted);
    case 'W':
      begin_option(option, kWindowScale);
      return store_be(option, 2, *window_scale);
    case 'T':
      begin_option(option, kTimestamp);
      store_be(option, 2, timestamp->value);
      return store_be(option, 6, timestamp->echo);
    default:
      option.front() = std::byte{kNoOperation};
  }
}

void TcpHeader::emit(MutableBytes segment, const net::IpAddress& source,
                     const net::IpAddress& destination) const {
  store_be(segment, 0, source_port);
  store_be(segment, 2, destination_port);
  store_be(segment, 4, sequence);
  store_be(segment, 8, acknowledgment);
  store_be(segment, 12, static_cast<std::uint8_t>(length() / 4 << 4));
  store_be(segment, 13, flags);
  store_be(segment, 14, window);
  store_be(segment, 16, std::uint16_t{0});
  store_be(segment, 18, urgent);
  options.emit(segment.subspan(kMinLength));
  const std::uint16_t checksum =
      Checksum()
          .add_pseudo_header(source, destination, Protocol::kTcp, segment.size())
          .add(segment)
          .finish();
  store_be(segment, 16, checksum);
}

std::optional<TcpView> TcpView::parse(Bytes segment) {
  if (segment.size() < TcpHeader::kMinLength) return std::nullopt;
  const std::size_t length = std::size_t{load_be<std::uint8_t>(segment, 12)} / 16 * 4;
  if (length < TcpHeader::kMinLength || length > segment.size()) return std::nullopt;
  return TcpView(segment, length);
}

TcpOptions TcpView::options() const {
  return TcpOptions::parse(
      segment_.subspan(TcpHeader::kMinLength, header_length_ - TcpHeader::kMinLength));
}

TcpHeader TcpView::header() const {
  return {.source_port = source_port(),
          .destination_port = destination_port(),
          .sequence = sequence(),
          .acknowledgment = acknowledgment(),
          .flags = flags(),
          .window = window(),
          .urgent = urgent(),
          .options = options()};
}

std::optional<TcpQuote> TcpQuote::parse(Bytes beginning) {
  if (beginning.size() < 8) return std::nullopt;
  return TcpQuote{.source_port = load_be<std::uint16_t>(beginning, 0),
                  .destination_port = load_be<std::uint16_t>(beginning, 2),
                  .sequence = load_be<std::uint32_t>(beginning, 4)};
}

}  // namespace masscan::wire
