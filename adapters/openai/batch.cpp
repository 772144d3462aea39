#include "adapters/openai/batch.hpp"

#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/openai/reply.hpp"
#include "adapters/openai/request.hpp"

namespace truegap::adapters {

namespace {

constexpr std::size_t bytes_at_once = 1U << 22U;

class BatchReader {
  public:
    BatchReader(const std::string& file,
                const Asked& asked,
                const RequestPlan& requests,
                Journal& journal,
                const std::string& key)
        : file_(file), asked_(asked), journal_(journal), key_(key) {
        for (const PlannedRequest& request : requests.open)
            requests_.emplace(request.key, &request);
    }

    void read_line(std::string_view line) {
        ++number_;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
        const Json json = parse_json(line, file_, number_);
        const std::string place = file_ + ": line " + std::to_string(number_);
        const JsonNode node(json, place);
        const std::string id = node["custom_id"].text();
        const auto request = requests_.find(id);
        if (request == requests_.end()) {
            if (result_.unknown++ == 0) result_.first_unknown = id;
            return;
        }
        // A request that failed may have been sent again in a later file.
        if (!seen_.insert(id).second) {
            ++result_.repeated;
            return;
        }
        if (journal_.holds(id)) {
            ++result_.known;
            return;
        }
        read_outcome(node, *request->second);
    }

    // Stores what has been read since the last time.
    void store() {
        result_.stored += journal_.store(entries_, failed_);
        entries_.clear();
        failed_.clear();
    }

    [[nodiscard]] BatchRead result() && { return std::move(result_); }

  private:
    void read_outcome(const JsonNode& node, const PlannedRequest& request) {
        const bool has_response = node.has("response") && !node["response"].json().is_null();
        if (!has_response) {
            const bool has_error = node.has("error") && !node["error"].json().is_null();
            if (!has_error) node["response"].fail("is missing, and no \"error\" says why");
            fail("no response", error_message(node.json().dump(-1, ' ', false, lenient)));
            return;
        }
        const JsonNode response = node["response"];
        constexpr std::uint64_t highest_status = 999;
        constexpr std::uint64_t ok = 200;
        const std::uint64_t status = response["status_code"].integer(0, highest_status);
        const Json& body = response["body"].json();
        // A body that is no JSON comes as a string.
        std::string text = redacted(
            body.is_string() ? body.get<std::string>() : body.dump(-1, ' ', false, lenient), key_);
        if (status != ok) {
            fail("status " + std::to_string(status), error_message(text));
            return;
        }
        const ReadReply read =
            read_reply(text, answers_asked(asked_.settings.answer, request.sample));
        if (!read.reply) {
            const FailureWords words = no_answer_words(read.defect, key_);
            fail(words.kind, words.detail);
            return;
        }
        entries_.push_back(journal_entry(asked_, request, *read.reply, std::move(text), 1));
    }

    void fail(const std::string& kind, const std::string& detail) {
        const std::string words = redacted(detail, key_);
        FailureKind& failures = result_.failures[kind];
        if (failures.count++ == 0) failures.first = words;
        failed_.push_back(
            {.predictor = asked_.settings.label, .kind = "batch: " + kind, .detail = words});
    }

    static constexpr auto lenient = Json::error_handler_t::replace;

    const std::string& file_;
    const Asked& asked_;
    Journal& journal_;
    const std::string& key_;
    std::unordered_map<std::string, const PlannedRequest*> requests_;
    std::unordered_set<std::string> seen_;
    std::vector<JournalEntry> entries_;
    std::vector<JournalFailure> failed_;
    BatchRead result_;
    std::size_t number_ = 0;
};

}  // namespace

std::string batch_line(const Asked& asked, const PlannedRequest& request) {
    const WrittenRequest written = write_request(asked, request.question, request.sample);
    return R"({"custom_id":")" + request.key +
           R"(","method":"POST","url":"/v1/chat/completions","body":)" + written.body + "}\n";
}

BatchRead read_batch(ByteSource& source,
                     const std::string& file,
                     const Asked& asked,
                     const RequestPlan& requests,
                     Journal& journal,
                     const std::string& key) {
    BatchReader reader(file, asked, requests, journal, key);
    LineSource lines(source);
    for (std::string_view some = lines.next(bytes_at_once); !some.empty();
         some = lines.next(bytes_at_once)) {
        while (!some.empty()) {
            const std::size_t end = some.find('\n');
            reader.read_line(some.substr(0, end));
            some.remove_prefix(end == std::string_view::npos ? some.size() : end + 1);
        }
        reader.store();
    }
    return std::move(reader).result();
}

}  // namespace truegap::adapters
