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

  /// Whether a dataset of this plan can become one of `other` without losing a segment that is finished for good.
  func canGrow(to other: DatasetPlan, isComplete: Bool) -> Bool {
    guard digest != other.digest, isMadeLike(other) else { return false }
    let shared = beginning(sharedWith: other).segments
    return isComplete ? shared == segments.count : shared > 0
  }
}

/// What the manifest in a folder says that is made there.
public struct RecordedPlan: Sendable {
  /// What it was planned as.
  public let plan: DatasetPlan
  /// Whether all of it is there.
  public let isComplete: Bool

  /// The plan of the dataset in `folder`, finished or not; nil where there is none to go on with: no manifest, a damaged one, or
  /// one of which nothing was committed.
  ///
  /// - Throws: what the system says where the manifest cannot be read; ``StoreError/inUse(folder:)``.
  public init?(_ folder: String) throws(StoreError) {
    guard let contents = try Self.contents(folder) else { return nil }
    switch contents.state {
    case .complete: isComplete = true
    case .writing where contents.segments.contains { $0 != nil }: isComplete = false
    default: return nil
    }
    plan = contents.plan
  }

  private static func contents(_ folder: String) throws(StoreError) -> Manifest.Contents? {
    do throws(StoreError) {
      return try Manifest.open(folder).read()
    } catch {
      guard isOfSystem(error) else { return nil }
    }
    // Opening for changes undoes one that was broken off.
    do throws(StoreError) {
      return try Manifest.edit(folder)?.read()
    } catch {
      guard isOfSystem(error) else { return nil }
      // It may be that another process is changing it.
      _ = try DatasetWriter.lock(folder)
      throw error
    }
  }

  /// Whether another try may end otherwise. Of any other fault those who write the dataset tell.
  private static func isOfSystem(_ error: StoreError) -> Bool {
    switch error {
    case .file, .database: true
    default: false
    }
  }
}
