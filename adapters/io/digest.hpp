#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // of libcrypto

namespace truegap::adapters {

/// SHA-256 of text that comes in pieces. Throws SystemError where libcrypto has none.
class Digest {
  public:
    Digest();
    void add(std::string_view text);
    /// The digest as 64 hexadecimal digits; ends it.
    [[nodiscard]] std::string hexadecimal();

  private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

}  // namespace truegap::adapters
