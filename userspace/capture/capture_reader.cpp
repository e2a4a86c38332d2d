// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_reader.h"

#include <array>
#include <utility>

namespace sipsonde {
namespace {

using Format = std::variant<PcapFile, PcapngFile>;

Result<Format> recognise(ByteStream& stream) {
  std::array<std::uint8_t, 4> magic;
  const Result<std::size_t> got = stream.read(magic);
  if (!got) return got.error();
  if (*got == 0) return Error{"the file is empty; is it a capture?"};
  if (*got == magic.size() && PcapFile::is_magic(magic)) {
    Result<PcapFile> file = PcapFile::open(magic, stream);
    if (!file) return file.error();
    return Format(*std::move(file));
  }
  if (*got == magic.size() && PcapngFile::is_magic(magic)) {
    Result<PcapngFile> file = PcapngFile::open(stream);
    if (!file) return file.error();
    return Format(*std::move(file));
  }
  return Error{"neither pcap nor pcapng; is it a capture?"};
}

}  // namespace

Result<CaptureReader> CaptureReader::open(const std::string& path) {
  const std::string context = "read " + path;
  Result<ByteStream> stream = ByteStream::open(path);
  if (!stream) return in_context(context, stream.error());
  Result<Format> format = recognise(*stream);
  if (!format) return in_context(context, format.error());
  return CaptureReader(path, *std::move(stream), *std::move(format));
}

Result<std::optional<Frame>> CaptureReader::next() {
  if (at_end_) return std::optional<Frame>{};
  Result<std::optional<Frame>> frame =
      std::visit([this](auto& format) { return format.next(stream_, cut_); }, format_);
  if (!frame) {
    at_end_ = true;
    return in_context("read " + path_ + ": after frame " + std::to_string(frames_), frame.error());
  }
  if (*frame) {
    ++frames_;
  } else {
    at_end_ = true;
  }
  return frame;
}

}  // namespace sipsonde
