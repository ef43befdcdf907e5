// A small fuzzer for compilers without libFuzzer: replays a corpus, then tries mutations of it.
//
//   dns_fuzz CORPUS_FOLDER [--runs=N | --seconds=N] [--seed=N]
//
// The same corpus, seed and number give the same inputs. The input under trial lies in
// <program>.input in the working folder until it has passed, so that it is still there after a
// crash; the program tries a file as well as a folder.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "base/text.h"
#include "base/unique_fd.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using masscan::Random;
using Input = std::vector<std::uint8_t>;

constexpr std::size_t kMaxInputBytes = 64 * 1024;
constexpr int kMaxMutations = 8;
constexpr std::size_t kMaxPieceBytes = 64;

struct Options {
  fs::path corpus;
  std::uint64_t runs = 10000;
  std::optional<std::uint64_t> seconds;  // instead of runs
  std::uint64_t seed = 1;
};

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::size_t equals = argument.find('=');
    if (!argument.starts_with("--")) {
      options.corpus = argument;
      continue;
    }
    if (equals == std::string_view::npos) return std::nullopt;
    const auto number = masscan::parse_number<std::uint64_t>(argument.substr(equals + 1));
    if (!number) return std::nullopt;
    const std::string_view name = argument.substr(0, equals);
    if (name == "--runs")
      options.runs = *number;
    else if (name == "--seconds")
      options.seconds = *number;
    else if (name == "--seed")
      options.seed = *number;
    else
      return std::nullopt;
  }
  return options.corpus.empty() ? std::nullopt : std::optional(options);
}

Input read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Input(std::istreambuf_iterator<char>(file), {});
}

// Sorted by name, because the order of a folder differs between machines.
std::vector<Input> read_corpus(const fs::path& path) {
  if (fs::is_regular_file(path)) return {read(path)};
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Input> inputs;
  std::transform(files.begin(), files.end(), std::back_inserter(inputs), read);
  return inputs;
}

class Trial {
 public:
  explicit Trial(fs::path keep)
      : keep_(std::move(keep)),
        fd_(::open(keep_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {}

  // The copy is on the heap and exactly as long as the input, so that AddressSanitizer sees the
  // first byte read past it.
  void run(const Input& input) {
    const ssize_t written = ::pwrite(fd_.get(), input.data(), input.size(), 0);
    CHECK(written == std::ssize(input));
    if (input.size() != kept_bytes_) CHECK(::ftruncate(fd_.get(), written) == 0);
    kept_bytes_ = input.size();
    const auto copy = std::make_unique<std::uint8_t[]>(input.size());
    std::copy(input.begin(), input.end(), copy.get());
    LLVMFuzzerTestOneInput(copy.get(), input.size());
  }
  void passed() const { fs::remove(keep_); }

 private:
  fs::path keep_;
  masscan::UniqueFd fd_;
  std::size_t kept_bytes_ = 0;
};

struct Piece {
  std::size_t start, length;
};

// A short piece of an input of `size` bytes.
Piece any_piece(Random& random, std::size_t size) {
  const std::size_t start = random.below(size);
  return {start, 1 + random.below(std::min(size - start, kMaxPieceBytes))};
}

void flip_bit(Input& input, Random& random) {
  input[random.below(input.size())] ^= static_cast<std::uint8_t>(1u << random.below(8));
}

void set_byte(Input& input, Random& random) {
  constexpr std::uint8_t kEdges[] = {0, 1, 0x7f, 0x80, 0xff, ' ', '\n', '/', '-', ',', ':', '0'};
  const std::uint64_t any = random.next();
  input[random.below(input.size())] = (any & 1) != 0 ? static_cast<std::uint8_t>(any >> 8)
                                                     : kEdges[random.below(std::size(kEdges))];
}

void erase_piece(Input& input, Random& random) {
  const auto [start, length] = any_piece(random, input.size());
  const auto first = input.begin() + static_cast<std::ptrdiff_t>(start);
  input.erase(first, first + static_cast<std::ptrdiff_t>(length));
}

void cut(Input& input, Random& random) { input.resize(random.below(input.size())); }

// Copies a piece of `from` (which may be the input itself) to somewhere in the input.
void insert_piece(Input& input, const Input& from, Random& random) {
  const auto [start, length] = any_piece(random, from.size());
  const auto first = from.begin() + static_cast<std::ptrdiff_t>(start);
  const Input piece(first, first + static_cast<std::ptrdiff_t>(length));
  const auto place = static_cast<std::ptrdiff_t>(random.below(input.size() + 1));
  input.insert(input.begin() + place, piece.begin(), piece.end());
}

void mutate(Input& input, const Input& other, Random& random) {
  if (input.empty()) {
    input.push_back(static_cast<std::uint8_t>(random.next()));
    return;
  }
  switch (random.below(7)) {
    case 0:
    case 1:
      return flip_bit(input, random);
    case 2:
    case 3:
      return set_byte(input, random);
    case 4:
      return erase_piece(input, random);
    case 5:
      return cut(input, random);
    case 6:
      return insert_piece(input, other.empty() ? Input(input) : other, random);
  }
}

Input mutant(const std::vector<Input>& corpus, Random& random) {
  Input input = corpus[random.below(corpus.size())];
  const std::uint64_t count = 1 + random.below(kMaxMutations);
  for (std::uint64_t i = 0; i < count; ++i) {
    mutate(input, corpus[random.below(corpus.size())], random);
  }
  input.resize(std::min(input.size(), kMaxInputBytes));
  return input;
}

// How many mutants were tried.
std::uint64_t fuzz(const std::vector<Input>& corpus, const Options& options, Trial& trial) {
  const auto start = std::chrono::steady_clock::now();
  const auto is_over = [&](std::uint64_t runs) {
    if (!options.seconds) return runs >= options.runs;
    return std::chrono::steady_clock::now() - start >= std::chrono::seconds(*options.seconds);
  };
  Random random(options.seed);
  std::uint64_t runs = 0;
  for (; !is_over(runs); ++runs) trial.run(mutant(corpus, random));
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "usage: %s CORPUS [--runs=N | --seconds=N] [--seed=N]\n", argv[0]);
    return 2;
  }
  const std::vector<Input> corpus = read_corpus(options->corpus);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: no files to start from\n", options->corpus.c_str());
    return 2;
  }
  const fs::path program = argv[0];
  Trial trial(program.filename().string() + ".input");
  std::printf("%zu inputs, then mutations with --seed=%ju\n", corpus.size(),
              static_cast<std::uintmax_t>(options->seed));
  std::fflush(stdout);  // a crash must not swallow the seed
  for (const Input& input : corpus) trial.run(input);
  const std::uint64_t runs = fuzz(corpus, *options, trial);
  trial.passed();
  std::printf("%ju mutations passed\n", static_cast<std::uintmax_t>(runs));
  return 0;
}
