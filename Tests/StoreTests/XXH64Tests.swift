import Basics
import Store
import Testing

@Suite struct XXH64Tests {
  private func hash(_ text: String) -> UInt64 {
    var hash = XXH64()
    hash.update(Array(text.utf8).span)
    return hash.finish()
  }

  /// Known answers of the reference implementation.
  @Test func `texts hash to the known answers`() {
    #expect(hash("") == 0xef46_db37_51d8_e999)
    #expect(hash("a") == 0xd24e_c4f1_a98c_6e5b)
    #expect(hash("abc") == 0x44bc_2cf5_ad77_0999)
    #expect(hash("Nobody inspects the spammish repetition") == 0xfbce_a83c_8a37_8bf1)
  }

  @Test(arguments: 0..<50)
  func `pieces hash to the hash of the whole`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    let hashSeed = seed % 2 == 0 ? 0 : random.next()
    var hash = XXH64(seed: hashSeed)
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 0...70, using: &random))
      hash.update(bytes.span.extracting(start..<end))
      start = end
    }
    #expect(hash.finish() == XXH64.hash(bytes.span, seed: hashSeed))
  }
}
