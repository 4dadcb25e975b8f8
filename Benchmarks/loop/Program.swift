import Glibc

/// Programs started by hand, since what they cost is the point.
enum Program {
  /// A program built beside this one.
  static func sibling(_ name: String) throws -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &path, path.count)
    let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let sibling = own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
    guard access(sibling, X_OK) == 0 else { throw Failure("\(sibling): found no program\nHINT: Benchmarks/run-loop builds it") }
    return sibling
  }

  /// Runs a program to its end, its output in a file.
  /// - Throws: `Failure` with the end of the output, when it fails.
  @discardableResult
  static func run(_ command: [String], output: String, environment: [String] = []) throws -> Cost {
    let began = Meter.wall()
    let pid = try start(command, output: output, environment: environment)
    var usage = rusage()
    let status = try end(of: pid, usage: &usage)
    guard status == 0 else {
      throw Failure("\(command.joined(separator: " ")): status \(status): \(Meter.text(output)?.suffix(2000) ?? "")")
    }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return Cost(wall: Meter.wall() - began, processor: seconds(usage.ru_utime) + seconds(usage.ru_stime))
  }

  /// Waits for a program that was started.
  /// - Returns: the status it ended with.
  static func end(of pid: pid_t) throws -> Int32 {
    var usage = rusage()
    return try end(of: pid, usage: &usage)
  }

  private static func end(of pid: pid_t, usage: inout rusage) throws -> Int32 {
    var status: Int32 = 0
    while wait4(pid, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw Failure("wait4: errno \(errno)") }
    }
    return status
  }

  /// - Parameters:
  ///   - input: a descriptor to read from; nil for none.
  ///   - output: a path, or nil for `descriptor`.
  static func start(
    _ command: [String], output: String?, environment: [String] = [], input: Int32? = nil, descriptor: Int32? = nil
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    if let output {
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    } else if let descriptor {
      posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
    }
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) }
    var next = environ
    while let variable = next.pointee {
      variables.append(strdup(variable))
      next += 1
    }
    variables.append(nil)
    defer { for word in words + variables { free(word) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, command[0], &actions, nil, &words, &variables)
    guard code == 0 else { throw Failure("\(command[0]): found errno \(code), expected a program") }
    return pid
  }
}
