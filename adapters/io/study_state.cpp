#include "adapters/io/study_state.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>
#include <type_traits>

#include "sim/methods.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

static_assert(std::endian::native == std::endian::little,
              "the file holds numbers as they are here");

constexpr std::string_view signature = "truegap replicates.state 1 ";
constexpr std::size_t digest_size = 64;

template <class Number>
void put(std::string& bytes, const Number& number) {
    static_assert(std::is_trivially_copyable_v<Number>);
    const std::size_t end = bytes.size();
    bytes.resize(end + sizeof(Number));
    std::memcpy(bytes.data() + end, &number, sizeof(Number));
}

template <class Part>
void put_all(std::string& bytes, const std::vector<Part>& parts) {
    static_assert(std::is_trivially_copyable_v<Part>);
    put(bytes, std::uint64_t{sizeof(Part)});
    put(bytes, std::uint64_t{parts.size()});
    const std::size_t end = bytes.size();
    bytes.resize(end + parts.size() * sizeof(Part));
    if (!parts.empty()) std::memcpy(bytes.data() + end, parts.data(), parts.size() * sizeof(Part));
}

/// Takes numbers off the front of bytes; once there are too few, or they are not what was expected, it
/// takes nothing more and is not whole.
class Taker {
  public:
    explicit Taker(std::string_view bytes) : rest_(bytes) {}

    template <class Number>
    [[nodiscard]] Number take() {
        Number number{};
        if (const auto bytes = take_bytes(sizeof(Number)); !bytes.empty())
            std::memcpy(&number, bytes.data(), sizeof(Number));
        return number;
    }
    [[nodiscard]] std::string_view take_bytes(std::uint64_t count) {
        whole_ = whole_ && count <= rest_.size();
        if (!whole_) return {};
        const std::string_view bytes = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return bytes;
    }
    /// parts: as many as there must be.
    template <class Part>
    void take_all(std::vector<Part>& parts) {
        whole_ = whole_ && take<std::uint64_t>() == sizeof(Part);
        whole_ = whole_ && take<std::uint64_t>() == parts.size();
        const auto bytes = take_bytes(parts.size() * sizeof(Part));
        if (!bytes.empty()) std::memcpy(parts.data(), bytes.data(), bytes.size());
    }
    [[nodiscard]] bool whole() const { return whole_; }
    [[nodiscard]] bool at_end() const { return whole_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool whole_ = true;
};

std::string digest_of(std::string_view bytes) {
    Digest digest;
    digest.add(bytes);
    return digest.hexadecimal();
}

[[noreturn]] void fail_to_write(const std::filesystem::path& file) {
    throw SystemError(file.filename().string() + " cannot be written: " +
                      std::generic_category().message(errno != 0 ? errno : EIO));
}

}  // namespace

std::string replicates_identity(const ScenarioFile& source, std::size_t point) {
    nlohmann::json document = source.grid.document(source.document, point);  // keys sorted
    for (const char* key : {"name", "question", "replicates", "rows", "curve", "inversion"})
        document.erase(key);
    // Worlds are counted on over populations, so which is which depends on how many there are.
    if (!document.contains("populations")) document.erase("worlds");
    return digest_of(document.dump());
}

StudyState::StudyState(std::vector<std::string> identities,
                       std::string version,
                       std::filesystem::path file)
    : identities_(std::move(identities)), version_(std::move(version)), file_(std::move(file)) {}

std::string StudyState::first_line() const {
    return std::string(signature) + version_ + ' ' + std::to_string(sim::replicates_per_block) +
           '\n';
}

std::optional<std::string> StudyState::read(const std::filesystem::path& earlier) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(earlier, error)) return std::nullopt;
    const auto size = std::filesystem::file_size(earlier, error);
    const std::string damaged = "is damaged";
    if (error || size > largest_state + digest_size || size <= digest_size) return damaged;
    std::ifstream in(earlier, std::ios::binary);
    earlier_.assign(size, '\0');
    in.read(earlier_.data(), static_cast<std::streamsize>(size));
    if (!in) return "cannot be read";
    const std::string_view whole = std::string_view(earlier_).substr(0, size - digest_size);
    if (!whole.starts_with(signature) ||
        digest_of(whole) != std::string_view(earlier_).substr(whole.size()))
        return damaged;
    if (!whole.starts_with(first_line())) return "is another build's";
    Taker taker(whole.substr(first_line().size()));
    bool ours = false;
    while (!taker.at_end()) {
        const std::string identity(taker.take_bytes(digest_size));
        const auto world = taker.take<std::uint32_t>();
        const auto level = taker.take<std::uint32_t>();
        const std::string_view entry = taker.take_bytes(taker.take<std::uint64_t>());
        if (!taker.whole()) {
            entries_.clear();
            return damaged;
        }
        entries_.emplace(Key{identity, world, level}, entry);
        ours = ours ||
               std::find(identities_.begin(), identities_.end(), identity) != identities_.end();
    }
    if (!ours) return "is of another study";
    return std::nullopt;
}

std::optional<sim::WholeBlocks> StudyState::recall(const sim::StudyPlace& place,
                                                   const sim::Layout& layout) {
    const auto entry = entries_.find(Key{identities_[place.point], place.world, place.level});
    if (entry == entries_.end()) return std::nullopt;
    Taker taker(entry->second);
    sim::WholeBlocks result{.blocks = taker.take<std::uint32_t>(),
                            .errors = {},
                            .statistics = sim::BlockStatistics(layout)};
    result.errors.resize(sim::checkpoints_within(result.blocks));
    taker.take_all(result.errors);
    result.statistics.replicates = taker.take<std::uint64_t>();
    sim::BlockStatistics::visit_parts([&](auto& parts) { taker.take_all(parts); },
                                      result.statistics);
    if (!taker.at_end() ||
        result.statistics.replicates != std::uint64_t{result.blocks} * sim::replicates_per_block)
        return std::nullopt;
    return result;
}

void StudyState::keep(const sim::StudyPlace& place,
                      std::uint32_t blocks,
                      const std::vector<double>& errors,
                      const sim::BlockStatistics& statistics) {
    if (blocks == 0 || too_large_) return;
    std::string entry;
    put(entry, blocks);
    put_all(entry, errors);
    put(entry, statistics.replicates);
    sim::BlockStatistics::visit_parts([&](const auto& parts) { put_all(entry, parts); },
                                      statistics);
    std::string head = identities_[place.point];
    put(head, place.world);
    put(head, place.level);
    put(head, std::uint64_t{entry.size()});
    if (!out_.is_open()) {
        out_.open(file_, std::ios::binary);
        write(first_line());
    }
    if (written_ + head.size() + entry.size() > largest_state) {
        too_large_ = true;
        out_.close();
        std::error_code error;
        std::filesystem::remove(file_, error);
        return;
    }
    write(head);
    write(entry);
}

void StudyState::write(std::string_view bytes) {
    out_ << bytes;
    if (!out_) fail_to_write(file_);
    digest_.add(bytes);
    written_ += bytes.size();
}

std::optional<std::string> StudyState::finish() {
    if (too_large_)
        return "would be larger than " + std::to_string(largest_state / 1'000'000) + " MB";
    if (!out_.is_open()) return std::nullopt;
    out_ << digest_.hexadecimal();
    out_.close();
    if (!out_) fail_to_write(file_);
    return std::nullopt;
}

}  // namespace truegap::adapters
