internal import Store

/// What is known of a document that comes in pieces, up to now.
struct LongDocument {
  private var hash = XXH64()
  private var outcome = PieceOutcome()

  /// Takes in the pieces of `batch`, in order. Where a document ends, its entry gets the hash of the text as the steps left it, and it is counted.
  mutating func complete(_ batch: inout EncodedBatch) {
    for place in batch.texts.indices {
      guard let piece = batch.texts[place].piece else { continue }
      batch.texts[place].piece = nil
      add(piece)
      guard batch.texts[place].entry != nil else { continue }
      batch.texts[place].entry?.textHash = hash.finish()
      count(in: &batch.stepCounts)
      self = LongDocument()
    }
  }

  private mutating func add(_ piece: EncodedBatch.Piece) {
    hash.update(piece.bytes.span)
    let other = piece.outcome
    if outcome.byteCounts.isEmpty { return outcome = other }
    for place in outcome.byteCounts.indices {
      outcome.byteCounts[place] += other.byteCounts[place]
      outcome.isChanged[place] = outcome.isChanged[place] || other.isChanged[place]
    }
  }

  /// Counts the document as a ``StepRunner`` would.
  private func count(in counts: inout [StepCount]) {
    for place in outcome.byteCounts.indices {
      counts[1 + place].add(outcome.isChanged[place] ? .changed : .kept, bytes: outcome.byteCounts[place])
    }
  }
}
