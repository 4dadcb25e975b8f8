// The element paths a reader cares for, as a tree it walks down with one table look-up per start tag, and up with one
// per end tag.

/// Places in a document, each with a role; whatever is on no path is skipped with all that is in it.
struct ElementPaths<Role: Sendable>: Sendable {
  /// A place in the tree; `nowhere` for elements on no path.
  typealias Place = Int
  static var nowhere: Place { 0 }
  /// Above the document's root element.
  static var top: Place { 1 }

  private let nameCount: Int
  private var roles: [Role?] = [nil, nil]
  private var hasChildren: [Bool] = [false, true]
  private var parents: [Place] = [nowhere, nowhere]
  /// `place * nameCount + name` -> place below.
  private var below: [UInt16]

  /// - Parameter roles: paths from the root element, names separated by `/`, all of them in `names`.
  init(names: XMLNames, roles paths: [(path: String, role: Role)]) {
    nameCount = names.texts.count
    below = Array(repeating: 0, count: 2 * nameCount)
    for (path, role) in paths {
      var place = Self.top
      for part in path.split(separator: "/") {
        place = child(of: place, addingIfAbsent: names[String(part)])
      }
      roles[place] = role
    }
  }

  func place(below place: Place, _ name: ElementName) -> Place {
    Int(below[place * nameCount + Int(name.id)])
  }

  /// The place around this one; `nowhere` above the top.
  func place(above place: Place) -> Place { parents[place] }

  func role(at place: Place) -> Role? { roles[place] }

  /// False where an element can only hold text.
  func expectsElements(at place: Place) -> Bool { hasChildren[place] }

  private mutating func child(of parent: Place, addingIfAbsent name: ElementName) -> Place {
    let known = place(below: parent, name)
    guard known == Self.nowhere, name != .unknown, let number = UInt16(exactly: roles.count) else { return known }
    roles.append(nil)
    hasChildren.append(false)
    parents.append(parent)
    below.append(contentsOf: repeatElement(0, count: nameCount))
    below[parent * nameCount + Int(name.id)] = number
    hasChildren[parent] = true
    return Int(number)
  }
}
