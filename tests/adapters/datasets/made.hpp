#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adapters/datasets/pipeline.hpp"

/// Small data sets that the tests write themselves, and how they are put through the pipeline.
namespace truegap::test {

/// Random numbers for making cases, the same everywhere: SplitMix64.
class Rolls {
  public:
    explicit Rolls(std::uint64_t seed) : state_(seed) {}
    std::uint64_t bits();
    std::uint64_t below(std::uint64_t n) { return bits() % n; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

  private:
    std::uint64_t state_;
};

/// Writes the files of a data set: up to `users` users and `items` items, with every kind of dirt.
void make_files(const std::string& dataset,
                const std::filesystem::path& folder,
                std::uint64_t users,
                std::uint64_t items,
                Rolls& rolls);

struct Made {
    std::vector<adapters::Target> targets;
    adapters::DatasetSummary summary;
    [[nodiscard]] std::uint64_t found(adapters::Found what) const { return summary.findings[what]; }
    [[nodiscard]] std::vector<std::string> described_all() const;
};

[[nodiscard]] Made make(const adapters::DatasetOptions& options,
                        const std::filesystem::path& folder);
/// The message of the InputError that it ends with; empty when it does not.
[[nodiscard]] std::string refusal(const adapters::DatasetOptions& options,
                                  const std::filesystem::path& folder);

}  // namespace truegap::test
