internal import Basics

/// What codec 1 knows of a dataset's tokens: which ids are frequent, and which often follow each id. docs/shard-format.md says how
/// it is used and stored.
package struct SuccessorLists: Equatable, Sendable {
  /// Ids that two bytes say, in groups of ``groupSize``; in a group they ascend.
  package var frequent: [UInt32]
  /// How many successors each id of the vocabulary has.
  package var lengths: [UInt8]
  /// The lists of all ids, one after another.
  package var successors: [UInt32]

  package init(frequent: [UInt32], lengths: [UInt8], successors: [UInt32]) {
    self.frequent = frequent
    self.lengths = lengths
    self.successors = successors
  }

  var vocabularySize: Int { lengths.count }

  static let maximumVocabulary = 1 << 22
  static let maximumSuccessors = 1 << 22
  /// The first bytes below this are ranks in a list; so a list is not longer.
  static let ranks = 160
  /// The first byte of an id that is written as it is.
  static let literal = 255
  static let groupSize = 256
  /// As many frequent ids as there are first bytes left, times 256.
  static let maximumFrequent = (literal - ranks) * groupSize
  /// Where the groups of a list end: in the first its order is kept, since the commonest ranks save most.
  static let groupEnds = [4, 8, 16, 32, 64, 128, 160]

  /// All ids, the frequent ones first and the others after them, ascending.
  var order: [UInt32] {
    var isFrequent = [Bool](repeating: false, count: vocabularySize)
    for id in frequent { isFrequent[Int(id)] = true }
    return frequent + (0..<UInt32(vocabularySize)).filter { !isFrequent[Int($0)] }
  }

  /// The place of each id in the ``order``.
  var places: [UInt32] {
    var places = [UInt32](repeating: 0, count: vocabularySize)
    for (place, id) in order.enumerated() { places[Int(id)] = UInt32(place) }
    return places
  }

  /// The groups of a list of `length`.
  static func groups(_ length: Int) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    for end in groupEnds where start < length {
      groups.append(start..<min(end, length))
      start = end
    }
    return groups
  }
}

/// Why a file is no codec table. Readers add which file it is.
package struct CodecTableError: Error, Equatable {
  package let reason: String
}
