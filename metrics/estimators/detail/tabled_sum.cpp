#include "metrics/estimators/detail/tabled_sum.hpp"

#include <bit>
#include <functional>
#include <memory>
#include <vector>

#include "metrics/contract.hpp"

namespace truegap::metrics::detail {

namespace {

// Independent products, so that none waits for another; the high bits depend on everything.
std::size_t hash(const TableKey& key) {
    const std::uint64_t sum = std::hash<const void*>{}(key.owner) * 0x9E3779B97F4A7C15U +
                              key.n * 0xC2B2AE3D27D4EB4FU + key.other * 0xD6E8FEB86659FD93U +
                              std::bit_cast<std::uint64_t>(key.parameter) * 0xA0761D6478BD642FU;
    return (sum ^ (sum >> 32U)) * 0xE7037ED1A0B428DBU >> 40U;
}

// The tables of one thread, one after the other in one megabyte, found by hashing with linear
// probing. When either is full all are forgotten: a study that goes round and round through more
// tables than fit would miss with any rule, and this one costs nothing.
class Tables {
  public:
    std::span<double> find(const TableKey& key, std::size_t size) {
        TRUEGAP_EXPECTS(key.owner != nullptr && size <= longest_table);
        if (slots_[last_].key == key) return table(slots_[last_], size);
        last_ = place(key);
        if (slots_[last_].key == key) return table(slots_[last_], size);
        if (filled_ + size > arena_size || 2 * used_ >= slot_count) {
            slots_.assign(slot_count, {});
            filled_ = 0;
            used_ = 0;
            last_ = place(key);
        }
        slots_[last_] = {.key = key, .start = filled_};
        filled_ += size;
        ++used_;
        const std::span<double> fresh = table(slots_[last_], size);
        std::fill(fresh.begin(), fresh.end(), std::numeric_limits<double>::quiet_NaN());
        fresh[0] = 0.0;
        return fresh;
    }

  private:
    struct Slot {
        TableKey key;
        std::size_t start = 0;
    };

    // Where the key is, or would be.
    [[nodiscard]] std::size_t place(const TableKey& key) const {
        std::size_t at = hash(key) % slot_count;
        while (slots_[at].key.owner != nullptr && !(slots_[at].key == key))
            at = (at + 1) % slot_count;
        return at;
    }
    [[nodiscard]] std::span<double> table(const Slot& slot, std::size_t size) {
        return {arena_.get() + slot.start, size};
    }

    static constexpr std::size_t arena_size = std::size_t{1} << 17U;
    static constexpr std::size_t slot_count = 2048;

    std::vector<Slot> slots_ = std::vector<Slot>(slot_count);
    // Not initialised: a page that no table has reached takes no memory.
    std::unique_ptr<double[]> arena_ = std::make_unique_for_overwrite<double[]>(arena_size);
    std::size_t filled_ = 0, used_ = 0, last_ = 0;
};

}  // namespace

std::span<double> remembered_table(const TableKey& key, std::size_t size) {
    static thread_local Tables tables;
    return tables.find(key, size);
}

}  // namespace truegap::metrics::detail
