/// Something that each of the two schemes has its own of.
package struct PerScheme<Value: Sendable>: Sendable {
  package var core: Value
  package var b2b: Value

  package init(core: Value, b2b: Value) {
    self.core = core
    self.b2b = b2b
  }

  /// The same for both.
  package init(both value: Value) { self.init(core: value, b2b: value) }

  package subscript(scheme: Scheme) -> Value {
    switch scheme {
    case .core: core
    case .b2b: b2b
    }
  }

  /// What `transform` makes of each.
  package func map<Other: Sendable>(_ transform: (Value) -> Other) -> PerScheme<Other> {
    PerScheme<Other>(core: transform(core), b2b: transform(b2b))
  }
}
