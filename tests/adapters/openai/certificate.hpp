#pragma once

#include <filesystem>

namespace truegap::test {

/// Writes a certificate for 127.0.0.1 that no authority has signed, and its key, as PEM.
void write_own_certificate(const std::filesystem::path& certificate,
                           const std::filesystem::path& key);

}  // namespace truegap::test
