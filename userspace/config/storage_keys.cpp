// SPDX-License-Identifier: Apache-2.0
#include "config/storage_keys.h"

#include <array>

#include "config/choices.h"
#include "config/key_row.h"
#include "config/shown.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

constexpr std::array<std::string_view, 2> kRowFormats = {"jsonl", "csv"};

using namespace key_row;

// While settings are loaded both files and the store are there, and an empty path says `off`: see load.cpp.
const Key kCdrFileKeys[] = {
    {"cdr.file.path", Shape::value, "file of call detail records, or off",
     [](G g, S s) { return read_path(g, s.cdr_file->path); }, [](View s) { return show_path(s.cdr_file); }},
    {"cdr.file.format", Shape::value, "jsonl or csv",
     [](G g, S s) { return read_enum(g, kRowFormats, s.cdr_format); },
     [](View s) { return std::string(kRowFormats[static_cast<std::size_t>(s.cdr_format)]); }},
};

const Key kEventsFileKeys[] = {
    {"events.file.path", Shape::value, "file of call events, or off",
     [](G g, S s) { return read_path(g, s.events_file->path); },
     [](View s) { return show_path(s.events_file); }},
    {"events.file.rotate", Shape::value, "size at which the file of events is rotated",
     [](G g, S s) { return read_size(g, 64ull << 10, 1ull << 40, s.events_file->rotate_bytes); },
     [](View s) {
       return size_to_text(s.events_file ? s.events_file->rotate_bytes : FileSink{}.rotate_bytes);
     }},
};

const Key kStoreKeys[] = {
    {"store.path", Shape::value, "directory of the local store, or off",
     [](G g, S s) { return read_folder(g, s.store->path); },
     [](View s) { return s.store ? yaml_text(s.store->path) : std::string("off"); }},
    {"store.retain", Shape::value, "a day's file is removed when the day is so long over",
     [](G g, S s) { return read_seconds(g, std::chrono::days{1}, std::chrono::days{3650}, s.store->retain); },
     [](View s) { return duration_to_text(s.store ? s.store->retain : StoreSettings{}.retain); }},
    {"store.max_size", Shape::value, "the oldest days are removed when the files together are larger",
     [](G g, S s) { return read_size(g, 16ull << 20, 1ull << 50, s.store->max_bytes); },
     [](View s) { return size_to_text(s.store ? s.store->max_bytes : StoreSettings{}.max_bytes); }},
    {"store.messages", Shape::value, "true: SIP messages are stored as they passed",
     [](G g, S s) { return read_flag(g, s.store->messages); },
     [](View s) { return show_flag(s.store && s.store->messages); }},
};

}  // namespace

std::span<const Key> cdr_file_keys() {
  return kCdrFileKeys;
}

std::span<const Key> events_file_keys() {
  return kEventsFileKeys;
}

std::span<const Key> store_keys() {
  return kStoreKeys;
}

}  // namespace sipsonde
