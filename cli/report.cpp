#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/version.hpp"

#include "adapters/io/whole_file.hpp"
#include "adapters/report/report_page.hpp"
#include "adapters/report/result_folder.hpp"

namespace truegap::cli {

namespace {

struct ReportArguments {
    std::vector<std::string> folders;
    std::string out = "report.html", title;
};

void report(const ReportArguments& arguments) {
    adapters::WholeFile file(arguments.out, "report of truegap", [](const std::string& text) {
        return text.starts_with(adapters::report_signature);
    });
    const std::string page = adapters::report_page(arguments.title, arguments.folders, version);
    file.write(page);
    std::cout << "Report in " << arguments.out << " (" << (page.size() + 999) / 1000
              << " kB): open it in a browser; it needs no network\n";
}

}  // namespace

void add_report(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "report", "One page with the charts of a result: opens in a browser, offline");
    const auto arguments = std::make_shared<ReportArguments>();
    command->add_option("DIR", arguments->folders, "Folders of truegap run or truegap score")
        ->required();
    command->add_option("--out", arguments->out, "The page (default: report.html)")
        ->type_name("FILE");
    command->add_option("--title", arguments->title, "Its title (default: the study's name)")
        ->type_name("TEXT");
    command->footer("Example:\n  truegap report my-first-study --out my-first-study.html");
    command->callback([arguments] { report(*arguments); });
}

}  // namespace truegap::cli
