// What a record holds beyond a few numbers, shared between copies of the record until one of them changes.

/// The content of a record: its texts, and what few records have.
///
/// `@unchecked Sendable`: changed only by `ReportRecord` and `ReportDraft`, and only while one record alone refers to
/// it.
final class ReportContent: @unchecked Sendable {
  /// Behind a pointer, so that a draft reaches it for each value without asking who else refers to the content.
  let texts: UnsafeMutablePointer<TextArena>
  var messageType: String
  var rarities = Rarities()

  /// What most records do without.
  struct Rarities: Equatable {
    var reasonCodes: [String] = []
    var reasonText: String?
    var charges: ReportAmount?
    var electronicNumber: Int?
    var legalNumber: Int?
    var page: Int?
    var isLastPage: Bool?
    /// All batches but the last.
    var earlierBatches: [ReportBatch] = []
  }

  init(messageType: String) {
    texts = .allocate(capacity: 1)
    texts.initialize(to: TextArena())
    self.messageType = messageType
  }

  deinit {
    texts.pointee.deallocate()
    texts.deallocate()
  }

  func copy() -> ReportContent {
    let copy = ReportContent(messageType: messageType)
    copy.rarities = rarities
    for text in ReportText.allCases {
      guard let bytes = texts.pointee.bytes(of: text) else { continue }
      copy.texts.pointee[text] = copy.texts.pointee.add(bytes)
    }
    return copy
  }

  static func hasSameTexts(_ left: ReportContent, _ right: ReportContent) -> Bool {
    ReportText.told.allSatisfy { text in
      switch (left.texts.pointee.bytes(of: text), right.texts.pointee.bytes(of: text)) {
      case (nil, nil): true
      case (let left?, let right?): left.elementsEqual(right)
      default: false
      }
    }
  }
}
