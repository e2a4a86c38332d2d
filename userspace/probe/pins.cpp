// SPDX-License-Identifier: Apache-2.0
#include "probe/pins.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/labels.h"
#include "base/log.h"
#include "schema.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto kWaitForAnother = 5s;
constexpr std::string_view kLinkPrefix = "link-";

Error pin_error(const std::string& what, int code) {
  return Error{"pin " + what + ": " + std::strerror(code) +
               (code == EPERM || code == EACCES ? "; run as root or with CAP_BPF, or set pin: false" : "")};
}

bool is_bpf_filesystem(const std::string& path) {
  struct statfs about {};
  return statfs(path.c_str(), &about) == 0 && static_cast<std::uint32_t>(about.f_type) == BPF_FS_MAGIC;
}

// nullopt: another holds it.
FileDescriptor lock_folder(const std::string& root, std::chrono::milliseconds limit) {
  FileDescriptor folder(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto end = std::chrono::steady_clock::now() + limit;
  while (folder && flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= end) return {};
    std::this_thread::sleep_for(50ms);
  }
  return folder;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    names.push_back(entry.path().filename().string());
  return names;
}

bool is_link(std::string_view name) {
  return name.starts_with(kLinkPrefix);
}

// Hooks first: no program is left that counts in a map which nobody can read.
void remove_folder(const std::string& folder, Pins::Removed& removed) {
  std::vector<std::string> names = names_in(folder);
  std::stable_partition(names.begin(), names.end(), is_link);
  for (const std::string& name : names)
    if (unlink((folder + "/" + name).c_str()) == 0) ++(is_link(name) ? removed.hooks : removed.others);
  rmdir(folder.c_str());
}

struct Form {
  __u32 type, key_size, value_size, max_entries, flags;
  friend bool operator==(const Form&, const Form&) = default;
};

// Flags that the kernel adds by itself, as to a global section, do not count.
std::optional<Form> form_of(int descriptor) {
  bpf_map_info info{};
  __u32 length = sizeof info;
  if (bpf_obj_get_info_by_fd(descriptor, &info, &length)) return std::nullopt;
  return Form{info.type, info.key_size, info.value_size, info.max_entries, info.map_flags};
}

Form form_of(const bpf_map* map) {
  return {static_cast<__u32>(bpf_map__type(map)), bpf_map__key_size(map), bpf_map__value_size(map),
          bpf_map__max_entries(map), bpf_map__map_flags(map)};
}

std::string link_name(int interface, sipsonde_flow flow, std::string_view hook) {
  return std::string(kLinkPrefix) + std::to_string(interface) + "-" + std::string(label(flow)) + "-" +
         std::string(hook);
}

// Of a link whose device went away the kernel says 0.
bool is_attached_to(int link, int interface) {
  bpf_link_info info{};
  __u32 length = sizeof info;
  return bpf_obj_get_info_by_fd(link, &info, &length) == 0 &&
         info.xdp.ifindex == static_cast<__u32>(interface);  // where a tcx link has its own too
}

}  // namespace

Result<std::unique_ptr<Pins>> Pins::open(const std::string& root) {
  const std::string parent = fs::path(root).parent_path().string();
  if (!is_bpf_filesystem(parent))
    return Error{"pin in " + root + ": " + parent +
                     " is no bpf filesystem; mount one (mount -t bpf bpf /sys/fs/bpf), or set pin: false",
                 2};
  if (mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return pin_error("in " + root, errno);
  FileDescriptor lock = lock_folder(root, kWaitForAnother);
  if (!lock)
    return Error{"pin in " + root +
                 ": another sipsonde runs with these pins; end it, or give this one a pin_path of its own"};

  for (const std::string& name : names_in(root)) {
    if (name == kMapSchema) continue;
    Removed removed;
    remove_folder(root + "/" + name, removed);
    spdlog::warn("pins of another version are removed ({} hooks): counters start afresh", removed.hooks);
  }
  const std::string folder = root + "/" + kMapSchema;
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return pin_error("in " + folder, errno);
  return std::unique_ptr<Pins>(new Pins(folder, std::move(lock)));
}

Pins::Removed Pins::remove_all(const std::string& root, bool even_if_held) {
  Removed removed;
  if (!fs::exists(root) || !is_bpf_filesystem(root)) return removed;
  const FileDescriptor lock = lock_folder(root, 0ms);
  removed.held = !lock;
  if (removed.held && !even_if_held) return removed;
  for (const std::string& name : names_in(root)) remove_folder(root + "/" + name, removed);
  rmdir(root.c_str());
  return removed;
}

FileDescriptor Pins::kept(const std::string& name) const {
  return FileDescriptor(bpf_obj_get(path(name).c_str()));
}

bool Pins::give(std::span<const KeptMap> maps) const {
  std::vector<FileDescriptor> found;
  for (const KeptMap& wanted : maps) {
    found.push_back(kept(wanted.name));
    if (!found.back() || form_of(found.back().get()) != form_of(wanted.map)) return false;
  }
  for (std::size_t i = 0; i < maps.size(); ++i)
    if (bpf_map__reuse_fd(maps[i].map, found[i].get()) != 0) return false;  // keeps a descriptor of its own
  return true;
}

Result<Done> Pins::keep(const std::string& name, int descriptor) const {
  const std::string place = path(name), next = path(name + "-next");
  unlink(next.c_str());
  if (bpf_obj_pin(descriptor, next.c_str()) != 0 || rename(next.c_str(), place.c_str()) != 0)
    return pin_error(place, errno);
  return Done{};
}

void Pins::start_afresh() {
  Removed removed;
  remove_folder(folder_, removed);
  mkdir(folder_.c_str(), 0700);
}

FileDescriptor Pins::take_over(int interface, sipsonde_flow flow, std::string_view hook, int program) const {
  FileDescriptor link = kept(link_name(interface, flow, hook));
  if (!link || !is_attached_to(link.get(), interface)) return {};
  if (bpf_link_update(link.get(), program, nullptr) != 0) return {};
  return link;
}

Result<Done> Pins::keep_link(int interface, sipsonde_flow flow, std::string_view hook, int link) const {
  return keep(link_name(interface, flow, hook), link);
}

std::vector<std::string> Pins::links_of(int interface, sipsonde_flow flow) const {
  std::vector<std::string> links;
  for (std::string& name : names_in(folder_))
    if (name.starts_with(link_name(interface, flow, ""))) links.push_back(std::move(name));
  return links;
}

void Pins::make_way(int interface, sipsonde_flow flow, std::string_view hook) const {
  for (const std::string& name : links_of(interface, flow))
    if (name != link_name(interface, flow, hook)) unlink(path(name).c_str());
}

void Pins::forget_interfaces_but(const std::vector<int>& interfaces) const {
  for (const std::string& name : names_in(folder_)) {
    if (!is_link(name)) continue;
    const int interface = std::atoi(name.c_str() + kLinkPrefix.size());
    if (std::ranges::find(interfaces, interface) == interfaces.end()) unlink(path(name).c_str());
  }
}

}  // namespace sipsonde
