#include "tests/adapters/openai/certificate.hpp"

#include <cstdio>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <string>

namespace truegap::test {

namespace {

template <auto release>
struct Free {
    template <class T>
    void operator()(T* thing) const {
        static_cast<void>(release(thing));
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using File = std::unique_ptr<std::FILE, Free<std::fclose>>;

void need(bool done) {
    if (!done) throw std::runtime_error("no certificate for the test server");
}

}  // namespace

void write_own_certificate(const std::filesystem::path& certificate,
                           const std::filesystem::path& key) {
    const Key pair(EVP_EC_gen("P-256"));
    const Certificate own(X509_new());
    need(pair && own);
    need(X509_set_version(own.get(), X509_VERSION_3) == 1);
    need(ASN1_INTEGER_set(X509_get_serialNumber(own.get()), 1) == 1);
    constexpr long day = 86400;
    need(X509_gmtime_adj(X509_getm_notBefore(own.get()), -day) != nullptr);
    need(X509_gmtime_adj(X509_getm_notAfter(own.get()), day) != nullptr);
    need(X509_set_pubkey(own.get(), pair.get()) == 1);
    X509_NAME* name = X509_get_subject_name(own.get());
    const std::string host = "127.0.0.1";
    need(X509_NAME_add_entry_by_txt(name,
                                    "CN",
                                    MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(host.c_str()),
                                    -1,
                                    -1,
                                    0) == 1);
    need(X509_set_issuer_name(own.get(), name) == 1);
    const Extension address(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("IP:" + host).c_str()));
    need(address && X509_add_ext(own.get(), address.get(), -1) == 1);
    need(X509_sign(own.get(), pair.get(), EVP_sha256()) > 0);
    const File certificate_file(std::fopen(certificate.c_str(), "w"));
    const File key_file(std::fopen(key.c_str(), "w"));
    need(certificate_file && PEM_write_X509(certificate_file.get(), own.get()) == 1);
    need(key_file && PEM_write_PrivateKey(
                         key_file.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

}  // namespace truegap::test
