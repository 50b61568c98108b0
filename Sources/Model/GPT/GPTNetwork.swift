/// GPT-2, written forward: backward follows from the operations.
struct GPTNetwork {
  let configuration: GPTConfiguration
  let parameters: GPTParameters

  /// Writes the network on `tape`, up to the head, which reads the last norm's output.
  ///
  /// - Parameter memory: for generation, where each layer keeps its keys and values
  func write(on tape: Tape, memory: Floats? = nil) -> CrossEntropy {
    var stream = tape.embedding(
      tokens: parameters.tokens, positions: parameters.positions, dropout: embeddingDropout)
    for (layer, block) in parameters.blocks.enumerated() {
      let attended = attention(tape, norm(tape, stream, block.attentionNorm), block, layer, memory)
      stream = tape.add(stream, attended, dropout: residualDropout(2 * layer))
      let fed = feedForward(tape, norm(tape, stream, block.feedForwardNorm), block)
      stream = tape.add(stream, fed, dropout: residualDropout(2 * layer + 1))
    }
    return tape.crossEntropy(norm(tape, stream, parameters.norm), weight: parameters.head)
  }

  private func norm(_ tape: Tape, _ input: Tensor, _ parameters: NormParameters) -> Tensor {
    tape.layerNorm(input, parameters, epsilon: configuration.normEpsilon)
  }

  private func attention(
    _ tape: Tape, _ input: Tensor, _ block: GPTParameters.Block, _ layer: Int, _ memory: Floats?
  ) -> Tensor {
    let projected = tape.linear(input, block.attentionInput)
    let heads = configuration.heads
    let mixed =
      if let memory {
        tape.cachedAttention(
          projected, heads: heads, contextLength: configuration.contextLength,
          memory: memory.row(layer, width: CachedAttention.memorySize(configuration)))
      } else {
        tape.attention(projected, heads: heads, dropout: attentionDropout(layer))
      }
    return tape.linear(mixed, block.attentionOutput)
  }

  private func feedForward(_ tape: Tape, _ input: Tensor, _ block: GPTParameters.Block) -> Tensor {
    tape.linear(tape.gelu(tape.linear(input, block.feedForwardInput)), block.feedForwardOutput)
  }

  // Places of dropout: 0 for the embedding, then the layers' attention, then what they add.
  private var embeddingDropout: Dropout? { Dropout(configuration.embeddingDropout, place: 0) }

  private func attentionDropout(_ layer: Int) -> Dropout? {
    Dropout(configuration.attentionDropout, place: 1 + layer)
  }

  private func residualDropout(_ index: Int) -> Dropout? {
    Dropout(configuration.residualDropout, place: 1 + configuration.layers + index)
  }
}
