#include "sink/sink.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace masscan::sink {

std::string spool_path(const std::string& spool_base, std::string_view kind) {
  return fmt::format("{}.{}", spool_base, kind);
}

Result<std::unique_ptr<Sink>> Sink::open(const std::string& spool_base, bool append, WallTime began,
                                         std::unique_ptr<Server> server) {
  const std::string path = spool_path(spool_base, server->kind());
  auto spool = TRY(Spool::open(path, server->kind(), append, began));
  auto courier = Courier::start(*spool, std::move(server));
  if (!courier && !append) files::unlink(path);
  return std::unique_ptr<Sink>(new Sink(std::move(spool), TRY(std::move(courier))));
}

Result<std::unique_ptr<Sink>> Sink::open_existing(const std::string& spool,
                                                  std::unique_ptr<Server> server) {
  auto opened = TRY(Spool::open_existing(spool, server->kind()));
  auto courier = TRY(Courier::start(*opened, std::move(server)));
  return std::unique_ptr<Sink>(new Sink(std::move(opened), std::move(courier)));
}

Result<void> Sink::write(std::span<const report::Record> records) {
  for (const report::Record& record : records) TRY(spool_->write(record));
  return {};
}

Result<void> Sink::flush() {
  if (!spool_->has_unflushed()) return {};
  Result<void> flushed = spool_->flush();
  courier_->wake();
  return flushed;
}

Result<UniqueFd> Sink::duplicate() const {
  UniqueFd fd = files::duplicate(spool_->fd());
  if (fd.is_open()) return fd;
  return run_error("cannot open {} again: {}", spool_->path(), last_system_error());
}

Result<void> Sink::close(const Parting& parting) {
  Result<void> flushed = spool_->flush();
  const Result<void> last_try = courier_->finish(parting.patience, parting.reach, parting.stop);
  const std::uint64_t left = spool_->count() - courier_->delivered();
  if (left > 0) return join(std::move(flushed), not_delivered(left, last_try));
  if (flushed && !parting.keeps_spool) files::unlink(spool_->path());
  return flushed;
}

Error Sink::not_delivered(std::uint64_t left, const Result<void>& last_try) const {
  const Server& server = courier_->server();
  return run_error(
      "{0} results are not delivered to {1}: {2}; they are kept in {3}; to send them: masscan "
      "--deliver {3} --{1} {4}",
      left, server.kind(), last_try ? "there was no more time" : last_try.error().message,
      printable(spool_->path()), server.place());
}

}  // namespace masscan::sink
