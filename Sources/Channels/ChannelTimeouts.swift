import Curl

/// When a channel gives up, in seconds.
package struct ChannelTimeouts: Sendable, Equatable {
  package var connectSeconds: Int
  /// Without a byte for so long, a transfer has stalled.
  package var stallSeconds: Int
  /// The longest a single transfer may take.
  package var totalSeconds: Int

  package init(connectSeconds: Int = 30, stallSeconds: Int = 60, totalSeconds: Int = 3600) {
    self.connectSeconds = connectSeconds
    self.stallSeconds = stallSeconds
    self.totalSeconds = totalSeconds
  }

  var forCurl: CurlTimeouts {
    CurlTimeouts(
      connectSeconds: connectSeconds, totalSeconds: totalSeconds, lowSpeedBytesPerSecond: 1,
      lowSpeedSeconds: stallSeconds)
  }
}
