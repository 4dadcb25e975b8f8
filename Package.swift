// swift-tools-version: 6.2
import PackageDescription

// One list of settings for every target: Swift 6, no warning survives, imports say what they use.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Where tests let the process die; in a release build there are no such places.
let crashPoints = SwiftSetting.define("SEPAD_CRASH_POINTS", .when(configuration: .debug))

func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [], setting: SwiftSetting? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources,
    swiftSettings: settings + [setting].compactMap(\.self))
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// Low to high. An arrow points from a target to the ones above it in this list, never the other way;
// Tests/TidyTests keeps it so. docs/ARCHITECTURE.md says what each room knows and never knows.
let package = Package(
  name: "sepad",
  products: [
    .executable(name: "sepad", targets: ["sepad"]),
    .executable(name: "sandbox-bank", targets: ["sandbox-bank"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CMalloc"),

    room("CrashPoints", setting: crashPoints),
    room("SEPA"),
    room("Containers", ["CLibArchive"]),
    room("ISO20022", ["SEPA", "Containers", "CLibXML2"]),
    room("Signing", ["COpenSSL"]),
    room("Store", ["SEPA", "CLibPQ"], resources: [
      .embedInCode("Migrations/m0001_domain.sql"),
      .embedInCode("Migrations/m0002_files.sql"),
      .embedInCode("Migrations/m0003_events.sql"),
      .embedInCode("Migrations/m0004_intake.sql"),
      .embedInCode("Migrations/m0005_returns.sql"),
      .embedInCode("Migrations/m0006_alerts.sql"),
      .embedInCode("Migrations/m0007_creditor_address.sql"),
      .embedInCode("Migrations/m0008_event_date.sql"),
      .embedInCode("Migrations/m0009_report_warnings.sql"),
      .embedInCode("Migrations/m0010_policies.sql"),
      .embedInCode("Migrations/m0011_fencing.sql"),
      .embedInCode("Migrations/m0012_epoch.sql"),
      .embedInCode("Migrations/m0013_adoption.sql"),
      .embedInCode("Migrations/m0014_too_slow.sql"),
      .embedInCode("Migrations/m0015_growth.sql"),
      .embedInCode("Migrations/m0016_profiles.sql"),
      .embedInCode("Migrations/m0017_undoing.sql"),
      .embedInCode("Migrations/m0018_mandate_states.sql"),
      .embedInCode("Migrations/m0019_mandates.sql"),
      .embedInCode("Migrations/m0020_calendar.sql"),
      .embedInCode("Migrations/m0021_plans.sql"),
      .embedInCode("Migrations/m0022_notices.sql"),
      .embedInCode("Migrations/m0023_schedules.sql"),
      .embedInCode("Migrations/m0024_totals.sql"),
      .embedInCode("Migrations/m0025_queues.sql"),
      .embedInCode("Migrations/m0026_waiting.sql"),
    ]),
    room("Curl", ["CLibCurl"]),
    room("Channels", ["Curl", "CrashPoints"]),
    room("Notices", ["Curl", "Signing"]),
    room("Work", [
      "SEPA", "Containers", "ISO20022", "Signing", "Store", "Channels", "Notices", "CrashPoints",
      .product(name: "Logging", package: "swift-log"),
    ]),
    .executableTarget(
      name: "sepad",
      dependencies: [
        "SEPA", "ISO20022", "Signing", "Store", "Channels", "Notices", "Work", "CMalloc",
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      resources: [
        .embedInCode("Profiles/generic-epc.toml"),
        .embedInCode("Profiles/generic-austria.toml"),
        .embedInCode("Profiles/generic-belgium.toml"),
        .embedInCode("Profiles/generic-france.toml"),
        .embedInCode("Profiles/generic-germany.toml"),
        .embedInCode("Profiles/generic-netherlands.toml"),
        .embedInCode("Profiles/generic-spain.toml"),
      ],
      swiftSettings: settings),

    room("SandboxBank", ["SEPA", "ISO20022", "Signing"]),
    .executableTarget(
      name: "sandbox-bank",
      dependencies: [
        "SEPA", "SandboxBank",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    room("TestSupport"),
    // Not a product: it measures the rooms, and libxml2 by itself beside them.
    .executableTarget(
      name: "benchmark",
      dependencies: [
        "CLibXML2", "ISO20022", "Store", "Work",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/benchmark",
      swiftSettings: settings),
    // Not a product either: the whole way of a million payments, beside the bare statements of each stage.
    .executableTarget(
      name: "loop",
      dependencies: [
        "SEPA", "ISO20022", "Store", "Channels", "Notices", "Work", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Benchmarks/loop",
      swiftSettings: settings),

    tests("SEPATests", ["SEPA", "TestSupport"], exclude: ["Goldens", "Judges"]),
    tests("ContainersTests", ["Containers", "TestSupport"]),
    tests(
      "ISO20022Tests", ["ISO20022", "SEPA", "Containers", "TestSupport"],
      exclude: ["Samples", "Crashers", "Goldens", "Judges"]),
    tests("SigningTests", ["Signing", "TestSupport"]),
    tests("StoreTests", ["Store", "SEPA", "TestSupport"]),
    tests("ChannelsTests", ["Channels", "Curl", "TestSupport"]),
    tests("NoticesTests", ["Notices", "Curl", "Signing", "TestSupport"], exclude: ["Goldens", "read-mail.py"]),
    tests("SandboxBankTests", ["SandboxBank", "TestSupport"]),
    tests(
      "WorkTests",
      ["Work", "Store", "SEPA", "ISO20022", "Signing", "Channels", "TestSupport", .product(name: "Logging", package: "swift-log")],
      exclude: ["Plans/Goldens"]),
    tests("ModelTests", ["SEPA"]),
    tests("EndToEndTests", ["TestSupport", "CrashPoints", "sepad", "sandbox-bank"]),
    tests("TidyTests", ["TestSupport"]),
  ]
)
