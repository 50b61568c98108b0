import Basics
import Pipeline
import Testing

/// Expected values are those of numpy 2.
@Suite("numpy's RandomState")
struct NumpyRandomStateTests {
  @Test func `words are the Mersenne Twister's`() {
    var random = NumpyRandomState(seed: 123)
    #expect((0..<3).map { _ in random.nextWord() } == [2_991_312_382, 3_062_119_789, 1_228_959_102])
  }

  /// C++ standard, [rand.predef]: the 10,000th number of mt19937, whose default seed is 5489.
  @Test func `the ten-thousandth word is the one that the C++ standard demands`() {
    var random = NumpyRandomState(seed: 5489)
    for _ in 1..<10_000 { _ = random.nextWord() }
    #expect(random.nextWord() == 4_123_659_995)
  }

  @Test(arguments: [
    (0, [2, 8, 4, 9, 1, 6, 7, 3, 0, 5], [1, 0, 2, 3, 4]),
    (1, [2, 9, 6, 4, 0, 3, 1, 7, 8, 5], [3, 0, 1, 2, 4]),
    (123, [4, 0, 7, 5, 8, 3, 1, 6, 9, 2], [2, 3, 4, 0, 1]),
    (4_294_967_295, [6, 9, 5, 1, 8, 0, 7, 4, 2, 3], [0, 1, 4, 2, 3]),
  ])
  func `permutations are numpy's`(seed: Int, first: [Int], second: [Int]) {
    var random = NumpyRandomState(seed: UInt32(seed))
    #expect(random.permutation(10) == first)
    #expect(random.permutation(5) == second)
  }

  @Test func `a long permutation is numpy's to the last number`() {
    var random = NumpyRandomState(seed: 123)
    let bytes = random.permutation(100_000).flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    #expect(
      SHA256.hash(bytes).description == "e10274d50d7374604eef05f24dc8d1ee5dbc42af70995aba911566bb29f34210")
  }

  @Test func `nothing and one thing have one order`() {
    var random = NumpyRandomState(seed: 7)
    #expect(random.permutation(0) == [])
    #expect(random.permutation(1) == [0])
  }
}
