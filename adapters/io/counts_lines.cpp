#include "adapters/io/counts_lines.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ostream>

#include "sim/parallel.hpp"
#include "sim/study.hpp"
#include "adapters/io/counts_csv.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/pooled_answers.hpp"

namespace truegap::adapters {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The first line of a text, with its end.
std::string_view first_line(std::string_view text) {
    const auto end = text.find('\n');
    return text.substr(0, end == std::string_view::npos ? end : end + 1);
}

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    return line;
}

std::uint64_t line_ends(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// Reads a line in the file's format, which its first line tells.
class CountsReader {
  public:
    explicit CountsReader(const EstimateInput& input) : input_(input) {}

    // The first line that is not blank. Returns whether it is a header.
    bool begin(std::string_view line, std::size_t number) {
        format_ = input_.format == CountsFormat::automatic ? guess(line) : input_.format;
        if (format_ != CountsFormat::csv) return false;
        if (!input_.header && !CountsColumns::is_header(line, input_.file, number)) return false;
        columns_ = CountsColumns::from_header(line, input_.file, number);
        return true;
    }

    void read(std::string_view text, std::size_t number, CountsLine& line) const {
        if (format_ == CountsFormat::csv) {
            if (!columns_.read_plain(text, line)) line = columns_.read(text, input_.file, number);
        } else {
            if (!read_plain_json_counts(text, line))
                line = read_json_counts(text, input_.file, number);
        }
    }

  private:
    [[nodiscard]] CountsFormat guess(std::string_view line) const {
        const char first = line[line.find_first_not_of(" \t\r")];
        if (first == '[' || first == '{') return CountsFormat::json_lines;
        const std::string kind = std::filesystem::path(input_.file).extension().string();
        return kind == ".jsonl" || kind == ".ndjson" || kind == ".json" ? CountsFormat::json_lines
                                                                        : CountsFormat::csv;
    }

    const EstimateInput& input_;
    CountsFormat format_ = CountsFormat::automatic;
    CountsColumns columns_;
};

// Some lines of the input that one thread answers, and what came of them.
struct Piece {
    std::string_view lines;
    std::size_t first = 0;  // the number of its first line
    std::string text;       // the answers
    std::uint64_t good = 0;
    std::uint64_t bad = 0;
    std::vector<std::string> complaints;  // of the first bad lines
    std::vector<KeptLine> kept;           // when all lines are answered together
};

class Pipeline {
  public:
    Pipeline(ByteSource& in,
             const EstimateInput& input,
             const EstimateOptions& options,
             std::ostream& out)
        : lines_(in),
          input_(input),
          options_(options),
          out_(out),
          reader_(input),
          text_(options),
          together_(needs_all_lines(options)) {}

    EstimateSummary run() {
        try {
            while (out_) {
                std::string_view wave = lines_.next(wave_bytes_);
                if (wave.empty()) break;
                const std::size_t bytes = wave.size();
                if (!begun_) wave = begin(wave);
                const auto start = std::chrono::steady_clock::now();
                const std::size_t pieces = split(wave);
                sim::for_each_index(
                    input_.threads, pieces, [&](std::size_t i) { work(pieces_[i]); });
                write(pieces);
                size_next_wave(bytes, std::chrono::steady_clock::now() - start);
                report(bytes);
            }
            if (together_) answer_together();
        } catch (const sim::Interrupted&) {
            summary_.interrupted = true;
        }
        return summary_;
    }

  private:
    // Large enough that starting the threads costs nothing, small enough for the caches.
    static constexpr std::size_t most_bytes_a_thread = std::size_t{1} << 18U;
    static constexpr std::size_t most_wave_bytes = std::size_t{1} << 24U;
    static constexpr std::size_t least_wave_bytes = 512;
    static constexpr std::size_t pieces_a_thread = 4;  // so that threads end together

    // Takes what stands before the first data line off the first wave.
    std::string_view begin(std::string_view wave) {
        if (next_line_ == 1 && wave.starts_with(byte_order_mark))
            wave.remove_prefix(byte_order_mark.size());
        while (!wave.empty() && !begun_) {
            const std::string_view line = first_line(wave);
            begun_ = !is_blank(without_line_end(line));
            if (begun_ && !reader_.begin(without_line_end(line), next_line_)) break;
            wave.remove_prefix(line.size());
            ++next_line_;
        }
        return wave;
    }

    // Returns how many pieces; each holds whole lines.
    std::size_t split(std::string_view wave) {
        const std::size_t most = pieces_a_thread * input_.threads;
        const std::size_t share = wave.size() / most + 1;
        std::size_t count = 0;
        for (; !wave.empty(); ++count) {
            if (count == pieces_.size()) pieces_.emplace_back();
            Piece& piece = pieces_[count];
            const auto end = wave.size() > share ? wave.find('\n', share - 1) : wave.npos;
            piece.lines = wave.substr(0, end == wave.npos ? end : end + 1);
            piece.first = next_line_;
            next_line_ += line_ends(piece.lines);
            wave.remove_prefix(piece.lines.size());
        }
        return count;
    }

    void work(Piece& piece) const {
        piece.text.clear();
        piece.complaints.clear();
        piece.kept.clear();
        piece.good = piece.bad = 0;
        CountsLine line;
        std::size_t number = piece.first;
        for (std::string_view rest = piece.lines; !rest.empty(); ++number) {
            if (input_.stop != nullptr && *input_.stop) throw sim::Interrupted();
            const std::string_view text = first_line(rest);
            rest.remove_prefix(text.size());
            if (is_blank(without_line_end(text))) continue;
            try {
                reader_.read(without_line_end(text), number, line);
            } catch (const InputError& error) {
                ++piece.bad;
                if (piece.complaints.size() < most_complaints)
                    piece.complaints.emplace_back(error.what());
                if (!input_.keep_going) return;
                continue;
            }
            ++piece.good;
            if (together_) {
                piece.kept.push_back({line, number});
                continue;
            }
            append(line, number, answer(line, number, options_, input_.stop), piece.text);
        }
    }

    // Lines passed over shift the others: then each says which it is.
    void append(const CountsLine& line,
                std::uint64_t number,
                const std::vector<EstimateAnswer>& answers,
                std::string& text) const {
        text_.append(line,
                     input_.keep_going ? std::optional<std::uint64_t>(number) : std::nullopt,
                     answers,
                     text);
    }

    // All lines are read: the estimators that pool see them as one table.
    void answer_together() {
        const auto pooled = pooled_answers(kept_, options_, input_.file);
        constexpr std::size_t at_a_time = 1024;
        std::vector<std::string> texts(at_a_time);
        for (std::size_t first = 0; first < kept_.size() && out_; first += at_a_time) {
            const std::size_t count = std::min(at_a_time, kept_.size() - first);
            sim::for_each_index(input_.threads, count, [&](std::size_t i) {
                if (input_.stop != nullptr && *input_.stop) throw sim::Interrupted();
                const auto& [line, number] = kept_[first + i];
                auto answers = answer(line, number, options_, input_.stop);
                for (std::size_t e = 0; e < answers.size(); ++e)
                    if (!pooled[e].empty()) answers[e] = pooled[e][first + i];
                texts[i].clear();
                append(line, number, answers, texts[i]);
            });
            for (std::size_t i = 0; i < count; ++i) {
                out_ << texts[i];
                ++summary_.written;
            }
            out_.flush();
        }
    }

    void write(std::size_t pieces) {
        for (std::size_t i = 0; i < pieces && out_; ++i) {
            const Piece& piece = pieces_[i];
            out_.write(piece.text.data(), static_cast<std::streamsize>(piece.text.size()));
            summary_.lines += piece.good + piece.bad;
            if (!together_) summary_.written += piece.good;
            kept_.insert(kept_.end(), piece.kept.begin(), piece.kept.end());
            if (piece.bad > 0 && !input_.keep_going) {
                out_.flush();
                throw InputError(piece.complaints.front() + " " + written_before());
            }
            for (const std::string& complaint : piece.complaints)
                if (complaints_++ < most_complaints) input_.complain(complaint);
            summary_.skipped += piece.bad;
        }
        out_.flush();
    }

    [[nodiscard]] std::string written_before() const {
        return "(" + std::to_string(summary_.written) +
               (summary_.written == 1 ? " line" : " lines") + " written before it)";
    }

    // Waves that take a fraction of a second: lines of slow estimators come out as they are done.
    void size_next_wave(std::size_t bytes, std::chrono::steady_clock::duration took) {
        constexpr std::chrono::milliseconds short_wave{20};
        constexpr std::chrono::milliseconds long_wave{200};
        const std::size_t most = std::min(most_bytes_a_thread * input_.threads, most_wave_bytes);
        if (took < short_wave && bytes >= wave_bytes_ / 2)
            wave_bytes_ = std::min(2 * wave_bytes_, most);
        if (took > long_wave) wave_bytes_ = std::max(wave_bytes_ / 2, least_wave_bytes);
    }

    void report(std::size_t bytes) const {
        if (input_.progress == nullptr) return;
        input_.progress->bytes += bytes;
        input_.progress->lines = summary_.lines;
    }

    LineSource lines_;
    const EstimateInput& input_;
    const EstimateOptions& options_;
    std::ostream& out_;
    CountsReader reader_;
    EstimateText text_;
    bool together_;  // whether an estimator needs all lines at once
    std::vector<KeptLine> kept_;
    std::vector<Piece> pieces_;
    std::size_t wave_bytes_ = least_wave_bytes;
    std::size_t next_line_ = 1;
    bool begun_ = false;
    std::uint64_t complaints_ = 0;
    EstimateSummary summary_;
};

}  // namespace

EstimateSummary estimate_lines(ByteSource& in,
                               const EstimateInput& input,
                               const EstimateOptions& options,
                               std::ostream& out) {
    return Pipeline(in, input, options, out).run();
}

}  // namespace truegap::adapters
