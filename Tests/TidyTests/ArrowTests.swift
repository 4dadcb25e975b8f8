import Foundation
import Testing

/// What comes with Swift and the system, and needs no arrow.
private let platform: Set = ["Glibc", "FoundationEssentials", "Dispatch", "Synchronization"]

/// Each C library's one room.
private let homes = [
  "CLibXML2": "ISO20022", "CLibPQ": "Store", "CLibCurl": "Curl", "COpenSSL": "Signing", "CMalloc": "sepad",
  "CLibArchive": "Containers",
]

/// Measures the rooms, and libxml2 by itself beside them.
private let benchmark = "benchmark"

/// Rooms that never know each other, whatever Package.swift comes to say.
private let strangers: [(room: String, neverKnows: Set<String>)] = [
  ("CrashPoints", ["SEPA", "ISO20022", "Signing", "Store", "Curl", "Channels", "Notices", "Work", "SandboxBank"]),
  ("SEPA", ["ISO20022", "Signing", "Store", "Curl", "Channels", "Notices", "Work", "SandboxBank"]),
  ("ISO20022", ["Signing", "Store", "Curl", "Channels", "Notices", "Work"]),
  ("Signing", ["ISO20022", "Store", "Curl", "Channels", "Notices", "Work"]),
  ("Store", ["ISO20022", "Signing", "Curl", "Channels", "Notices", "Work"]),
  ("Channels", ["SEPA", "ISO20022", "Store", "Notices", "Work"]),
  ("Notices", ["ISO20022", "Store", "Channels", "Work"]),
  ("SandboxBank", ["Store", "Channels", "Notices", "Work"]),
]

@Suite("Arrows between rooms")
struct ArrowTests {
  @Test("every import is an arrow that Package.swift states")
  func importsAreDeclared() {
    for path in Repository.sources + Repository.benchmarkSources {
      let name = Repository.room(of: path)
      let room = Manifest.rooms.first { $0.name == name }
      let extra: Set = name == "TestSupport" ? ["Foundation", "Testing"] : []
      for module in imports(in: Repository.text(path)) where module != name {
        #expect(
          platform.contains(module) || extra.contains(module) || room?.dependencies.contains(module) == true,
          "\(path): imports \(module): found no arrow \(name) -> \(module), expected one in Package.swift or none here")
      }
    }
  }

  @Test("an arrow points to a room that stands above it in Package.swift")
  func arrowsPointUp() {
    #expect(Manifest.rooms.count > 10, "found \(Manifest.rooms.map(\.name)): is the manifest still read rightly?")
    let names = Manifest.rooms.map(\.name)
    for (index, room) in Manifest.rooms.enumerated() {
      for dependency in room.dependencies where names.contains(dependency) {
        #expect(names[..<index].contains(dependency), "Package.swift: \(room.name) -> \(dependency) points down")
      }
    }
  }

  @Test("a C library is known in one room")
  func oneHome() {
    for library in Manifest.rooms where library.isLibrary {
      let users = Manifest.rooms.filter { $0.name != benchmark && $0.dependencies.contains(library.name) }.map(\.name)
      #expect(users == [homes[library.name] ?? "one room, named in ArrowTests"], "\(library.name)")
    }
  }

  @Test("nothing stands on the benchmark, and it knows no C library but the one it compares with")
  func benchmarkStandsAlone() {
    #expect(Manifest.rooms.filter { $0.dependencies.contains(benchmark) }.map(\.name) == [])
    let known = Manifest.rooms.first { $0.name == benchmark }?.dependencies ?? []
    #expect(Manifest.rooms.filter { $0.isLibrary && known.contains($0.name) }.map(\.name) == ["CLibXML2"])
  }

  @Test("rooms side by side do not know each other", arguments: strangers.map(\.room))
  func strangersStayStrangers(_ name: String) {
    let forbidden = strangers.first { $0.room == name }?.neverKnows ?? []
    let known = Manifest.rooms.first { $0.name == name }?.dependencies ?? []
    #expect(forbidden.intersection(known).isEmpty, "Package.swift: \(name)")
  }

  @Test("every folder of Sources is a room of Package.swift")
  func foldersAreRooms() {
    let folders = Set(Repository.paths.filter { $0.hasPrefix("Sources/") }.map(Repository.room(of:)))
    #expect(folders.subtracting(Manifest.rooms.map(\.name)) == [])
  }

  @Test("the manifest and the imports are read rightly")
  func readsManifest() {
    let manifest = #"""
      func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target { .target(name: name) }
      let package = Package(targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        room("SEPA"),  // room("Ghost", ["SEPA"])
        room("Text", resources: [.copy("a")]),
        room("Store", ["SEPA", .product(name: "Logging", package: "swift-log")], resources: [.copy("b")]),
        .executableTarget(name: "sepad", dependencies: ["Store"], swiftSettings: settings),
      ])
      """#
    #expect(
      Manifest.rooms(in: manifest) == [
        Room(name: "CLibPQ", dependencies: [], isLibrary: true), Room(name: "SEPA", dependencies: []),
        Room(name: "Text", dependencies: []), Room(name: "Store", dependencies: ["SEPA", "Logging"]),
        Room(name: "sepad", dependencies: ["Store"]),
      ])
    let source = "import A\n@testable import B\npackage import struct C.D\n// import E\nlet s = \"\"\"\nimport F\n\"\"\""
    #expect(imports(in: source) == ["A", "B", "C"])
  }
}

private func imports(in text: String) -> [String] {
  let line = /(?m)^\s*(?:@\w+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
  return SwiftCode.withoutCommentsAndStrings(text).matches(of: line).map { String($0.1) }
}
