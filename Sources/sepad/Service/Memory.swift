import CMalloc

/// How the daemon holds its memory.
enum Memory {
  /// One heap for all threads. glibc gives each new thread a heap of its own, and what a stage has freed in one is lost to
  /// the next: with 40 000 collections that alone was 65 MiB at the peak against 47. To be called before threads start.
  static func useOneHeap() {
    // 0 would mean that this glibc does not know the parameter: then more memory is in use, and nothing is worse.
    _ = mallopt(M_ARENA_MAX, 1)
  }
}
