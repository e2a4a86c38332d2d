// SPDX-License-Identifier: Apache-2.0
// Who may ask: with a token whoever knows it (RFC 6750 section 2.1), without one whoever is on this host.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "api/http.h"
#include "base/result.h"
#include "config/settings.h"

namespace sipsonde {

class ApiAccess {
 public:
  // An empty token lets everybody in.
  explicit ApiAccess(std::string_view token);
  // The token is read from api.token_file where that is set. Exit code 2 when it holds none.
  static Result<ApiAccess> of(const ApiSettings& settings);

  // The refusal, when there is a reason for one: 401 without the token; 403 for what would change something
  // and comes from a page of another site, since a browser on this host is let in like everybody here.
  std::optional<HttpResponse> refusal(const HttpRequest& request) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  static Digest digest_of(std::string_view text);
  bool has_token(const HttpRequest& request) const;

  bool wants_token_;
  Digest expected_{};
};

}  // namespace sipsonde
