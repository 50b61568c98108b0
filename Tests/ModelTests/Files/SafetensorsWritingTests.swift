import Basics
import Model
import TestSupport
import Testing

@Suite("Writing safetensors")
struct SafetensorsWritingTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder("model.safetensors")
  }

  @Test func `what is written is read back, bit for bit`() throws {
    let numbers: [Float] = [0, -0.0, .infinity, .nan, .leastNonzeroMagnitude, -1.5, .greatestFiniteMagnitude]
    var random = SplitMix64(seed: 1)
    let many = (0..<300_000).map { _ in Float(random.unit()) }
    let tensors = [
      ("z", [7], numbers), ("a \"quoted\" é", [2, 150_000], many), ("single", [], [4]), ("none", [0, 3], []),
    ]
    try SafetensorsWriter.write(
      tensors.map { tensor in SafetensorsTensor(tensor.0, shape: tensor.1) { tensor.2 } },
      metadata: ["format": "pt", "step": "12"], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["format": "pt", "step": "12"])
    #expect(Set(file.names) == Set(tensors.map(\.0)))
    for (name, shape, values) in tensors {
      #expect(file.shape(of: name) == shape)
      #expect(file.type(of: name) == .float32)
      #expect(try file.floats(of: name).map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  /// The layout of https://github.com/huggingface/safetensors, spelled out.
  @Test func `the bytes are those of the format`() throws {
    try SafetensorsWriter.write(
      [SafetensorsTensor("w", shape: [1, 2]) { [1, -2] }], metadata: [:], to: path)
    let header = #"{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#
    let padded = header + String(repeating: " ", count: -header.utf8.count & 7)
    let expected = RawSafetensors(padded, data: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    #expect(try File.contents(path) == expected.bytes)
  }

  @Test func `the numbers start at a multiple of eight bytes`() throws {
    for length in 1...9 {
      let name = String(repeating: "n", count: length)
      try SafetensorsWriter.write([SafetensorsTensor(name, shape: []) { [1] }], to: path)
      let bytes = try File.contents(path)
      #expect((bytes.count - 4) % 8 == 0)
      #expect(try SafetensorsFile(path: path).floats(of: name) == [1])
    }
  }

  @Test func `a file already there is replaced whole, and a failure leaves it`() throws {
    try folder.write("old", to: "model.safetensors")
    try SafetensorsWriter.write([SafetensorsTensor("w", shape: []) { [1] }], to: path)
    #expect(try SafetensorsFile(path: path).floats(of: "w") == [1])
    #expect(try Folder.names(folder.path) == ["model.safetensors"])
    let error = #expect(throws: ModelError.self) {
      try SafetensorsWriter.write([SafetensorsTensor("w", shape: []) { [1] }], to: folder("no/such/folder"))
    }
    #expect("\(try #require(error))".contains(folder("no/such/folder")))
  }

  @Test func `values that do not fill their shape trap`() async {
    await #expect(processExitsWith: .failure) { [path = path as String] in
      try SafetensorsWriter.write([SafetensorsTensor("w", shape: [3]) { [1, 2] }], to: path)
    }
  }
}
