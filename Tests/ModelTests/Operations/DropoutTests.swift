import Basics
import Glibc
import Model
import Testing

@Suite("Dropout")
struct DropoutTests {
  /// What is left of ones.
  private func kept(_ rate: Double, place: Int = 1, seed: UInt64 = 1, tokens: Int = 64) throws -> [Float] {
    var rig = Rig(
      time: tokens,
      inputs: [
        Grid(rows: tokens, columns: 50, seed: 1).map { _ in 0 },
        Grid(rows: tokens, columns: 50, seed: 1).map { _ in 1 },
      ]
    ) { tape, inputs, _ in tape.add(inputs[0], inputs[1], dropout: Dropout(rate, place: place)) }
    rig.dropoutSeed = seed
    return try rig.run().result
  }

  @Test(arguments: [0.01, 0.1, 0.5, 0.9, 0.999])
  func `drops its share and makes up for it`(rate: Double) throws {
    let numbers = try kept(rate, tokens: 2_000)
    let dropped = numbers.count { $0 == 0 }
    let count = Double(numbers.count)
    // Five deviations of a binomial distribution.
    #expect(abs(Double(dropped) - rate * count) < 5 * (rate * (1 - rate) * count).squareRoot())
    let scale = 1 / (1 - Float(rate))
    #expect(numbers.allSatisfy { $0 == 0 || $0 == scale })
  }

  @Test func `the same seed and place drop the same, others do not`() throws {
    let numbers = try kept(0.5)
    let again = try kept(0.5)
    #expect(again == numbers)
    var differences = [
      zip(try kept(0.5, seed: 2), numbers).count { $0 != $1 },
      zip(try kept(0.5, place: 2), numbers).count { $0 != $1 },
    ]
    // Neighbouring elements are as independent as neighbouring seeds.
    differences.append(zip(numbers, numbers.dropFirst()).count { $0 != $1 })
    for difference in differences { #expect(abs(difference - 1_600) < 5 * 28) }
  }

  @Test func `a rate of zero is no dropout, and one next to 1 leaves zeros`() throws {
    #expect(Dropout(0, place: 1) == nil)
    let rest = try kept(1 - 1e-12)
    #expect(rest.allSatisfy { $0 == 0 })
  }
}
