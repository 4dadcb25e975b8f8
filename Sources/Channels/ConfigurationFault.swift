/// What the options of every channel refuse alike.
func configurationFault(_ found: String, _ expected: String) -> ChannelFault {
  ChannelFault(.configuration, stage: .configure, found: found, expected: expected)
}

/// Refuses a suffix that no file name can end in, and the empty one, which would make the temporary name the final one.
func usable(temporarySuffix: String) throws(ChannelFault) -> String {
  if temporarySuffix.isEmpty || !isUsable(name: "x" + temporarySuffix) {
    throw configurationFault("a temporary suffix that cannot be used", "something like .part")
  }
  return temporarySuffix
}
