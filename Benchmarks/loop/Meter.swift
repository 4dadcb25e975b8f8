import FoundationEssentials
import Glibc

/// Seconds that something took, by the wall and by processors.
struct Cost: Codable {
  var wall = 0.0
  var processor = 0.0

  static func + (a: Cost, b: Cost) -> Cost { Cost(wall: a.wall + b.wall, processor: a.processor + b.processor) }
}

enum Meter {
  static func wall() -> Double { seconds(CLOCK_MONOTONIC) }

  /// Of this process, all its threads.
  static func processor() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Processor time of a process, of its children that ended, and of those that live. What lives is counted finely, in
  /// nanoseconds; what ended in the kernel's ticks.
  static func processor(ofFamily parent: Int32) throws -> Double {
    // One that ends between the two readings would be in neither: then both are read again.
    while true {
      let family = try children(of: parent)
      let total = own(parent) + ended(parent) + family.reduce(0) { $0 + own($1) }
      if try children(of: parent) == family { return total }
    }
  }

  private static func children(of parent: Int32) throws -> [Int32] {
    try entries("/proc").compactMap { Int32($0) }.filter { pid in
      guard let fields = stat(pid), fields.count > 1 else { return false }
      return fields[1] == "\(parent)"
    }
  }

  private static func own(_ pid: Int32) -> Double {
    var clock = clockid_t()
    return clock_getcpuclockid(pid, &clock) == 0 ? seconds(clock) : 0
  }

  private static func ended(_ pid: Int32) -> Double {
    // After the name in parentheses: state, parent, … utime 11, stime 12, cutime 13, cstime 14.
    guard let fields = stat(pid), fields.count > 14 else { return 0 }
    return ((Double(fields[13]) ?? 0) + (Double(fields[14]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func stat(_ pid: Int32) -> [Substring]? {
    text("/proc/\(pid)/stat")?.split(separator: ")").last?.split(separator: " ")
  }

  /// The most memory this process held since `forgetPeakMemory`, in KiB.
  static func peakMemory() -> Int { peakMemory(of: getpid()) }

  /// The most memory that a process held, in KiB.
  static func peakMemory(of pid: Int32) -> Int {
    let line = text("/proc/\(pid)/status")?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  static func forgetPeakMemory() {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    _ = write(file, "5", 1)
  }

  static func text(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(file, &piece, piece.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }
}

/// Names in a directory, sorted.
func entries(_ directory: String) throws -> [String] {
  guard let handle = opendir(directory) else { throw Failure("\(directory): found errno \(errno), expected a directory") }
  defer { closedir(handle) }
  var names: [String] = []
  while let entry = readdir(handle) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}
