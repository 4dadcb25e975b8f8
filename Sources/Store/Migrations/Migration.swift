/// One numbered step of the schema: forward only, applied once, in a transaction of its own, never changed afterwards.
package struct Migration: Sendable {
  /// 1, 2, 3 … without gaps.
  package let number: Int
  /// What stands in the list that `sepad migrate` prints.
  package let name: String
  /// One or more statements.
  let sql: String

  /// Every migration of this version of sepad, in order.
  package static let all: [Migration] = [
    Migration(number: 1, name: "domain", bytes: PackageResources.m0001_domain_sql),
    Migration(number: 2, name: "files", bytes: PackageResources.m0002_files_sql),
    Migration(number: 3, name: "events", bytes: PackageResources.m0003_events_sql),
    Migration(number: 4, name: "intake", bytes: PackageResources.m0004_intake_sql),
    Migration(number: 5, name: "returns", bytes: PackageResources.m0005_returns_sql),
    Migration(number: 6, name: "alerts", bytes: PackageResources.m0006_alerts_sql),
    Migration(number: 7, name: "creditor address", bytes: PackageResources.m0007_creditor_address_sql),
    Migration(number: 8, name: "event date", bytes: PackageResources.m0008_event_date_sql),
    Migration(number: 9, name: "report warnings", bytes: PackageResources.m0009_report_warnings_sql),
    Migration(number: 10, name: "policies", bytes: PackageResources.m0010_policies_sql),
    Migration(number: 11, name: "fencing", bytes: PackageResources.m0011_fencing_sql),
    Migration(number: 12, name: "epoch", bytes: PackageResources.m0012_epoch_sql),
    Migration(number: 13, name: "adoption", bytes: PackageResources.m0013_adoption_sql),
    Migration(number: 14, name: "too slow", bytes: PackageResources.m0014_too_slow_sql),
    Migration(number: 15, name: "growth", bytes: PackageResources.m0015_growth_sql),
    Migration(number: 16, name: "profiles", bytes: PackageResources.m0016_profiles_sql),
    Migration(number: 17, name: "undoing", bytes: PackageResources.m0017_undoing_sql),
    Migration(number: 18, name: "mandate states", bytes: PackageResources.m0018_mandate_states_sql),
    Migration(number: 19, name: "mandates", bytes: PackageResources.m0019_mandates_sql),
    Migration(number: 20, name: "calendar", bytes: PackageResources.m0020_calendar_sql),
    Migration(number: 21, name: "plans", bytes: PackageResources.m0021_plans_sql),
    Migration(number: 22, name: "notices", bytes: PackageResources.m0022_notices_sql),
    Migration(number: 23, name: "schedules", bytes: PackageResources.m0023_schedules_sql),
    Migration(number: 24, name: "totals", bytes: PackageResources.m0024_totals_sql),
    Migration(number: 25, name: "queues", bytes: PackageResources.m0025_queues_sql),
    Migration(number: 26, name: "waiting", bytes: PackageResources.m0026_waiting_sql),
  ]

  init(number: Int, name: String, bytes: [UInt8]) {
    self.number = number
    self.name = name
    sql = String(decoding: bytes, as: UTF8.self)
  }

  package init(number: Int, name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }
}
