#include "output/sink.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace masscan::output {

std::string spool_path(const std::string& spool_base, std::string_view kind) {
  return fmt::format("{}.{}", spool_base, kind);
}

Result<std::unique_ptr<Sink>> Sink::open(const std::string& spool_base, bool append, WallTime began,
                                         std::unique_ptr<Database> database) {
  const std::string path = spool_path(spool_base, database->kind());
  auto spool = TRY(Spool::open(path, database->kind(), append, began));
  auto forwarder = Forwarder::start(*spool, std::move(database));
  if (!forwarder && !append) files::unlink(path);
  return std::unique_ptr<Sink>(new Sink(std::move(spool), TRY(std::move(forwarder))));
}

Result<std::unique_ptr<Sink>> Sink::open_existing(const std::string& spool,
                                                  std::unique_ptr<Database> database) {
  auto opened = TRY(Spool::open_existing(spool, database->kind()));
  auto forwarder = TRY(Forwarder::start(*opened, std::move(database)));
  return std::unique_ptr<Sink>(new Sink(std::move(opened), std::move(forwarder)));
}

Result<void> Sink::write(std::span<const record::Record> records) {
  for (const record::Record& record : records) TRY(spool_->write(record));
  return {};
}

Result<void> Sink::flush() {
  if (!spool_->has_unflushed()) return {};
  Result<void> flushed = spool_->flush();
  forwarder_->wake();
  return flushed;
}

Result<UniqueFd> Sink::duplicate() const {
  UniqueFd fd = files::duplicate(spool_->fd());
  if (fd.is_open()) return fd;
  return run_error("cannot open {} again: {}", spool_->path(), last_system_error());
}

Result<void> Sink::close(const CloseOptions& options) {
  Result<void> flushed = spool_->flush();
  const Result<void> last_try = forwarder_->finish(options.timeout, options.reach, options.stop);
  const std::uint64_t left = spool_->count() - forwarder_->delivered();
  if (left > 0) return join(std::move(flushed), not_delivered(left, last_try));
  if (flushed && !options.keeps_spool) files::unlink(spool_->path());
  return flushed;
}

Error Sink::not_delivered(std::uint64_t left, const Result<void>& last_try) const {
  const Database& database = forwarder_->server();
  return run_error(
      "{0} results are not delivered to {1}: {2}; they are kept in {3}; to send them: masscan "
      "--deliver {3} --{1} {4}",
      left, database.kind(), last_try ? "there was no more time" : last_try.error().message,
      printable(spool_->path()), database.place());
}

}  // namespace masscan::output
