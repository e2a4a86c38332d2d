// SPDX-License-Identifier: Apache-2.0
// A value or the one line that says what failed, where, and what to do about it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace sipsonde {

// `exit_code` is what the process ends with when nobody can go on: 1 failed at work, 2 wrong usage or
// configuration. Text reads "verb object: reason; remedy".
struct Error {
  std::string message;
  int exit_code = 1;
};

struct Done {};

// C++20 has no std::expected; this is the part of it that we use, so that the alias can move there.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T& operator*() & { return std::get<T>(state_); }
  const T& operator*() const& { return std::get<T>(state_); }
  T&& operator*() && { return std::get<T>(std::move(state_)); }
  T* operator->() { return &std::get<T>(state_); }
  const T* operator->() const { return &std::get<T>(state_); }
  const Error& error() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Adds the caller's context in front: once per layer.
inline Error in_context(const std::string& context, const Error& error) {
  return Error{context + ": " + error.message, error.exit_code};
}

}  // namespace sipsonde
