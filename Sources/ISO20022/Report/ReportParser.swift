// The parser of reports: what libxml2 calls at each tag of the largest files there are.

import CLibXML2

/// A parser for reports alone: the walk is compiled into what libxml2 calls, with no call between a tag and its place.
final class ReportParser: PushParser {
  private let report: ReportHandler

  /// - Parameter input: where to pull from; nil for a parser that is pushed.
  init(limits: XMLLimits, report: ReportHandler, from input: PulledInput? = nil) {
    self.report = report
    super.init(within: limits, telling: report, by: Self.callbacks, from: input)
  }

  private static var callbacks: xmlSAXHandler {
    var sax = guards
    sax.startElementNs = { owner, name, _, namespace, _, _, attributeCount, _, attributes in
      at(owner, ReportParser.self) { parser in
        parser.takeStart(name, namespace, attributes, attributeCount) { (element) throws(XMLFault) in
          try parser.report.start(element)
        }
      }
    }
    sax.endElementNs = { owner, _, _, _ in
      at(owner, ReportParser.self) { parser in
        parser.takeEnd { (name) throws(XMLFault) in try parser.report.end(name, at: parser.line) }
        parser.passedTag()
      }
    }
    sax.characters = { owner, text, length in
      at(owner, ReportParser.self) { parser in
        parser.takeText(text, length) { (bytes) throws(XMLFault) in parser.report.text(bytes) }
      }
    }
    sax.oneFunctionForAllText()
    return sax
  }
}
