import Basics
import Glibc
import Testing
import Training

@Suite("Choosing a token")
struct SamplerTests {
  @Test func `a temperature of 0 takes the likeliest, of equals the first`() throws {
    var sampler = try Sampler(temperature: 0, seed: 1)
    let first = sampler.choose([0, 3, 1, 3])
    let second = sampler.choose([-5, -7, -6])
    #expect(first == 1 && second == 0)
  }

  @Test(arguments: 0..<20)
  func `never leaves the k likeliest`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let logits = (0..<100).map { _ in Float.random(in: -2...2, using: &random) }
    let count = Int.random(in: 1...100, using: &random)
    let allowed = Set(logits.indices.sorted { logits[$0] > logits[$1] }.prefix(count).map(UInt32.init))
    var sampler = try Sampler(temperature: 1.5, topK: count, seed: seed)
    for _ in 0..<200 {
      let token = sampler.choose(logits)
      #expect(token.map(allowed.contains) == true)
    }
  }

  @Test(arguments: [600, 5_000])
  func `many candidates are the same as few`(count: Int) throws {
    var random = SplitMix64(seed: 3)
    let logits = (0..<5_000).map { _ in Float.random(in: -2...2, using: &random) }
    let allowed = Set(logits.indices.sorted { logits[$0] > logits[$1] }.prefix(count).map(UInt32.init))
    var sampler = try Sampler(temperature: 5, topK: count, seed: 1)
    for _ in 0..<200 {
      let token = sampler.choose(logits)
      #expect(token.map(allowed.contains) == true)
    }
  }

  @Test func `the same seed chooses the same tokens, another one others`() throws {
    func tokens(_ seed: UInt64) throws -> [UInt32?] {
      var sampler = try Sampler(temperature: 1, seed: seed)
      return (0..<50).map { _ in sampler.choose([Float](repeating: 0, count: 50)) }
    }
    #expect(try tokens(4) == tokens(4))
    #expect(try tokens(4) != tokens(5))
  }

  @Test func `tokens come as often as their probabilities say`() throws {
    let logits: [Float] = [0, 1, 2, -1]
    let temperature = 0.7
    let weights = logits.map { exp(Double($0) / temperature) }
    var sampler = try Sampler(temperature: temperature, seed: 9)
    var counts = [0, 0, 0, 0]
    let draws = 20_000
    for _ in 0..<draws { counts[Int(sampler.choose(logits) ?? 0)] += 1 }
    for (count, weight) in zip(counts, weights) {
      let p = weight / weights.reduce(0, +)
      let deviation = (Double(draws) * p * (1 - p)).squareRoot()
      #expect(abs(Double(count) - Double(draws) * p) < 5 * deviation)
    }
  }

  @Test func `what is not a number chooses nothing`() throws {
    var sampler = try Sampler(temperature: 1, seed: 1)
    let chosen = [[0, .nan], [-.infinity, -.infinity], [], [-.infinity, 0]].map { sampler.choose($0) }
    #expect(chosen == [nil, nil, nil, 1])
  }

  @Test func `settings that make no sense are refused`() {
    #expect(throws: TrainingError.setting("a temperature is 0 or more, not -1.0")) {
      try Sampler(temperature: -1, seed: 1)
    }
    #expect(throws: TrainingError.setting("top-k leaves at least 1 token to choose from, not 0")) {
      try Sampler(temperature: 1, topK: 0, seed: 1)
    }
  }
}
