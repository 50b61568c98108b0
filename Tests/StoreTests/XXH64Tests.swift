import Basics
import Store
import Testing

@Suite("XXH64")
struct XXH64Tests {
  /// The vectors of xxHash's own test, `xsum_sanity_check.c`: the first bytes of its test buffer.
  @Test(
    arguments: [
      (0, 0, 0xef46_db37_51d8_e999), (0, 2_654_435_761, 0xac75_fda2_929b_17ef),
      (1, 0, 0xe934_a84a_db05_2768), (1, 2_654_435_761, 0x5014_6076_43a9_b4c3),
      (4, 0, 0x9136_a0dc_a574_57ee), (14, 0, 0x8282_dcc4_994e_35c8),
      (14, 2_654_435_761, 0xc3bd_6bf6_3deb_6df0), (222, 0, 0xb641_ae8c_b691_c174),
      (222, 2_654_435_761, 0x20cb_8ab7_ae10_c14a),
    ] as [(Int, UInt64, UInt64)])
  func `gives the numbers of its authors' test`(count: Int, seed: UInt64, expected: UInt64) {
    var generator: UInt64 = 2_654_435_761
    var bytes: [UInt8] = []
    for _ in 0..<count {
      bytes.append(UInt8(generator >> 56))
      generator &*= 11_400_714_785_074_694_797
    }
    #expect(XXH64.hash(bytes.span, seed: seed) == expected)
  }

  @Test(
    arguments: [
      ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
    ] as [(String, UInt64)])
  func `gives the published hashes of texts`(text: String, expected: UInt64) {
    #expect(XXH64.hash(Array(text.utf8).span) == expected)
  }

  @Test func `agrees with the definition, for every length and place in memory`() {
    var random = SplitMix64(seed: 1)
    let bytes = (0..<400).map { _ in UInt8.random(in: 0...255, using: &random) }
    for start in 0..<9 {
      for count in 0...200 {
        let part = Array(bytes[start..<start + count])
        let seed = random.next()
        #expect(
          XXH64.hash(bytes.span.extracting(start..<start + count), seed: seed)
            == Reference.xxh64(part, seed: seed))
      }
    }
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
