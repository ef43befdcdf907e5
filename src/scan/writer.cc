#include "scan/writer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>
#include <utility>

#include "net/mac_address.h"
#include "protocols/stream_table.h"
#include "protocols/udp_table.h"
#include "record/banner.h"

namespace masscan::scan {

namespace {

// Upper bound for the delay of a record before it is written.
constexpr Duration kNap = 10ms;

}  // namespace

Result<std::unique_ptr<Writer>> Writer::start(
    const std::vector<std::unique_ptr<engine::Worker>>& workers, output::Outputs& outputs,
    engine::SharedControls& controls, Gate& gate, std::optional<FakeFinder> finder,
    banner::StreamSettings streams, bool writes_raw) {
  std::unique_ptr<Writer> writer(
      new Writer(workers, outputs, controls, std::move(finder), std::move(streams), writes_raw));
  writer->thread_ = TRY(Thread::start(
      "writer", gate, [owner = writer.get()](const std::stop_token& stop) { owner->work(stop); }));
  return writer;
}

void Writer::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t ticket = asked();
    const bool has_records = drain();
    if (is_written(ticket)) serve(ticket);
    if (!has_records) std::this_thread::sleep_for(kNap);
  }
  drain();
  if (finder_) finder_->finish();
  release_held();
  keep(outputs_.flush());
  const std::scoped_lock lock(mutex_);
  has_ended_ = true;
  changed_.notify_all();
}

std::uint64_t Writer::asked() {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

// Returns true if no record is held that was taken before the request. A record is held for at most
// FakeFinder::kHold.
bool Writer::is_written(std::uint64_t ticket) {
  if (!finder_) return true;
  if (ticket != noted_ticket_) held_before_ticket_ = finder_->held();
  noted_ticket_ = ticket;
  return finder_->released() >= held_before_ticket_;
}

// Answers requests that were made before the last records were taken.
void Writer::serve(std::uint64_t ticket) {
  const std::scoped_lock lock(mutex_);
  if (ticket == served_) return;
  keep(outputs_.flush());
  Result<std::vector<UniqueFd>> files = outputs_.files();
  files_.reset();
  if (outcome_ && files) files_ = std::move(files).value();
  served_ = ticket;
  changed_.notify_all();
}

std::optional<std::vector<UniqueFd>> Writer::write_all(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = ++asked_;
  if (!changed_.wait(lock, stop, [&] { return served_ >= ticket; })) return std::nullopt;
  return std::move(files_);
}

bool Writer::drain() {
  bool has_records = false;
  keep(outputs_.tick(wall_now()));
  if (finder_) {
    std::uint64_t asked = 0;
    for (const auto& worker : workers_) asked += worker->status().tally.probes_sent;
    finder_->update(asked, now());
  }
  for (const auto& worker : workers_) {
    while (auto record = worker->records().pop()) {
      has_records = true;
      // A worker reads no clock: only frames have a time, and silence has none.
      if (record->time == WallTime()) record->time = wall_now();
      take(*record);
    }
    while (true) {
      const Bytes front = worker->messages().front();
      if (front.empty()) break;
      has_records = true;
      engine::Message message;
      std::memcpy(&message, front.data(), sizeof(message));
      write(message, front.subspan(sizeof(message)));
      worker->messages().pop();
    }
  }
  release_held();
  keep(outputs_.flush_if_due());
  if (!outcome_) controls_.request_stop(engine::StopMode::kGraceful);
  return has_records;
}

// Every answer has a banner: its text, or its first bytes if no protocol recognises it. A
// neighbour's is its MAC address and vendor.
void Writer::write(const engine::Message& message, Bytes said) {
  if (message.port.transport == net::Transport::kTcp) return write_stream(message, said);
  text_.clear();
  software_.clear();
  const bool is_mac = message.port.transport == net::Transport::kArp;
  const bool is_raw = writes_raw_ && message.port.transport == net::Transport::kUdp;
  const record::Application application =
      is_mac ? describe_mac(said) : describe_answer(message, said);
  const bool is_known = application != record::Application::kUnknown;
  if (!is_raw || is_known) write(message, application, text_, software_);
  if (is_raw) write(message, record::Application::kUnknown, as_text(said));
}

void Writer::write(const engine::Message& message, record::Application application,
                   std::string_view text, std::string_view software) {
  keep(outputs_.write(record::Banner{.time = message.time == WallTime() ? wall_now() : message.time,
                                     .address = message.address,
                                     .port = message.port,
                                     .application = application,
                                     .ttl = message.ttl,
                                     .text = text,
                                     .software = software}));
}

void Writer::write_stream(const engine::Message& message, Bytes stream) {
  const auto reading =
      protocols::read_stream({.received = stream,
                              .has_ended = true,
                              .peer = {.address = message.address, .port = message.port.number},
                              .settings = streams_},
                             message.asked, stream_output_);
  if (reading.protocol == nullptr)
    return write(message, record::Application::kUnknown, as_text(stream));
  for (const auto& [application, text] : stream_output_.texts())
    write(message, application, text, stream_output_.software());
}

record::Application Writer::describe_answer(const engine::Message& message, Bytes datagram) {
  constexpr std::size_t kMostUnknown = 64;
  const auto answer = protocols::read_udp(message.port.number, datagram, text_);
  if (answer) software_ = to_string(answer->software);
  if (answer) return answer->application;
  text_ = as_text(datagram).substr(0, kMostUnknown);
  return record::Application::kUnknown;
}

record::Application Writer::describe_mac(Bytes octets) {
  if (!vendors_) vendors_ = host::MacVendors::open();
  std::array<std::byte, 6> copy;
  std::ranges::copy(octets, copy.begin());
  const net::MacAddress mac(copy);
  const std::string_view vendor = vendors_->find(mac);
  text_ = to_string(mac);
  if (!vendor.empty()) text_.append(" ").append(vendor);
  return record::Application::kMac;
}

// Continues after an Error: other files may still work, and no worker may block for ever.
void Writer::take(record::Record record) {
  if (!finder_) {
    record.suspect = record::Suspect::kNone;
    keep(outputs_.write(record));
    return;
  }
  if (const auto judged = finder_->take(record)) keep(outputs_.write(*judged));
  release_held();
}

void Writer::release_held() {
  if (!finder_) return;
  while (const auto record = finder_->release()) keep(outputs_.write(*record));
}

void Writer::keep(Result<void> done) {
  if (outcome_) outcome_ = std::move(done);
}

bool Writer::end(Duration longest) {
  thread_.request_stop();
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, longest, [this] { return has_ended_; });
}

Result<void> Writer::finish() {
  thread_.request_stop();
  thread_.join();
  return std::move(outcome_);
}

}  // namespace masscan::scan
