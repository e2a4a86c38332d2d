// SPDX-License-Identifier: Apache-2.0
// OTLP/gRPC. The request is bytes already, so a generic stub sends them as they are; nothing is generated.
#include <grpc/support/log.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "otlp/credential_files.h"
#include "otlp/export_reply.h"
#include "otlp/exporter.h"
#include "version.h"

namespace sipsonde {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// By OtlpSignal.
constexpr const char* kMethods[] = {"/opentelemetry.proto.collector.trace.v1.TraceService/Export",
                                    "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
                                    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"};
constexpr const char* kDetails = "grpc-status-details-bin";

// A receiver that comes back is found within this, however long it was away (the library waits up to 2 min).
constexpr int kReconnectAtMost_ms = 3000;

// How often a waiting call looks whether a shutdown has set it a nearer end.
constexpr auto kLook = 100ms;

struct Target {
  std::string address;  // host:port
  bool tls = false;
};

Target target_of(const OtlpSettings& settings, OtlpSignal signal) {
  const std::string& given = endpoint_of(settings, signal);
  std::string_view url = given.empty() ? settings.endpoint : given;
  Target target{.tls = !settings.insecure};
  if (const std::size_t scheme = url.find("://"); scheme != url.npos) {
    target.tls = url.substr(0, scheme) == "https";
    url.remove_prefix(scheme + 3);
  }
  target.address = url.substr(0, url.find('/'));
  return target;
}

// Header names of gRPC are in lower case.
std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

grpc::ByteBuffer buffer_of(std::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return {&slice, 1};
}

std::string text_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!buffer.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices)
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return text;
}

class GrpcExporter : public Exporter {
 public:
  GrpcExporter(const OtlpSettings& settings, OtlpSignal signal)
      : settings_(settings),
        target_(target_of(settings, signal)),
        method_(kMethods[static_cast<std::size_t>(signal)]),
        timeout_(request_timeout_of(settings)) {}

  ~GrpcExporter() override {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  Result<Done> open() {
    auto credentials = make_credentials();
    if (!credentials) return credentials.error();
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 500);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectAtMost_ms);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectAtMost_ms);
    arguments.SetUserAgentPrefix("OTel-OTLP-Exporter-sipsonde/" + std::string(kVersion));
    if (settings_.compression == OtlpCompression::gzip) arguments.SetCompressionAlgorithm(GRPC_COMPRESS_GZIP);
    channel_ = grpc::CreateCustomChannel(target_.address, *credentials, arguments);
    stub_ = std::make_unique<grpc::GenericStub>(channel_);
    return Done{};
  }

  ExportReply send(std::string_view request) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + timeout_);
    for (const auto& [name, value] : settings_.headers) context.AddMetadata(in_lower_case(name), value);
    const auto call = stub_->PrepareUnaryCall(&context, method_, buffer_of(request), &queue_);
    grpc::ByteBuffer answer;
    grpc::Status status;
    call->StartCall();
    call->Finish(&answer, &status, &status);
    wait(context);
    std::string_view details;
    const auto& trailers = context.GetServerTrailingMetadata();
    if (const auto found = trailers.find(kDetails); found != trailers.end())
      details = {found->second.data(), found->second.size()};
    return reply_of_grpc(status.error_code(), status.error_message(), details, text_of(answer));
  }

  // The channel connects by itself; certificates that cannot be read now leave those of before.
  void reopen() override { static_cast<void>(open()); }
  void stop_by(Clock::time_point deadline) override { stop_at_.store(deadline); }

 private:
  // Until the call is over; a shutdown ends it before its time.
  void wait(grpc::ClientContext& context) {
    void* tag = nullptr;
    bool ok = false;
    while (queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + kLook) ==
           grpc::CompletionQueue::TIMEOUT)
      if (Clock::now() > stop_at_.load()) context.TryCancel();
  }

  Result<std::shared_ptr<grpc::ChannelCredentials>> make_credentials() const {
    if (!target_.tls) return grpc::InsecureChannelCredentials();
    const auto files = read_credential_files(settings_);
    if (!files) return files.error();
    return grpc::SslCredentials({files->authority, files->key, files->certificate});
  }

  const OtlpSettings settings_;
  const Target target_;
  const char* const method_;
  const std::chrono::milliseconds timeout_;
  std::atomic<Clock::time_point> stop_at_{Clock::time_point::max()};
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::GenericStub> stub_;
  grpc::CompletionQueue queue_;
};

}  // namespace

Result<std::unique_ptr<Exporter>> make_grpc_exporter(const OtlpSettings& settings, OtlpSignal signal) {
  // What the library has to say of a failure comes with the status of a call, too.
  gpr_set_log_function([](gpr_log_func_args*) {});
  auto exporter = std::make_unique<GrpcExporter>(settings, signal);
  if (auto opened = exporter->open(); !opened) return opened.error();
  return std::unique_ptr<Exporter>(std::move(exporter));
}

}  // namespace sipsonde
