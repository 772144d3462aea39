#include <catch2/catch.hpp>
#include <map>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

namespace {

Json counted() {
    return with(small_scenario(), "/design", {{"group_sizes", "sizes/groups.csv"}});
}

class Study {
  public:
    explicit Study(const std::string& csv, const Json& scenario = counted()) {
        fs::create_directories(folder_.path() / "in" / "sizes");
        fs::create_directory(folder_ / "work");
        write_file(folder_ / "in/sizes/groups.csv", csv);
        write_file(folder_ / "in/study.json", scenario.dump());
    }
    [[nodiscard]] Finished run(const std::string& command) const {
        return truegap::test::run({command, "../in/study.json"}, folder_ / "work");
    }
    void check_refused(const std::string& lead, const std::vector<std::string>& says) const {
        for (const std::string command : {"validate", "run"}) {
            INFO(command);
            truegap::test::check_refused(run(command), lead, says);
            CHECK(entries_below(folder_ / "work").empty());
        }
    }
    [[nodiscard]] Table cells() const {
        return read_table(read_file(folder_ / "work/truegap-results/small/cells.csv"));
    }

  private:
    TemporaryFolder folder_;
};

void check_csv_refused(const std::string& csv,
                       const std::string& place,
                       const std::vector<std::string>& says) {
    INFO("CSV: " << csv);
    Study(csv).check_refused("sizes/groups.csv: " + place, says);
}

}  // namespace

TEST_CASE("group sizes: a bad table is refused with file and line", "[cli][bad_input]") {
    check_csv_refused("", "", {"no rows"});
    check_csv_refused("age,users\n", "", {"no rows"});
    check_csv_refused("age,users\nyoung,5\nyung,5\n", "line 3: ", {"\"yung\"", "\"young\"", "old"});
    check_csv_refused("ages,users\nyoung,5\n", "line 1: ", {"\"ages\"", "\"age\"", "gender"});
    check_csv_refused("age\nyoung\n", "line 1: ", {"\"users\"", "missing"});
    check_csv_refused("age,users,age\nyoung,5,old\n", "line 1: ", {"\"age\"", "twice"});
    check_csv_refused("users,age,users\n5,young,5\n", "line 1: ", {"\"users\"", "twice"});
    check_csv_refused("age,users\nyoung,-5\n", "line 2: ", {"\"-5\"", "0 to 1000000000"});
    check_csv_refused("age,users\nyoung,2.5\n", "line 2: ", {"\"2.5\""});
    check_csv_refused("age,users\nyoung,\n", "line 2: ", {"\"\""});
    check_csv_refused("age,users\nyoung,many\n", "line 2: ", {"\"many\""});
    check_csv_refused("age,users\nyoung,5000000000\n", "line 2: ", {"\"5000000000\""});
    check_csv_refused("age,users\nyoung,999999999\nold,2\n", "line 3: ", {"sum", "1000000000"});
    check_csv_refused("age,users\nyoung,5\n\nold\n", "line 4: ", {"1 field", "2"});
    check_csv_refused("age,users\nyoung,5,6\n", "line 2: ", {"3 fields", "2"});
    check_csv_refused("age,users\n\"young,5\nold,5\n", "line 2: ", {"quote"});
    check_csv_refused("age,users\n\"young\"x,5\n", "line 2: ", {"quoted"});
    check_csv_refused("age;users\nyoung;5\n", "line 1: ", {"\"age;users\""});
    check_csv_refused("age,users\n\"yo\nung\",5\n", "line 2: ", {"level"});
}

TEST_CASE("group sizes: old Mac line ends are named as what they are", "[cli][bad_input]") {
    check_csv_refused("age,users\ryoung,5\r", "line 1: ", {"line end"});
}

TEST_CASE("group sizes: a missing file is told with the place in the scenario",
          "[cli][bad_input]") {
    Study("", with(counted(), "/design/group_sizes", "nowhere.csv"))
        .check_refused("../in/study.json: /design/group_sizes: ", {"nowhere.csv", "no such file"});
    Study("", with(counted(), "/design/group_sizes", "sizes"))
        .check_refused("../in/study.json: /design/group_sizes: ", {"sizes", "directory"});
}

TEST_CASE("group sizes: a table that does not serve the contexts is refused", "[cli][bad_input]") {
    const std::string place = "../in/study.json: /design/group_sizes: ";
    Study("gender,users\nf,5\n").check_refused(place, {"\"age\""});
    Study("age,users\nyoung,0\nold,0\n").check_refused(place, {"no users"});
    Json listed = explicit_scenario();
    listed["design"] = {{"group_sizes", "sizes/groups.csv"}};
    Study("age,users\nold,5\n", listed)
        .check_refused("../in/study.json: /contexts/list/0/group: ", {"no users"});
    Json generated = with(explicit_scenario(), "/contexts", {{"proxies", {{"age"}}}});
    generated["design"] = {{"group_sizes", "sizes/groups.csv"}};
    for (const std::string row : {"0", "1", "2"})
        generated =
            with(generated, "/population/attributes/0/probabilities/" + row, Json::array({1, 0}));
    Study("age,users\nyoung,3\nold,5\n", generated)
        .check_refused(place, {"probability 0", "age=old"});
}

TEST_CASE("group sizes: rows are summed for a proxy with fewer attributes", "[cli][run]") {
    const std::string header = "\xEF\xBB\xBFgender,users,age\r\n";
    const Study study(header + "f,3,young\r\nm,4,young\r\n\"f\",5,\"old\"\r\nm,0,old\r\nf,1,old",
                      with(counted(), "/contexts/proxies", Json::parse(R"([[], ["age"],
                                                               ["age", "gender"]])")));
    const Finished finished = study.run("run");
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    const Table cells = study.cells();
    std::map<std::string, std::string> users;
    for (std::size_t row = 0; row < cells.rows.size(); ++row) {
        const std::string group = cells.at(row, "group");
        const std::string n = cells.at(row, "users");
        CHECK((users.count(group) == 0 || users[group] == n));
        users[group] = n;
    }
    CHECK(users == std::map<std::string, std::string>{{"", "13"},
                                                      {"age=young", "7"},
                                                      {"age=old", "6"},
                                                      {"age=young;gender=f", "3"},
                                                      {"age=young;gender=m", "4"},
                                                      {"age=old;gender=f", "6"}});
}
