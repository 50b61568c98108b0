internal import Basics

extension DatasetPlan {
  /// How many sources and segments this plan and `other` begin with. Segments count as far as their sources do.
  public func beginning(sharedWith other: DatasetPlan) -> (sources: Int, segments: Int) {
    let sources = zip(sources, other.sources).prefix { $0 == $1 }.count
    let segments = zip(segments, other.segments).prefix { own, other in
      own == other && own.ranges.allSatisfy { $0.source < sources }
    }.count
    return (sources, segments)
  }

  /// Whether `other` is made with the same tokenizer and the same options.
  public func isMadeLike(_ other: DatasetPlan) -> Bool {
    tokenizer.digest == other.tokenizer.digest && tokenizer.endOfText == other.tokenizer.endOfText
      && tokenizer.vocabularySize == other.tokenizer.vocabularySize && configuration == other.configuration
  }

  /// Whether a dataset of this plan, `finished` segments of which are finished for good, can become one of `other` without
  /// losing any of these.
  func canGrow(to other: DatasetPlan, finished: Int) -> Bool {
    guard digest != other.digest, isMadeLike(other) else { return false }
    let shared = beginning(sharedWith: other).segments
    return shared >= finished && (shared > 0 || segments.isEmpty)
  }
}

/// What the manifest in a folder says that is made there.
public struct RecordedPlan: Sendable {
  /// What it was planned as.
  public let plan: DatasetPlan
  /// Whether all of it is there.
  public let isComplete: Bool
  /// How many of its segments, from the first on, are finished for good: all of a finished dataset, and of one whose growth
  /// was broken off those that it had before.
  public let finishedSegments: Int

  /// The plan of the dataset in `folder`, finished or not; nil where there is none to go on with: no manifest, a damaged one, or
  /// one of which nothing was committed.
  ///
  /// - Throws: what the system says where the manifest cannot be read; ``StoreError/inUse(folder:)``.
  public init?(_ folder: String) throws(StoreError) {
    guard let (contents, finished) = try Self.contents(folder) else { return nil }
    switch contents.state {
    case .complete: isComplete = true
    case .writing where contents.segments.contains { $0 != nil }: isComplete = false
    default: return nil
    }
    plan = contents.plan
    finishedSegments = finished
  }

  private typealias Found = (contents: Manifest.Contents, finished: Int)

  private static func read(_ manifest: borrowing Manifest) throws(StoreError) -> Found {
    let contents = try manifest.read()
    return (contents, try manifest.finishedSegments(contents))
  }

  private static func contents(_ folder: String) throws(StoreError) -> Found? {
    do throws(StoreError) {
      return try read(Manifest.open(folder))
    } catch {
      // Of any other fault those who write the dataset tell.
      guard error.isOfSystem else { return nil }
    }
    // It may be that another process is changing it. Else opening for changes undoes one that was broken off.
    let lock = try DatasetWriter.lock(folder)
    defer { withExtendedLifetime(lock) {} }
    do throws(StoreError) {
      guard let manifest = try Manifest.edit(folder, isLocked: lock != nil) else { return nil }
      return try read(manifest)
    } catch {
      guard error.isOfSystem || error == .inUse(folder: folder) else { return nil }
      throw error
    }
  }
}
