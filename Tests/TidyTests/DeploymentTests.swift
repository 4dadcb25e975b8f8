import Foundation
import Testing

@Suite("What operators touch")
struct DeploymentTests {
  @Test("scripts are executable and read as their language does")
  func scriptsParse() throws {
    for path in Repository.scripts {
      let file = Repository.root.appendingPathComponent(path).path
      #expect(FileManager.default.isExecutableFile(atPath: file), "\(path): is not executable")
      let text = Repository.text(path)
      let first = text.prefix { $0 != "\n" }
      if first.hasSuffix("bash") {
        let parsed = try run(["bash", "-n", file])
        #expect(parsed.status == 0, "\(path): \(parsed.errors)")
        #expect(text.contains("set -euo pipefail") || text.contains("\nexec "), "\(path): goes on after a failure")
      } else if first.contains("python3") {
        let parsed = try run(["python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())", file])
        #expect(parsed.status == 0, "\(path): \(parsed.errors)")
      }
    }
  }

  @Test("the unit is clean and confined: no complaint at all, exposure at most 2.0")
  func unit() throws {
    guard isInstalled("systemd-analyze", for: "systemd/sepad.service") else { return }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("unit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let unit = Repository.text("systemd/sepad.service")
    #expect(unit.contains("ExecStart=/usr/bin/sepad "))

    // An installed program in sepad's place, since the package need not be installed here.
    let file = folder.appendingPathComponent("sepad.service")
    let runnable = unit.replacingOccurrences(of: "=/usr/bin/sepad ", with: "=/usr/bin/env ")
    try Data(runnable.utf8).write(to: file)
    let verified = try run(["systemd-analyze", "verify", "--man=no", file.path])
    #expect(verified.status == 0)
    // verify ends with 0 after lines that it ignores, and systemd would ignore them too
    #expect(verified.errors == "")

    let exposure = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", file.path]
    let confined = try run(exposure)
    #expect(confined.status == 0, "\(confined.output.suffix(200))")

    try Data(runnable.replacingOccurrences(of: "ProtectHome=yes", with: "ProtectHom=yes").utf8).write(to: file)
    #expect(try run(["systemd-analyze", "verify", "--man=no", file.path]).errors != "", "a misspelt key goes unseen")
    try Data("[Service]\nExecStart=/usr/bin/env\n".utf8).write(to: file)
    #expect(try run(exposure).status != 0, "an unconfined unit goes unseen")
  }

  @Test("the example configuration is TOML, holds no secret and only the known tables")
  func exampleConfiguration() throws {
    let file = Repository.root.appendingPathComponent("Config/sepad.example.toml").path
    let program = """
      import json, sys, tomllib
      print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))))
      """
    let read = try run(["python3", "-c", program, file])
    guard !read.errors.contains("No module named 'tomllib'") else {
      print("SKIPPED: Config/sepad.example.toml: python3 is older than 3.11")
      return
    }
    #expect(read.status == 0, "\(read.errors)")
    let tables = try JSONSerialization.jsonObject(with: Data(read.output.utf8)) as? [String: Any] ?? [:]
    #expect(Set(tables.keys) == ["database", "daemon", "bank", "creditor", "returns", "webhook", "mail"])
    let text = Repository.text("Config/sepad.example.toml")
    #expect(!text.contains("PRIVATE KEY") && text.firstMatch(of: /whsec_[A-Za-z0-9+\/]{8}/) == nil)
  }

  @Test("lib.sh brings up a database and an SFTP server, and leaves nothing behind")
  func library() throws {
    for program in ["sftp", "setsid", "/usr/sbin/sshd", "ls -d /usr/lib/postgresql/*/bin/initdb"] {
      guard isInstalled(program, for: "deploy/lib.sh") else { return }
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("library-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = """
      . deploy/lib.sh
      open_scratch
      printf '%s\\n' "$scratch" >"$1"
      start_postgres
      psql -XAtc 'select current_database()' "$database_url"
      start_sshd
      printf 'ls %s\\n' "$scratch/client" >"$scratch/batch"
      mkdir "$scratch/client" && : >"$scratch/client/report.xml"
      cd "$scratch"
      sftp -qb batch -P "$sftp_port" -i "$sftp_key" -o IdentitiesOnly=yes -o UserKnownHostsFile="$sftp_known_hosts" \\
        "$sftp_user@127.0.0.1" | grep -c report.xml
      printf '%s\\n' "${#sftp_host_key_sha256}"
      background stubborn bash -c 'trap "" TERM; sleep 60'
      end_background sshd KILL
      is_running postgres || exit 1
      ! is_running sshd || exit 2
      exit 7
      """
    let note = folder.appendingPathComponent("scratch")
    let ended = try run(["bash", "-c", script, "trial", note.path], in: Repository.root)
    #expect(ended.status == 7, "\(ended.errors)")
    #expect(ended.output.split(separator: "\n") == ["sepad", "1", "43"], "\(ended.errors)")
    let scratch = try String(contentsOf: note, encoding: .utf8).split(separator: "\n").joined()
    #expect(scratch.contains("/sepad.") && !FileManager.default.fileExists(atPath: scratch))
    // The brackets keep the search from finding itself.
    let left = try run(["sh", "-c", "grep -las -- \"$0\" /proc/[0-9]*/cmdline", "[/]" + scratch.dropFirst()])
    #expect(left.output == "", "a process outlived the script")
  }
}
