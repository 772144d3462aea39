#pragma once

#include <filesystem>
#include <fstream>

#include "adapters/io/digest.hpp"
#include "adapters/io/table_text.hpp"

namespace truegap::adapters {

/// A file that says so when it could not be written whole.
class OutputFile {
  public:
    /// Throws SystemError where it cannot be made.
    explicit OutputFile(std::filesystem::path path);
    std::ostream& stream() { return out_; }
    /// Throws SystemError when not all of it was written.
    void close();

  private:
    [[noreturn]] void fail() const;
    std::filesystem::path path_;
    std::ofstream out_;
};

/// Writes a table as CSV and adds its text to the digest. parts: at least one.
template <class Row>
void write_csv(const TableParts<Row>& parts, const std::filesystem::path& path, Digest& digest) {
    OutputFile file(path);
    const auto write_line = [&](const std::string& line) {
        file.stream() << line;
        digest.add(line);
    };
    write_line(csv_header(parts.front().columns));
    for (const TablePart<Row>& part : parts)
        for (const Row& row : part.rows) write_line(csv_line(row, part.columns));
    file.close();
}

}  // namespace truegap::adapters
