#include "adapters/report/report_page.hpp"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "adapters/io/digest.hpp"
#include "adapters/report/assets.hpp"
#include "adapters/report/result_folder.hpp"

namespace truegap::adapters {

namespace {

std::string in_html(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

// JSON within a <script>: there is a < only within its strings, and without one nothing there can end
// the element or open a comment. Bytes that are no UTF-8 become U+FFFD.
std::string json_in_html(const Json& json) {
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        if (c == '<') {
            result += "\\u003c";
        } else {
            result += c;
        }
    }
    return result;
}

// RFC 4648, as a content security policy writes a hash.
std::string sha256_base64(std::string_view text) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Digest digest;
    digest.add(text);
    const std::string hexadecimal = digest.hexadecimal();
    std::string result;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : hexadecimal) {
        bits = bits << 4U | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
        count += 4;
        if (count >= 6) {
            count -= 6;
            result += alphabet[bits >> count & 63U];
        }
    }
    if (count > 0) result += alphabet[bits << (6 - count) & 63U];
    while (result.size() % 4 != 0) result += '=';
    return result;
}

bool is_document(std::string_view name) {
    return name.find('.') != std::string_view::npos;
}

// Modules are functions that modules.js calls when they are first required.
std::string page_script() {
    std::string script;
    std::string_view last;
    for (const ReportAsset& asset : report_assets()) {
        if (asset.name == "modules.js") script = "\"use strict\";\n" + std::string(asset.text);
        if (is_document(asset.name)) continue;
        script.append("define_module(\"")
            .append(asset.name)
            .append("\", function (exports, require, module) {\n")
            .append(asset.text)
            .append("\n});\n");
        last = asset.name;
    }
    return script.append("require_module(\"").append(last).append("\");\n");
}

std::string_view document(std::string_view name) {
    for (const ReportAsset& asset : report_assets())
        if (asset.name == name) return asset.text;
    return {};
}

// Each {{NAME}} of the text once, and nothing in what is put there.
std::string filled(std::string_view text,
                   const std::map<std::string, std::string, std::less<>>& values) {
    std::string result;
    for (;;) {
        const std::size_t open = text.find("{{");
        const std::size_t close = text.find("}}", open);
        if (close == std::string_view::npos) return result.append(text);
        result.append(text.substr(0, open));
        result.append(values.at(std::string(text.substr(open + 2, close - open - 2))));
        text.remove_prefix(close + 2);
    }
}

// The study's name where a run says it, else the folder's.
std::string name_of(const Json& result) {
    const Json& head = result.at("head");
    if (!head.contains("scenario")) return result.at("folder").get<std::string>();
    return head.at("scenario").value("name", result.at("folder").get<std::string>());
}

}  // namespace

std::string report_page(const std::string& given_title,
                        const std::vector<std::string>& folders,
                        const std::string& version) {
    Json data;
    data["version"] = version;
    data["results"] = Json::array();
    std::string title = given_title;
    for (const std::string& folder : folders) {
        Json result = read_result_folder(folder);
        if (given_title.empty()) title += (title.empty() ? "" : ", ") + name_of(result);
        data["results"].push_back(std::move(result));
    }
    data["title"] = title;
    const std::string script = page_script();
    return filled(
        document("page.html"),
        {{"signature", std::string(report_signature)},
         {"policy",
          "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; "
          "script-src 'sha256-" +
              sha256_base64(script) + "'"},
         {"title", in_html(title)},
         {"style", std::string(document("page.css"))},
         {"licences", in_html(document("licences.txt"))},
         {"data", json_in_html(data)},
         {"script", script}});
}

}  // namespace truegap::adapters
