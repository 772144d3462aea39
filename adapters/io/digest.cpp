#include "adapters/io/digest.hpp"

#include <array>
#include <openssl/evp.h>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

Digest::Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
        throw SystemError("SHA-256 is not available");
}

void Digest::add(std::string_view text) {
    EVP_DigestUpdate(context_.get(), text.data(), text.size());
}

std::string Digest::hexadecimal() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (unsigned i = 0; i < size; ++i) {
        result += digits[bytes[i] >> 4U];
        result += digits[bytes[i] & 15U];
    }
    return result;
}

}  // namespace truegap::adapters
