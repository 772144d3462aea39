#include "adapters/io/csv.hpp"

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class CsvReader {
  public:
    CsvReader(std::string_view text, std::string_view file, std::size_t first_line)
        : text_(text), file_(file), line_(first_line) {
        if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    }

    std::vector<CsvRow> rows() {
        std::vector<CsvRow> result;
        while (at_ < text_.size()) {
            CsvRow row{.line = line_, .fields = {}};
            do row.fields.push_back(field());
            while (take(','));
            end_of_row();
            if (row.fields.size() > 1 || !row.fields.front().empty())
                result.push_back(std::move(row));
        }
        return result;
    }

  private:
    bool take(char expected) {
        if (at_ >= text_.size() || text_[at_] != expected) return false;
        ++at_;
        return true;
    }

    std::string field() {
        if (take('"')) return quoted_field();
        const std::size_t end = text_.find_first_of(",\r\n", at_);
        const std::string_view value =
            text_.substr(at_, end == std::string_view::npos ? end : end - at_);
        at_ += value.size();
        return std::string(value);
    }

    std::string quoted_field() {
        const std::size_t start = line_;
        std::string value;
        for (;;) {
            if (at_ >= text_.size())
                throw InputError(file_,
                                 "line " + std::to_string(start),
                                 "a quoted field is not closed (allowed: RFC 4180)");
            const char c = text_[at_++];
            if (c == '"' && !take('"')) return value;
            if (c == '\n') ++line_;
            value += c;
        }
    }

    void end_of_row() {
        const bool carriage_return = take('\r');
        if (at_ < text_.size() && !take('\n'))
            throw InputError(file_,
                             "line " + std::to_string(line_),
                             carriage_return
                                 ? "a carriage return alone (allowed: LF or CRLF as line end)"
                                 : "text after a quoted field (allowed: a comma or a line end)");
        ++line_;
    }

    std::string_view text_;
    std::string_view file_;
    std::size_t at_ = 0;
    std::size_t line_;
};

}  // namespace

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

std::vector<CsvRow> parse_csv(std::string_view text,
                              std::string_view file,
                              std::size_t first_line) {
    return CsvReader(text, file, first_line).rows();
}

}  // namespace truegap::adapters
