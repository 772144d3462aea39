#include "adapters/openai/probe.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/study.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/openai/asking.hpp"
#include "adapters/openai/reply.hpp"
#include "adapters/openai/request.hpp"
#include "adapters/openai/sender.hpp"

namespace truegap::adapters {

namespace {

constexpr int few_tokens = 16;  // the least that every server allows
constexpr std::uint32_t most_tries = 20;

class Probe {
  public:
    Probe(const OpenaiSettings& settings, const std::string& key, const std::atomic<bool>& stop)
        : settings_(settings), key_(key), stop_(stop) {}

    // What the server answers, or its own words where it refuses the request as such.
    struct Outcome {
        std::optional<Reply> reply;
        std::string refusal;
    };

    Outcome send(const Json& body, std::uint32_t asked = 1) {
        std::string defect;
        const std::uint32_t tries = std::max(settings_.limits.attempts, most_tries);
        for (std::uint32_t i = 0; i < tries; ++i) {
            const HttpReply reply = send_once(body.dump());
            const bool refused = reply.trouble == HttpReply::Trouble::none &&
                                 (reply.status == 400 || reply.status == 404 ||
                                  reply.status == 422 || reply.status == 501);
            if (refused && !(reply.status == 404 && !answered_))
                return {.reply = {}, .refusal = redacted(error_message(reply.body), key_)};
            if (reply.trouble != HttpReply::Trouble::none || reply.status != 200)
                give_up(in_words(reply, key_));
            ReadReply read = read_reply(redacted(reply.body, key_), asked);
            if (read.reply) {
                answered_ = true;
                return {.reply = std::move(read.reply), .refusal = {}};
            }
            // A server that knows no `n` answers once.
            if (read.defect.starts_with("fewer")) return {.reply = {}, .refusal = read.defect};
            defect = read.defect;
        }
        give_up({.kind = "status 200 without an answer", .detail = redacted(defect, key_)});
    }

    // The smallest request, with everything that each request has.
    [[nodiscard]] Json body(const std::string& text, const Capabilities& capabilities) const {
        const Sampling& sampling = settings_.sampling;
        Json body = {{"model", settings_.model},
                     {"messages", Json::array({Json{{"role", "user"}, {"content", text}}})}};
        if (sampling.temperature) body["temperature"] = *sampling.temperature;
        if (sampling.top_p) body["top_p"] = *sampling.top_p;
        body[capabilities.completion_tokens.value_or(false) ? "max_completion_tokens"
                                                            : "max_tokens"] = few_tokens;
        if (sampling.seed && capabilities.seed.value_or(true)) body["seed"] = *sampling.seed;
        body["n"] = 1;
        body["stream"] = false;
        return body;
    }

    [[noreturn]] void refuse(const std::string& what) const {
        throw InputError(settings_.place + ": " + what);
    }

  private:
    HttpReply send_once(std::string body) {
        std::optional<SendJob> job = SendJob{
            .ticket = 0,
            .request = {.url = request_url(settings_), .bearer = key_, .body = std::move(body)},
            .tokens = few_tokens};
        HttpReply reply;
        SendProgress progress;
        const SendEnd end = send_all([&] { return std::exchange(job, std::nullopt); },
                                     [&](std::span<const Delivered> some) {
                                         for (const Delivered& one : some) reply = one.reply;
                                         return std::uint64_t{0};
                                     },
                                     settings_.limits,
                                     progress,
                                     stop_);
        if (end == SendEnd::interrupted) throw sim::Interrupted();
        return reply;
    }

    [[noreturn]] void give_up(const FailureWords& words) const {
        throw SystemError(settings_.place + ": " + request_url(settings_) +
                          " does not answer a small test request: " + words.kind +
                          (words.detail.empty() ? "" : ": " + words.detail));
    }

    const OpenaiSettings& settings_;
    const std::string& key_;
    const std::atomic<bool>& stop_;
    bool answered_ = false;
};

bool mentions(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

// The names of the token limit, and whether a seed is taken: the first of these that is not refused. The
// server's own words say which to leave, as far as they can be read.
void probe_base(Probe& probe, Capabilities& found) {
    constexpr int most_changes = 4;
    Capabilities tried = found;
    std::string first;
    bool changed_limit = found.completion_tokens.has_value();
    bool changed_seed = found.seed.has_value();
    for (int change = 0; change < most_changes; ++change) {
        const Probe::Outcome outcome = probe.send(probe.body("Say A.", tried));
        if (outcome.reply) {
            found.completion_tokens = tried.completion_tokens.value_or(false);
            found.seed = tried.seed.value_or(true);
            return;
        }
        if (first.empty()) first = outcome.refusal;
        if (mentions(outcome.refusal, "temperature") || mentions(outcome.refusal, "top_p")) break;
        if (!changed_limit &&
            (mentions(outcome.refusal, "max_tokens") ||
             mentions(outcome.refusal, "max_completion_tokens") || changed_seed)) {
            changed_limit = true;
            tried.completion_tokens = true;
        } else if (!changed_seed) {
            changed_seed = true;
            tried.seed = false;
        } else {
            break;
        }
    }
    probe.refuse("the server refuses a small test request: " + first +
                 " (allowed: a model it has, and a \"sampling\" it takes; \"temperature\": null, "
                 "\"top_p\": null or \"seed\": null is not sent)");
}

bool probe_schema(Probe& probe, const Capabilities& found) {
    constexpr int tokens = 64;
    Json body = probe.body("Which letter comes first, A or B? Answer in words.", found);
    body[found.completion_tokens.value_or(false) ? "max_completion_tokens" : "max_tokens"] = tokens;
    body["response_format"] = {{"type", "json_schema"},
                               {"json_schema",
                                {{"name", "letter"},
                                 {"strict", true},
                                 {"schema",
                                  {{"type", "object"},
                                   {"properties", {{"letter", {{"type", "string"}}}}},
                                   {"required", Json::array({"letter"})},
                                   {"additionalProperties", false}}}}}};
    const Probe::Outcome outcome = probe.send(body);
    if (!outcome.reply) return false;
    // A server may take the parameter and not know it. A model that thinks first may say nothing yet.
    const std::string& content = outcome.reply->choices.front().content;
    const auto place = content.find_first_not_of(" \t\r\n");
    return place == std::string::npos || content[place] == '{';
}

std::uint32_t probe_logprobs(Probe& probe, const Capabilities& found) {
    constexpr std::array<std::uint32_t, 4> numbers{20, 10, 5, 1};
    for (const std::uint32_t number : numbers) {
        Json body = probe.body("Say A.", found);
        body["logprobs"] = true;
        body["top_logprobs"] = number;
        const Probe::Outcome outcome = probe.send(body);
        if (!outcome.reply) continue;
        return outcome.reply->choices.front().first_token.empty() ? 0 : number;
    }
    return 0;
}

bool probe_several(Probe& probe, const Capabilities& found) {
    Json body = probe.body("Say A.", found);
    body["n"] = 2;
    return probe.send(body, 2).reply.has_value();
}

// The first token of an answer that is this label, as the server tells it.
std::string first_token_of(Probe& probe, const Capabilities& found, const std::string& label) {
    Json body = probe.body("Answer with these two letters and nothing else: " + label, found);
    body["logprobs"] = true;
    body["top_logprobs"] = 1;
    const Probe::Outcome outcome = probe.send(body);
    if (!outcome.reply || outcome.reply->choices.front().first_token.empty()) return {};
    std::string token = outcome.reply->choices.front().first_token.front().token;
    token.erase(0, token.find_first_not_of(' '));
    return label.starts_with(token) ? token : std::string{};
}

// Two labels with one first letter: rare pairs, that a tokenizer splits first.
bool probe_two_letters(Probe& probe, const Capabilities& found) {
    const std::string one = first_token_of(probe, found, "AQ");
    const std::string other = first_token_of(probe, found, "AX");
    return !one.empty() && !other.empty() && one != other;
}

}  // namespace

bool all_known(const Capabilities& capabilities, bool two_letters) {
    return capabilities.completion_tokens && capabilities.seed && capabilities.schema &&
           capabilities.logprobs && capabilities.several &&
           (!two_letters || capabilities.two_letters);
}

Capabilities probe(const OpenaiSettings& settings,
                   const Capabilities& known,
                   bool two_letters,
                   const std::string& key,
                   const std::atomic<bool>& stop) {
    Capabilities found = known;
    if (all_known(found, two_letters)) return found;
    Probe asking(settings, key, stop);
    if (!found.completion_tokens || !found.seed) probe_base(asking, found);
    if (!found.schema) found.schema = probe_schema(asking, found);
    if (!found.logprobs) found.logprobs = probe_logprobs(asking, found);
    if (!found.several) found.several = probe_several(asking, found);
    if (two_letters && !found.two_letters)
        found.two_letters = *found.logprobs > 0 && probe_two_letters(asking, found);
    return found;
}

void refuse_unable(const OpenaiSettings& settings,
                   const Capabilities& capabilities,
                   std::size_t candidates) {
    const auto refuse = [&](const std::string& what) {
        throw InputError(settings.place + "/answer: " + what);
    };
    if (settings.answer.per_request > 1 && !capabilities.several.value_or(true))
        refuse("asks for " + std::to_string(settings.answer.per_request) +
               " answers a request, and the server gives one (allowed: \"per_request\": 1)");
    if (settings.answer.form != AnswerForm::logprobs) return;
    if (capabilities.logprobs == 0U)
        refuse(
            "is \"logprobs\", and the server tells none (allowed: \"ranking\", \"choice\" or "
            "\"percentages\")");
    if (candidates > one_letter_labels && !capabilities.two_letters.value_or(true))
        refuse("is \"logprobs\" over " + std::to_string(candidates) +
               " candidates, whose labels have two letters, and the model writes labels of one "
               "first letter with one first token, or does not show that it does not (allowed: up "
               "to 26 candidates, another form, or \"capabilities\": {\"two_letters\": true})");
}

}  // namespace truegap::adapters
