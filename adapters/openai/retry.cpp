#include "adapters/openai/retry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <curl/curl.h>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/stream.hpp"

namespace truegap::adapters {

namespace {

using Trouble = HttpReply::Trouble;

constexpr double longest_retry_after = 86400.0;

// Money or quota that is spent comes back by no waiting of minutes.
bool quota_is_spent(const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object() || !json.contains("error")) return false;
    const auto& error = json["error"];
    if (!error.is_object()) return false;
    return std::any_of(error.begin(), error.end(), [](const auto& value) {
        return value.is_string() && value == "insufficient_quota";
    });
}

bool status_may_change(long status) {
    return status == 408 || status == 409 || status == 425 || status == 429 ||
           (status >= 500 && status <= 599);
}

double uniform(sim::Stream& stream) {
    return static_cast<double>(stream() >> 11U) * 0x1p-53;
}

bool is_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte >= 0x80U || c == '_' || c == '-' || c == '.';
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string without_particulars(std::string_view text) {
    std::string same;
    same.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (is_space(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && is_word(text[end])) ++end;
        if (end == i) ++end;
        const std::string_view word = text.substr(i, end - i);
        const bool changes = word.find_first_of("0123456789") != std::string_view::npos;
        same += changes ? std::string_view("#") : word;
        i = end;
    }
    return same;
}

}  // namespace

Outcome outcome_of(const HttpReply& reply,
                   bool been_reached,
                   const std::function<bool(const HttpReply&)>& readable) {
    switch (reply.trouble) {
        case Trouble::none:
            break;
        case Trouble::timed_out:
        case Trouble::dropped:
            return Outcome::again;
        case Trouble::unreachable:
            return been_reached ? Outcome::again : Outcome::never;
        case Trouble::too_large:
            return Outcome::never;
    }
    if (reply.status == 200)
        return !readable || readable(reply) ? Outcome::answered : Outcome::again;
    if (!status_may_change(reply.status)) return Outcome::never;
    if (reply.retry_after.value_or(0.0) > longest_retry_after) return Outcome::never;
    if (reply.status == 429 && quota_is_spent(reply.body)) return Outcome::never;
    return Outcome::again;
}

double pause_after(const BackOff& back_off,
                   std::uint64_t ticket,
                   std::uint32_t attempt,
                   std::optional<double> retry_after) {
    sim::Stream draws = sim::stream({.seed = back_off.seed,
                                     .purpose = sim::Purpose::retry_jitter,
                                     .cell = ticket,
                                     .n = attempt});
    constexpr int most_doublings = 1000;  // beyond it a double overflows
    const int doublings =
        static_cast<int>(std::min<std::uint32_t>(attempt == 0 ? 0U : attempt - 1U, most_doublings));
    const double ceiling = std::min(back_off.longest, std::ldexp(back_off.first, doublings));
    const double pause = uniform(draws) * ceiling;
    const double spread = uniform(draws) * back_off.first;
    return retry_after ? std::max(pause, *retry_after + spread) : pause;
}

std::optional<double> retry_after_seconds(std::string_view header,
                                          const std::string& date,
                                          std::time_t now) {
    while (!header.empty() && is_space(header.front())) header.remove_prefix(1);
    while (!header.empty() && is_space(header.back())) header.remove_suffix(1);
    if (header.empty()) return std::nullopt;
    double seconds = 0.0;
    const char* end = header.data() + header.size();
    const bool number = header.front() >= '0' && header.front() <= '9';  // not `inf`, not `nan`
    const auto [stop, error] =
        std::from_chars(header.data(), end, seconds, std::chars_format::fixed);
    if (number && stop == end) {
        if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
        return seconds;
    }
    const std::time_t at = curl_getdate(std::string(header).c_str(), nullptr);
    if (at == -1) return std::nullopt;
    const std::time_t sent = date.empty() ? -1 : curl_getdate(date.c_str(), nullptr);
    return std::max(0.0, std::difftime(at, sent == -1 ? now : sent));
}

std::string failure_signature(const HttpReply& reply) {
    constexpr std::size_t most = 400;
    const std::string what = reply.trouble == Trouble::none
                                 ? "status " + std::to_string(reply.status)
                                 : "trouble " + std::to_string(static_cast<int>(reply.trouble));
    const std::string& text = reply.trouble == Trouble::none ? reply.body : reply.detail;
    return what + ": " + without_particulars(std::string_view(text).substr(0, most));
}

}  // namespace truegap::adapters
