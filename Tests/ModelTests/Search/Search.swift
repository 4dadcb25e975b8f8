/// Every state that a model can reach, the nearest first, so that the first violation has the shortest story.
struct Search {
  /// A state that must not be, or one from which no end can be reached, and how it comes about.
  struct Finding: CustomStringConvertible {
    let fault: String
    let story: [String]

    var description: String { ([fault] + story.enumerated().map { "  \($0 + 1). \($1)" }).joined(separator: "\n") }
  }

  let states: Int
  let transitions: Int
  /// The first finding; nil when the model holds everywhere.
  let finding: Finding?
  let seconds: Double
  /// The kinds of steps that were taken, a bit for each low byte of a label.
  let kinds: UInt64

  var figures: String {
    "\(states) states, \(transitions) transitions, \((seconds * 10).rounded() / 10) s"
  }

  /// The figures, and what was found in how many steps.
  var summary: String { figures + (finding.map { ": \($0.fault), in \($0.story.count) steps" } ?? ": holds") }

  /// - Parameter limit: more states than this are a fault of the model, not of what it models.
  init(_ model: some StateModel, limit: Int = 4_000_000) {
    let clock = ContinuousClock()
    let begun = clock.now
    let seen = NumberSet()
    var parents: [Int32] = [-1]
    var labels: [UInt32] = [0]
    // The steps that lead to an end, by the state that they start from.
    var ways: [Int32] = []
    var firstWay: [Int32] = []
    var steps = Steps()
    var transitions = 0
    var finding: Finding?
    var kinds: UInt64 = 0

    func story(to place: Int) -> [String] {
      var path = [place]
      while let last = path.last, parents[last] >= 0 { path.append(Int(parents[last])) }
      path.reverse()
      var isSwapped = false
      return path.dropFirst().map { to in
        // The step is named as seen from where it starts; the swap comes with the state that it leads to.
        defer { if labels[to] & Steps.isSwap != 0 { isSwapped.toggle() } }
        let label = labels[to] & ~(Steps.isSwap | Steps.isProgress)
        return model.words(for: label, to: seen[to], isSwapped: isSwapped)
      }
    }

    _ = seen.insert(model.start)
    var next = 0
    while next < seen.count, finding == nil {
      let state = seen[next]
      if let fault = model.violation(in: state) {
        finding = Finding(fault: fault, story: story(to: next))
        break
      }
      firstWay.append(Int32(ways.count))
      steps.clear()
      model.steps(from: state, into: &steps)
      transitions += steps.states.count
      for index in 0..<steps.states.count {
        let (place, isNew) = seen.insert(steps.states[index])
        if isNew {
          parents.append(Int32(next))
          labels.append(steps.labels[index])
        }
        kinds |= 1 << UInt64(steps.labels[index] & 63)
        if steps.labels[index] & Steps.isProgress != 0 { ways.append(Int32(place)) }
      }
      precondition(seen.count < limit, "the model has no bound")
      next += 1
    }
    if finding == nil, let lost = Self.firstWithoutEnd(model, seen, ways, firstWay) {
      finding = Finding(fault: "no end can be reached from here", story: story(to: lost))
    }
    states = seen.count
    self.transitions = transitions
    self.finding = finding
    self.kinds = kinds
    let took = begun.duration(to: clock.now)
    seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
  }

  /// Backwards over the steps until nothing changes: mostly they lead to states that were met later, so a few rounds
  /// do.
  private static func firstWithoutEnd(
    _ model: some StateModel, _ seen: NumberSet, _ ways: [Int32], _ firstWay: [Int32]
  ) -> Int? {
    var endsWell = [Bool](repeating: false, count: seen.count)
    for place in 0..<seen.count where model.isEnd(seen[place]) { endsWell[place] = true }
    var changed = true
    while changed {
      changed = false
      var place = seen.count - 1
      while place >= 0 {
        if !endsWell[place] {
          var way = Int(firstWay[place])
          let end = place + 1 < seen.count ? Int(firstWay[place + 1]) : ways.count
          while way < end {
            if endsWell[Int(ways[way])] {
              endsWell[place] = true
              changed = true
              break
            }
            way += 1
          }
        }
        place -= 1
      }
    }
    return endsWell.firstIndex(of: false)
  }
}
