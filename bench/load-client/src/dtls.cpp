#include "dtls.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kMtu = 1200;
// As browsers do: the first answer may be late only because the other side has no fingerprint from us yet. OpenSSL
// gives up after twelve, which must outlast a server that is saturated for seconds.
constexpr unsigned kFirstTimeoutUs = 50'000, kMaxTimeoutUs = 3'200'000;

int bioWrite(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  static_cast<DtlsSession*>(BIO_get_data(bio))->push(data, size);
  return size;
}

int bioRead(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  const int got = static_cast<DtlsSession*>(BIO_get_data(bio))->pull(out, size);
  if (got <= 0) BIO_set_retry_read(bio);
  return got > 0 ? got : -1;
}

// Unknown controls must read as "no": OpenSSL asks here whether kernel TLS is active.
long bioControl(BIO*, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_DGRAM_QUERY_MTU || command == BIO_CTRL_DGRAM_GET_FALLBACK_MTU) return kMtu;
  return 0;
}

BIO_METHOD* bioMethod() {
  static BIO_METHOD* method = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram callback");
    BIO_meth_set_write(m, bioWrite);
    BIO_meth_set_read(m, bioRead);
    BIO_meth_set_ctrl(m, bioControl);
    return m;
  }();
  return method;
}

unsigned nextTimeout(SSL*, unsigned previousUs) {
  if (previousUs == 0) return kFirstTimeoutUs;
  return previousUs * 2 < kMaxTimeoutUs ? previousUs * 2 : kMaxTimeoutUs;
}

std::string fingerprintOf(X509* certificate, const EVP_MD* digest) {
  uint8_t hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(certificate, digest, hash, &size);
  std::string text;
  char hex[4];
  for (unsigned i = 0; i < size; i++) {
    snprintf(hex, sizeof hex, "%s%02X", i ? ":" : "", hash[i]);
    text += hex;
  }
  return text;
}

X509* selfSigned(EVP_PKEY* key) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), long(rng()() >> 34));
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400 * 30);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const uint8_t*>("load-client"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  return certificate;
}

struct ProfileSizes {
  const char* name;
  size_t key, salt;
};
constexpr ProfileSizes kProfiles[] = {
    {"SRTP_AEAD_AES_256_GCM", 32, 12}, {"SRTP_AEAD_AES_128_GCM", 16, 12}, {"SRTP_AES128_CM_SHA1_80", 16, 14}};
constexpr char kOffered[] = "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

}  // namespace

DtlsIdentity::DtlsIdentity() : context_(SSL_CTX_new(DTLS_method())) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = selfSigned(key);
  fingerprint_ = fingerprintOf(certificate, EVP_sha256());
  SSL_CTX_set_min_proto_version(context_, DTLS1_2_VERSION);
  SSL_CTX_set_options(context_, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context_, 1);
  // Trust comes from the fingerprint in the SDP, checked after the handshake, not from a chain.
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  const char* profiles = getenv("LOAD_CLIENT_SRTP_PROFILES");
  if (SSL_CTX_use_certificate(context_, certificate) != 1 || SSL_CTX_use_PrivateKey(context_, key) != 1 ||
      SSL_CTX_set_tlsext_use_srtp(context_, profiles ? profiles : kOffered) != 0) {
    ERR_print_errors_fp(stderr);
    exit(1);
  }
  X509_free(certificate);
  EVP_PKEY_free(key);
}

DtlsSession::DtlsSession(const DtlsIdentity& identity, Options options, Output output)
    : options_(std::move(options)), output_(std::move(output)), ssl_(SSL_new(identity.context())) {
  BIO* bio = BIO_new(bioMethod());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_mtu(ssl_, kMtu);
  DTLS_set_timer_cb(ssl_, nextTimeout);
  if (options_.client) SSL_set_connect_state(ssl_);
  else SSL_set_accept_state(ssl_);
}

DtlsSession::~DtlsSession() { SSL_free(ssl_); }

int DtlsSession::pull(char* out, int size) {
  if (!incoming_) return -1;
  const size_t n = incomingSize_ < size_t(size) ? incomingSize_ : size_t(size);
  memcpy(out, incoming_, n);
  incoming_ = nullptr;
  return int(n);
}

void DtlsSession::receive(const uint8_t* data, size_t size) {
  incoming_ = data;
  incomingSize_ = size;
  if (state_ == State::handshaking) advance();
  if (state_ == State::connected) drain();
  incoming_ = nullptr;
}

void DtlsSession::advance() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) {
    if (!remoteCertificateMatches()) return fail("fingerprint mismatch");
    if (!SSL_get_selected_srtp_profile(ssl_)) return fail("no SRTP profile agreed");
    state_ = State::connected;
    return;
  }
  const int reason = SSL_get_error(ssl_, result);
  if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return;
  char text[160];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  fail(text);
}

// Nothing is expected but alerts; application data would be SCTP, which this client does not speak.
void DtlsSession::drain() {
  uint8_t scratch[2048];
  for (;;) {
    const int got = SSL_read(ssl_, scratch, sizeof scratch);
    if (got > 0) continue;
    if (SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN) state_ = State::closed;
    return;
  }
}

void DtlsSession::checkTimeout() {
  if (state_ == State::handshaking && DTLSv1_handle_timeout(ssl_) < 0) fail("handshake timed out");
}

void DtlsSession::close() {
  if (state_ == State::connected) SSL_shutdown(ssl_);
}

void DtlsSession::fail(std::string reason) {
  error_ = std::move(reason);
  state_ = State::failed;
}

bool DtlsSession::remoteCertificateMatches() const {
  X509* certificate = SSL_get1_peer_certificate(ssl_);
  const EVP_MD* digest = EVP_get_digestbyname(options_.hashName.c_str());
  if (!certificate || !digest) return false;
  const bool same = strcasecmp(fingerprintOf(certificate, digest).c_str(), options_.remoteFingerprint.c_str()) == 0;
  X509_free(certificate);
  return same;
}

SrtpKeys DtlsSession::keys() const {
  const char* name = SSL_get_selected_srtp_profile(ssl_)->name;
  for (const auto& profile : kProfiles) {
    if (strcmp(profile.name, name) != 0) continue;
    uint8_t material[96];
    const size_t k = profile.key, s = profile.salt;
    SSL_export_keying_material(ssl_, material, 2 * (k + s), "EXTRACTOR-dtls_srtp", 19, nullptr, 0, 0);
    // Client key, server key, client salt, server salt (RFC 5764 §4.2).
    const auto* m = reinterpret_cast<const char*>(material);
    const std::string client = std::string(m, k) + std::string(m + 2 * k, s);
    const std::string server = std::string(m + k, k) + std::string(m + 2 * k + s, s);
    return options_.client ? SrtpKeys{name, client, server} : SrtpKeys{name, server, client};
  }
  return {};
}
