import Testing
import Training

@Suite("Learning rate")
struct LearningRateScheduleTests {
  private let schedule = LearningRateSchedule(peak: 0.001, minimum: 0.0001, warmupSteps: 10, steps: 110)

  @Test(arguments: [(1, 0.0001), (5, 0.0005), (10, 0.001), (60, 0.00055), (110, 0.0001), (500, 0.0001)])
  func `rises in a line, falls along a cosine, stays at the minimum`(step: Int, rate: Double) {
    #expect(abs(schedule.rate(at: step) - rate) < 1e-12)
  }

  @Test func `without a warm-up the first step is near the peak`() {
    let schedule = LearningRateSchedule(peak: 1, minimum: 0, warmupSteps: 0, steps: 4)
    let rates = (1...4).map(schedule.rate(at:))
    let expected = [0.853_553_390_593_273_7, 0.5, 0.146_446_609_406_726_2, 0]
    #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func `a warm-up as long as the run never falls`() {
    let schedule = LearningRateSchedule(peak: 1, minimum: 0, warmupSteps: 4, steps: 4)
    #expect((1...4).map(schedule.rate(at:)) == [0.25, 0.5, 0.75, 1])
  }
}
