internal import Basics
internal import Model
internal import Training

extension FuzzTarget {
  /// The files of a checkpoint.
  static let modelTargets = [
    FuzzTarget("safetensors", seeds: safetensorsSeeds) { input in
      let file = try SafetensorsFile(path: try Scratch.write(input, to: "a.safetensors"))
      var count = 0
      for name in file.names {
        try expect(file.shape(of: name) != nil && file.type(of: name) != nil, "'\(name)' has no shape")
        _ = try refusal { count += try file.floats(of: name).count }
        _ = try refusal { count += try file.ints(of: name).count }
      }
      try expect(count <= input.count, "\(count) numbers in \(input.count) bytes")
    },
    FuzzTarget("model-config", seeds: modelSeeds) { input in
      let path = try Scratch.write(input, to: "model/config.json")
      _ = try ModelFolder.configuration(Path.parent(path))
    },
    FuzzTarget("checkpoint-state", seeds: stateSeeds) { input in
      let path = try Scratch.write(input, to: "checkpoint/state.json")
      _ = try CheckpointFolder(Path.parent(path)).readState()
    },
  ]

  @Sendable private static func safetensorsSeeds() throws -> [[UInt8]] {
    [
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[1,1],"data_offsets":[8,16]}}"#,
      #"{"c":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},"d":{"dtype":"F16","shape":[3],"data_offsets":[2,8]}}"#,
      "{}",
    ].map { header in
      let length = header.utf8.count
      let data = header.hasPrefix("{\"_") ? 16 : header.count > 2 ? 8 : 0
      return [UInt8(length & 255), UInt8(length >> 8), 0, 0, 0, 0, 0, 0] + Array(header.utf8)
        + (0..<data).map { UInt8($0) }
    }
  }

  @Sendable private static func modelSeeds() throws -> [[UInt8]] {
    [
      #"{"model_type": "gpt2", "n_layer": 2, "n_head": 2, "n_embd": 8, "n_positions": 16, "n_ctx": 16, "vocab_size": 300, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "resid_pdrop": 0.1}"#
    ].map { Array($0.utf8) }
  }

  @Sendable private static func stateSeeds() throws -> [[UInt8]] {
    let zeros = String(repeating: "0", count: 64)
    return [
      """
      {"step": 3, "tokens": 96, "seconds": 1.5, "loader": {"seed": 1, "shuffle": "full", "turn": 0, "places": [[0, 32, 16]], \
      "dataset": "\(zeros)"}, "best": {"step": 2, "val_loss": 4.5}, "pending": null, "run": {"dataset": "\(zeros)"}, \
      "files": [{"name": "model.safetensors", "bytes": 7, "xxh64": "ff"}]}
      """
    ].map { Array($0.utf8) }
  }
}
