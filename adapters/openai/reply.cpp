#include "adapters/openai/reply.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr std::size_t longest_message = 300;

const Json* member(const Json* value, const std::string& key) {
    if (value == nullptr || !value->is_object()) return nullptr;
    const auto place = value->find(key);
    return place == value->end() ? nullptr : &*place;
}

const Json* first(const Json* value) {
    return value != nullptr && value->is_array() && !value->empty() ? &value->front() : nullptr;
}

std::string text_of(const Json* value) {
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

std::uint64_t count_of(const Json* value) {
    return value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
}

// A string, or a list of parts of which those of text count.
std::string content_of(const Json* value) {
    if (value == nullptr || !value->is_array()) return text_of(value);
    std::string text;
    for (const Json& part : *value) {
        if (part.is_string()) text += part.get<std::string>();
        text += text_of(member(&part, "text"));
    }
    return text;
}

void add_token(std::vector<TokenLogprob>& tokens, const Json* token, const Json* logprob) {
    if (token == nullptr || !token->is_string() || logprob == nullptr || !logprob->is_number())
        return;
    const double value = logprob->get<double>();
    if (!std::isfinite(value)) return;
    std::string text = token->get<std::string>();
    const bool known = std::any_of(
        tokens.begin(), tokens.end(), [&](const TokenLogprob& one) { return one.token == text; });
    // A rounding above 0 is the server's.
    if (!known) tokens.push_back({.token = std::move(text), .logprob = std::min(value, 0.0)});
}

std::vector<TokenLogprob> first_token(const Json* logprobs) {
    std::vector<TokenLogprob> tokens;
    if (const Json* chosen = first(member(logprobs, "content"))) {
        const Json* alternatives = member(chosen, "top_logprobs");
        if (alternatives != nullptr && alternatives->is_array())
            for (const Json& one : *alternatives)
                add_token(tokens, member(&one, "token"), member(&one, "logprob"));
        add_token(tokens, member(chosen, "token"), member(chosen, "logprob"));
        return tokens;
    }
    // As completions without chat have them, and servers that grew from those.
    const Json* alternatives = first(member(logprobs, "top_logprobs"));
    if (alternatives != nullptr && alternatives->is_object())
        for (const auto& [token, logprob] : alternatives->items()) {
            const Json name = token;
            add_token(tokens, &name, &logprob);
        }
    add_token(tokens, first(member(logprobs, "tokens")), first(member(logprobs, "token_logprobs")));
    return tokens;
}

std::string on_one_line(std::string text) {
    std::replace_if(
        text.begin(),
        text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; },
        ' ');
    if (text.size() <= longest_message) return text;
    std::size_t end = longest_message;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

std::string message_of(const Json& json) {
    for (const char* const key : {"error", "message", "detail"}) {
        const Json* found = member(&json, key);
        if (found == nullptr) continue;
        if (found->is_string()) return found->get<std::string>();
        const Json* inner = member(found, "message");
        if (inner != nullptr && inner->is_string()) return inner->get<std::string>();
        if (!found->is_null()) return found->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return {};
}

std::optional<Json> parsed(std::string_view body) {
    try {
        return parse_json(body, "reply");
    } catch (const InputError&) {
        return std::nullopt;
    }
}

ReplyChoice read_choice_of_reply(const Json& choice) {
    const Json* message = member(&choice, "message");
    return {.content = content_of(member(message, "content")),
            .refusal = text_of(member(message, "refusal")),
            .finish = text_of(member(&choice, "finish_reason")),
            .first_token = first_token(member(&choice, "logprobs"))};
}

// Several answers by a server are told apart by their `index`, and may come in any order.
std::uint64_t index_of(const Json& choice) {
    return count_of(member(&choice, "index"));
}

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

metrics::NoAnswer why_none(const ReplyChoice& choice) {
    if (!choice.refusal.empty() || choice.finish == "content_filter")
        return metrics::NoAnswer::refused;
    return is_blank(choice.content) ? metrics::NoAnswer::empty : metrics::NoAnswer::none;
}

// Why there is no answer, where none of several could be read: what most of them are, the first of equals.
metrics::NoAnswer most_frequent(const std::vector<metrics::NoAnswer>& reasons) {
    metrics::NoAnswer best = metrics::NoAnswer::failed;
    std::ptrdiff_t most = 0;
    for (const metrics::NoAnswer reason : reasons) {
        const auto count = std::count(reasons.begin(), reasons.end(), reason);
        if (count <= most) continue;
        most = count;
        best = reason;
    }
    return best;
}

void add(metrics::AnswerFaults& all, const metrics::AnswerFaults& one) {
    all.missing += one.missing;
    all.duplicates += one.duplicates;
    all.unknown += one.unknown;
    all.cut = all.cut || one.cut;
}

metrics::Response read_one(AnswerForm form,
                           const ReplyChoice& choice,
                           const Question& question,
                           const Prompt& prompt) {
    metrics::Response response;
    switch (form) {
        case AnswerForm::ranking:
            response = read_ranking(choice.content, question, prompt);
            break;
        case AnswerForm::percentages:
            response = read_percentages(choice.content, question, prompt);
            break;
        case AnswerForm::logprobs:
            response = read_logprobs(choice.first_token, question, prompt);
            break;
        case AnswerForm::choice:
            response.faults = metrics::AnswerFaults{};
            response.choices = {read_choice(choice.content, question, prompt)};
            if (response.choices.front() == metrics::no_candidate) {
                response.faults->no_answer = why_no_answer(choice.content);
                if (response.faults->no_answer == metrics::NoAnswer::unreadable)
                    response.faults->unknown = 1;
            }
            break;
    }
    if (!response.faults) response.faults = metrics::AnswerFaults{};
    // One label, or one title, is all that is wanted: what follows it may be cut.
    const bool short_answer = form == AnswerForm::logprobs || form == AnswerForm::choice;
    if (choice.finish == "length" && !short_answer) response.faults->cut = true;
    return response;
}

// An answer that says nothing leaves as many places open as were asked for.
metrics::Response silent(AnswerForm form, metrics::NoAnswer why, const Question& question) {
    metrics::Response response = no_response(why);
    if (form == AnswerForm::ranking)
        response.faults->missing = static_cast<std::uint32_t>(question.top);
    if (form == AnswerForm::choice) response.choices = {metrics::no_candidate};
    return response;
}

}  // namespace

metrics::Response no_response(metrics::NoAnswer why) {
    metrics::Response response;
    response.faults = metrics::AnswerFaults{};
    response.faults->no_answer = why;
    return response;
}

ReadReply read_reply(std::string_view body, std::uint32_t asked) {
    const std::optional<Json> json = parsed(body);
    if (!json || !json->is_object()) return {.reply = {}, .defect = "invalid JSON"};
    const Json* choices = member(&*json, "choices");
    if (choices == nullptr || !choices->is_array() || choices->empty()) {
        const std::string message = on_one_line(message_of(*json));
        return {.reply = {}, .defect = message.empty() ? "no choices" : "error: " + message};
    }
    std::vector<const Json*> in_order;
    in_order.reserve(choices->size());
    for (const Json& choice : *choices) {
        // Without a message it is half an answer, whatever the status says.
        if (member(&choice, "message") == nullptr || !member(&choice, "message")->is_object())
            return {.reply = {}, .defect = "no choices"};
        in_order.push_back(&choice);
    }
    if (in_order.size() < asked) return {.reply = {}, .defect = "fewer choices than asked for"};
    std::stable_sort(in_order.begin(), in_order.end(), [](const Json* a, const Json* b) {
        return index_of(*a) < index_of(*b);
    });
    in_order.resize(asked);
    Reply reply;
    for (const Json* choice : in_order) reply.choices.push_back(read_choice_of_reply(*choice));
    reply.model = text_of(member(&*json, "model"));
    reply.fingerprint = text_of(member(&*json, "system_fingerprint"));
    const Json* usage = member(&*json, "usage");
    reply.prompt_tokens = count_of(member(usage, "prompt_tokens"));
    reply.completion_tokens = count_of(member(usage, "completion_tokens"));
    return {.reply = std::move(reply), .defect = {}};
}

std::string error_message(std::string_view body) {
    if (const std::optional<Json> json = parsed(body)) {
        std::string message = message_of(*json);
        if (!message.empty()) return on_one_line(std::move(message));
    }
    return on_one_line(std::string(body));
}

metrics::Response response_of(const AskedAnswer& answer,
                              const std::vector<Reply>& replies,
                              const Question& question,
                              const Prompt& prompt) {
    metrics::Response all;
    metrics::AnswerFaults faults;
    std::vector<metrics::NoAnswer> reasons;
    bool any = false;
    for (const Reply& reply : replies)
        for (const ReplyChoice& choice : reply.choices) {
            const metrics::NoAnswer why = why_none(choice);
            const bool readable =
                why == metrics::NoAnswer::none ||
                // A first token is told even where the text is a space.
                (why == metrics::NoAnswer::empty && answer.form == AnswerForm::logprobs &&
                 !choice.first_token.empty());
            metrics::Response one = readable ? read_one(answer.form, choice, question, prompt)
                                             : silent(answer.form, why, question);
            add(faults, *one.faults);
            const bool said = one.faults->no_answer == metrics::NoAnswer::none;
            if (!said) reasons.push_back(one.faults->no_answer);
            any = any || said;
            all.choices.insert(all.choices.end(), one.choices.begin(), one.choices.end());
            if (!said) continue;
            all.rankings.insert(all.rankings.end(), one.rankings.begin(), one.rankings.end());
            all.percentages = std::move(one.percentages);
            all.logprobs = std::move(one.logprobs);
            all.probabilities = std::move(one.probabilities);
        }
    if (!any) {
        faults.no_answer = most_frequent(reasons);
        all.choices.clear();
    }
    all.faults = faults;
    return all;
}

}  // namespace truegap::adapters
