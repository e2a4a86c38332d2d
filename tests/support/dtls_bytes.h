// SPDX-License-Identifier: Apache-2.0
// DTLS as a test states it: records, handshake messages, hellos (RFC 6347, RFC 9147).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace sipsonde {

inline std::string dtls_number(std::uint64_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
  return text;
}

inline std::string dtls_vector(const std::string& bytes, int length_bytes) {
  return dtls_number(bytes.size(), length_bytes) + bytes;
}

inline std::string dtls_record(int content, int epoch, const std::string& fragment, int version = 0xfefd) {
  return dtls_number(static_cast<unsigned>(content), 1) + dtls_number(static_cast<unsigned>(version), 2) +
         dtls_number(static_cast<unsigned>(epoch), 2) + dtls_number(0, 6) + dtls_vector(fragment, 2);
}

// 001CSLEE without a connection ID, with a sequence number of 16 bits and a length.
inline std::string dtls13_record(int epoch, const std::string& ciphertext) {
  return dtls_number(0x2cu | static_cast<unsigned>(epoch), 1) + dtls_number(0xbeef, 2) +
         dtls_vector(ciphertext, 2);
}

// The part [offset, offset + size) of a message.
inline std::string dtls_part(int type, int sequence, const std::string& body, std::size_t offset,
                             std::size_t size) {
  return dtls_number(static_cast<unsigned>(type), 1) + dtls_number(body.size(), 3) +
         dtls_number(static_cast<unsigned>(sequence), 2) + dtls_number(offset, 3) +
         dtls_vector(body.substr(offset, size), 3);
}

inline std::string dtls_message(int type, int sequence, const std::string& body) {
  return dtls_part(type, sequence, body, 0, body.size());
}

inline std::string dtls_extension(int type, const std::string& bytes) {
  return dtls_number(static_cast<unsigned>(type), 2) + dtls_vector(bytes, 2);
}

inline std::string dtls_use_srtp(std::initializer_list<unsigned> profiles) {
  std::string list;
  for (const unsigned profile : profiles) list += dtls_number(profile, 2);
  return dtls_extension(14, dtls_vector(list, 2) + '\0');
}

inline std::string dtls_client_hello(char random, const std::string& extensions) {
  return dtls_number(0xfefd, 2) + std::string(32, random) + dtls_vector("", 1) + dtls_vector("", 1) +
         dtls_vector(dtls_number(0xc02b, 2), 2) + dtls_vector(std::string(1, '\0'), 1) +
         dtls_vector(extensions, 2);
}

inline std::string dtls_server_hello(const std::string& random, const std::string& extensions) {
  return dtls_number(0xfefd, 2) + random + dtls_vector("", 1) + dtls_number(0xc02b, 2) + '\0' +
         dtls_vector(extensions, 2);
}

}  // namespace sipsonde
