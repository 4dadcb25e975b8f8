import Glibc

/// What a stretch of work cost this thread. Processor time, because other programs share the machine.
func processorSeconds(_ work: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
  let start = now()
  try work()
  return now() - start
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return 0 }
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// The most memory this process ever held, in KiB. From `/proc`: what `getrusage` says counts the parent's too.
func peakMemory() throws -> Int {
  var line = [CChar](repeating: 0, count: 256)
  guard let status = fopen("/proc/self/status", "r") else { throw Failure("/proc/self/status: cannot be read") }
  defer { fclose(status) }
  while fgets(&line, Int32(line.count), status) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if text.hasPrefix("VmHWM:"), let peak = Int(text.filter(\.isNumber)) { return peak }
  }
  throw Failure("/proc/self/status: found no VmHWM")
}

/// Runs this program again with other arguments, so that its memory is its own, and gives the number it prints.
func numberFromChild(_ arguments: [String]) throws -> Int {
  let text = try output(of: "/proc/self/exe", ["benchmark"] + arguments)
  guard let number = Int(text.filter(\.isNumber)) else {
    throw Failure("this program again: found \(text), expected a number")
  }
  return number
}

/// Runs another program and gives the seconds it prints.
func secondsFromProgram(_ command: [String]) throws -> Double {
  let text = try output(of: command[0], command)
  guard let seconds = Double(text.prefix { !$0.isWhitespace }) else {
    throw Failure("\(command[0]): found \(text), expected seconds")
  }
  return seconds
}

private func output(of program: String, _ arguments: [String]) throws -> String {
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else { throw Failure("pipe: errno \(errno)") }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
  posix_spawn_file_actions_addclose(&actions, ends[0])
  posix_spawn_file_actions_addclose(&actions, ends[1])
  var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { words.forEach { free($0) } }
  var child: pid_t = 0
  let code = posix_spawn(&child, program, &actions, nil, &words, environ)
  close(ends[1])
  defer { close(ends[0]) }
  guard code == 0 else { throw Failure("\(program): found errno \(code), expected it to start") }
  var output = [UInt8](repeating: 0, count: 64)
  let count = max(0, read(ends[0], &output, output.count))
  var status: Int32 = 0
  waitpid(child, &status, 0)
  let text = String(decoding: output.prefix(count), as: UTF8.self)
  guard status == 0 else { throw Failure("\(program): found status \(status) and \(text), expected a number") }
  return text
}
