#include <catch2/catch.hpp>
#include <cmath>

#include "tests/cli/refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// Users of a small world, as real data: everybody, by age, by age and gender; without and with histories
// of their own.
Json world() {
    Json scenario = with(small_scenario(), "/worlds", 1);
    scenario["contexts"] = Json::parse(R"({"proxies": [[], ["age"], ["age", "gender"]],
        "history_lengths": [0, 3], "histories": "individual"})");
    scenario["design"] = {{"users_per_group", {40}}};
    scenario["predictors"] = Json::parse(R"([{"kind": "bayes"}])");
    return scenario;
}

struct Drawn {
    TemporaryFolder folder;
    Drawn() {
        write_file(folder / "world.json", world().dump());
        REQUIRE(run({"draw", "world.json", "--out", "data"}, folder.path()).code == 0);
    }
    [[nodiscard]] Finished fit(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"fit", "data/targets.jsonl", "--classes", "1,2"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, folder.path());
    }
};

std::vector<Json> lines(const std::string& text) {
    std::vector<Json> result;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = text.find('\n', from);
        result.push_back(Json::parse(text.substr(from, to - from)));
        from = to + 1;
    }
    return result;
}

const std::string plain_targets =
    R"({"context_id":"f","group":{"gender":"F"},"candidates":["a","b","c"],"counts":[12,5,3]}
{"context_id":"m","group":{"gender":"M"},"candidates":["c","b","a"],"counts":[9,4,4]}
)";

}  // namespace

TEST_CASE("fit: a twin that scenarios read as a population", "[cli][fit]") {
    const Drawn drawn;
    const Finished finished = drawn.fit({"--out", "twin.json"});
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.out.find("held-out") != std::string::npos);
    const std::string text = read_file(drawn.folder / "twin.json");
    const Json twin = Json::parse(text);
    // The finest groups: 4 of 40 users; and those listed with histories.
    CHECK(twin["fitted"]["events"] == 320);
    CHECK(twin["fitted"]["sequences"] == 160);
    CHECK(twin["fitted"]["items"].size() == 12);
    CHECK(twin["fitted"]["share"] == 1.0);
    CHECK(twin["fitted"]["sha256"].get<std::string>().size() == 64);
    CHECK(twin["fitted"]["held_out"].size() == 2);
    CHECK(twin["attributes"].size() == 2);
    CHECK(twin["exact"] == true);

    Json study = world();
    study["population"] = "twin.json";
    study["contexts"]["histories"] = "shared";
    write_file(drawn.folder / "study.json", study.dump());
    const Finished truth = run({"truth", "study.json"}, drawn.folder.path());
    INFO(truth.err);
    CHECK(truth.code == 0);

    // The same bytes for any number of threads, and over an earlier twin, but over nothing else.
    CHECK(drawn.fit({"--out", "twin.json", "--threads", "3", "--quiet"}).code == 0);
    CHECK(read_file(drawn.folder / "twin.json") == text);
    check_refused(drawn.fit({"--out", "world.json"}), "", {"world.json"});
    // Without attributes there is one group.
    const std::string everybody = read_file(drawn.folder / "data/targets.jsonl");
    write_file(drawn.folder / "all.jsonl", everybody.substr(0, everybody.find('\n') + 1));
    REQUIRE(run({"fit", "all.jsonl", "--out", "all.json"}, drawn.folder.path()).code == 0);
    CHECK(Json::parse(read_file(drawn.folder / "all.json"))["attributes"].empty());
}

TEST_CASE("fit: every attribute that some proxy has is fitted", "[cli][fit]") {
    const TemporaryFolder folder;
    write_file(
        folder / "t.jsonl",
        plain_targets +
            R"({"context_id":"y","group":{"age":"young"},"candidates":["a","b","c"],"counts":[9,4,4]}
{"context_id":"all","candidates":["a","b","c"],"counts":[16,9,12]}
)");
    const Finished finished = run({"fit", "t.jsonl"}, folder.path());
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    const Json twin = Json::parse(read_file(folder / "twin.json"));
    CHECK(twin["fitted"]["events"] == 54);
    CHECK(twin["attributes"].size() == 2);
}

TEST_CASE("fit: users held back to be judged", "[cli][fit]") {
    const Drawn drawn;
    const Finished finished =
        drawn.fit({"--share", "0.5", "--judged", "rest.jsonl", "--out", "half.json"});
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    const Json twin = Json::parse(read_file(drawn.folder / "half.json"));
    CHECK(twin["fitted"]["share"] == 0.5);
    const auto all = lines(read_file(drawn.folder / "data/targets.jsonl"));
    const auto judged = lines(read_file(drawn.folder / "rest.jsonl"));
    CHECK(judged.size() == all.size());
    std::size_t fitted = 0;
    for (std::size_t t = 0; t < all.size(); ++t) {
        CHECK(judged[t]["context_id"] == all[t]["context_id"]);
        int whole = 0;
        int part = 0;
        for (std::size_t k = 0; k < all[t]["counts"].size(); ++k) {
            CHECK(judged[t]["counts"][k] <= all[t]["counts"][k]);
            whole += all[t]["counts"][k].get<int>();
            part += judged[t]["counts"][k].get<int>();
        }
        CHECK(part > 0);
        CHECK(part < whole);
        if (judged[t].contains("users")) CHECK(judged[t]["users"].size() == std::size_t(part));
        if (all[t]["group"].size() == 2) fitted += static_cast<std::size_t>(whole - part);
    }
    CHECK(twin["fitted"]["events"] == fitted);
}

TEST_CASE("fit: coarser contexts of the users held back are sums where they were", "[cli][fit]") {
    const TemporaryFolder folder;
    write_file(folder / "t.jsonl",
               R"({"context_id":"all","candidates":["a","b","c"],"counts":[16,9,12]}
)" + plain_targets);
    REQUIRE(
        run({"fit", "t.jsonl", "--share", "0.6", "--judged", "rest.jsonl"}, folder.path()).code ==
        0);
    const auto judged = lines(read_file(folder / "rest.jsonl"));
    REQUIRE(judged.size() == 3);
    for (std::size_t k = 0; k < 3; ++k)
        CHECK(judged[0]["counts"][k].get<int>() ==
              judged[1]["counts"][k].get<int>() + judged[2]["counts"][2 - k].get<int>());
}

TEST_CASE("fit: bad input and usage are one line", "[cli][fit]") {
    const TemporaryFolder folder;
    write_file(folder / "t.jsonl", plain_targets);
    write_file(folder / "few.jsonl",
               R"({"context_id":"f","candidates":["a","b"],"counts":[2,1]})"
               "\n");
    write_file(folder / "shared.jsonl",
               R"({"context_id":"f","candidates":["a","b"],"history":["a"],"counts":[20,10]})"
               "\n");
    write_file(folder / "listed.jsonl",
               R"({"context_id":"f","candidates":["a","b"],"counts":[0,30],)"
               R"("users":[{"user":"1","history":["a"],"choice":"a"}]})"
               "\n");
    const auto refused = [&](const std::vector<std::string>& arguments,
                             const std::string& lead,
                             const std::vector<std::string>& says) {
        std::vector<std::string> all{"fit"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        check_refused(run(all, folder.path()), lead, says);
        CHECK_FALSE(std::filesystem::exists(folder / "twin.json"));
    };
    refused({"few.jsonl"}, "few.jsonl: ", {"3 choices", "20"});
    refused({"shared.jsonl"}, "shared.jsonl: ", {"share a history"});
    refused({"listed.jsonl", "--share", "0.5", "--judged", "rest.jsonl"},
            "listed.jsonl: context \"f\": ",
            {"lists 1 users", "counts 0"});
    refused({"nothing.jsonl"}, "", {"nothing.jsonl"});
    refused({"t.jsonl", "--share", "0.5"}, "", {"--judged"});
    refused({"t.jsonl", "--judged", "rest.jsonl"}, "", {"--share"});
    refused({"t.jsonl", "--share", "1", "--judged", "rest.jsonl"}, "", {"--share"});
    refused({"t.jsonl", "--classes", "0"}, "", {"--classes"});
    refused({"t.jsonl", "--classes", "65"}, "", {"--classes", "64"});
    refused({"t.jsonl", "--classes", "2", "--most-classes", "3"}, "", {"--most-classes"});
    refused({"t.jsonl", "--starts", "0"}, "", {"--starts"});
    CHECK_FALSE(std::filesystem::exists(folder / "rest.jsonl"));
}
