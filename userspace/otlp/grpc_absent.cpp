// SPDX-License-Identifier: Apache-2.0
// In the place of grpc_exporter.cpp where the build has no gRPC (SIPSONDE_GRPC).
#include "otlp/exporter.h"

namespace sipsonde {

Result<std::unique_ptr<Exporter>> make_grpc_exporter(const OtlpSettings& /*settings*/,
                                                     OtlpSignal /*signal*/) {
  return Error{
      "otlp.protocol: this build has no gRPC; use http/protobuf, or build it with libgrpc++-dev and "
      "-DSIPSONDE_GRPC=ON",
      2};
}

}  // namespace sipsonde
