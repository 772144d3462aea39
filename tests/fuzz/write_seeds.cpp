#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "tests/adapters/prompt/styles.hpp"

/// write_seeds FOLDER: one file for each style of the tests, from which fuzzing starts.
int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: write_seeds FOLDER\n", stderr);
        return 2;
    }
    const std::vector<std::string> casts{"en", "films", "hi", "zh", "ar"};
    std::size_t number = 0;
    for (const auto& style : truegap::test::styles()) {
        const auto cast = std::find(casts.begin(), casts.end(), style.cast) - casts.begin();
        std::ofstream out(std::string(arguments[1]) + "/style" + std::to_string(number++),
                          std::ios::binary);
        out << static_cast<char>(cast) << style.text;
        if (!out) return 1;
    }
    return 0;
}
