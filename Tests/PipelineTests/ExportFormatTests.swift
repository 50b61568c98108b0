import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite("Formats of other programs")
struct ExportFormatTests {
  private let folder: TemporaryFolder
  private let dataset: Dataset

  init() throws {
    folder = try TemporaryFolder()
    let tokenizer = try SmallTokenizer.make(in: folder)
    var random = SplitMix64(seed: 3)
    let lines = (0..<400).map { jsonLine(randomText(&random, upTo: $0 < 3 ? 0 : $0 == 50 ? 80_000 : 300)) }
    try folder.write(lines.joined(separator: "\n"), to: "c/a.jsonl")
    try folder.write("", to: "c/b.txt")
    var encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    encoder.split.method = .hash
    encoder.split.fraction = 0.2
    encoder.segmentBytes = 20_000
    _ = try encoder.run(folder: folder("s"), threads: 1)
    dataset = try Dataset.open(folder("s"))
  }

  private func documents(_ split: Split) throws -> [[UInt32]] {
    var documents: [[UInt32]] = []
    var reader = try dataset.reader(split)
    try reader.forEachDocument { _, tokens in documents.append(tokens.indices.map { tokens[$0] }) }
    return documents
  }

  private func number(_ bytes: some Collection<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private func ids(_ bytes: some Collection<UInt8>) -> [UInt32] {
    let bytes = Array(bytes)
    return stride(from: 0, to: bytes.count, by: 2).map { UInt32(number(bytes[$0..<$0 + 2])) }
  }

  @Test func `llm.c's files have its header, byte by byte, and the ids, none longer than allowed`() throws {
    var exporter = try DatasetExporter(dataset)
    let limit = 5_000
    exporter.llmcTokens = limit
    try folder.write("old", to: "out/train_000999.bin")
    try folder.write("kept", to: "out/train.bin")
    let files = try exporter.writeFiles(.llmc, folder: folder("out"))
    #expect(
      files.removed == [folder("out/train_000999.bin")] && Folder.kind(folder("out/train.bin")) == .file)
    for split in dataset.splits {
      let paths = files.written.filter { $0.contains("/\(split.split)_") }
      #expect(paths.count == (split.tokens + limit - 1) / limit)
      var all: [UInt32] = []
      for (index, path) in paths.enumerated() {
        #expect(path == folder("out/\(split.split)_00000\(index).bin") || index > 9)
        let bytes = try File.contents(path)
        let count = min(limit, split.tokens - limit * index)
        let numbers = [20_240_520, 1, count] + [Int](repeating: 0, count: 253)
        let header = numbers.flatMap { number in (0..<4).map { UInt8(number >> (8 * $0) & 255) } }
        #expect(Array(bytes[..<1_024]) == header && bytes.count == 1_024 + 2 * count)
        all += ids(bytes[1_024...])
      }
      #expect(try all == documents(split.split).flatMap(\.self))
    }
  }

  @Test func `Megatron's index says where each document's ids are`() throws {
    let files = try DatasetExporter(dataset).writeFiles(.megatron, folder: folder("out"))
    #expect(files.written.count == 2 * dataset.splits.count)
    for split in dataset.splits {
      let prefix = folder("out/\(split.split)_text_document")
      let index = try File.contents("\(prefix).idx"), bin = try File.contents("\(prefix).bin")
      let documents = try documents(split.split)
      let n = documents.count
      #expect(Array(index[..<9]) == Array("MMIDIDX\0\0".utf8))
      #expect(number(index[9..<17]) == 1 && index[17] == 8)
      #expect(number(index[18..<26]) == n && number(index[26..<34]) == n + 1)
      #expect(index.count == 34 + 12 * n + 8 * (n + 1))
      for (number, document) in documents.enumerated() {
        let length = self.number(index[34 + 4 * number..<38 + 4 * number])
        let start = self.number(index[34 + 4 * n + 8 * number..<42 + 4 * n + 8 * number])
        #expect(ids(bin[start..<start + 2 * length]) == document)
      }
      #expect((0...n).allSatisfy { number(index[34 + 12 * n + 8 * $0..<42 + 12 * n + 8 * $0]) == $0 })
    }
  }

  @Test func `MosaicML's shards hold a document a sample, and the index their digests`() throws {
    var exporter = try DatasetExporter(dataset)
    exporter.mdsBytes = 10_000
    try folder.write(#"{"shards": [{"format": "mds"}], "version": 2}"#, to: "out/test/index.json")
    try folder.write("old", to: "out/train/shard.00999.mds")
    let files = try exporter.writeFiles(.mds, folder: folder("out"))
    #expect(
      files.removed.sorted() == [folder("out/test/index.json"), folder("out/train/shard.00999.mds")])
    for split in dataset.splits {
      let index = try JSON.parse(
        String(decoding: File.contents(folder("out/\(split.split)/index.json")), as: UTF8.self))
      let shards = try #require(index["shards"]?.elements)
      #expect(index["version"] == 2 && (shards.count > 3 || split.split == .val))
      var samples: [[UInt32]] = []
      for (number, shard) in shards.enumerated() {
        let data = try #require(shard["raw_data"])
        #expect(shard["format"] == "mds" && shard["column_encodings"] == ["ndarray:uint16"])
        #expect(data["basename"]?.string?.hasSuffix("\(number).mds") == true)
        let bytes = try File.contents(folder("out/\(split.split)/\(data["basename"]!.string!)"))
        #expect(data["bytes"]?.integer == bytes.count)
        #expect(data["hashes"]?["sha256"]?.string == SHA256.hash(bytes).description)
        samples += try self.samples(bytes, count: #require(shard["samples"]?.integer))
        #expect(bytes.count < 11_000 + 4 * shard["samples"]!.integer! || shard["samples"] == 1)
      }
      #expect(try samples == documents(split.split))
    }
  }

  @Test(arguments: [
    "old", "{}", #"{"shards": [], "version": 1}"#, #"{"shards": [{"format": "csv"}], "version": 2}"#,
  ])
  func `an index that no export wrote stays, and is in the way only where one is to be written`(
    text: String
  ) throws {
    try folder.write(text, to: "out/test/index.json")
    try folder.write("mine", to: "out/test/shard.00000.mds")
    let exporter = try DatasetExporter(dataset)
    #expect(try exporter.writeFiles(.mds, folder: folder("out")).removed == [])
    try folder.write(text, to: "out/val/index.json")
    let said = errorText { _ = try exporter.writeFiles(.mds, folder: folder("out")) }
    #expect(said.contains("'\(folder("out/val/index.json"))' is no index of an earlier export"), "\(said)")
    #expect(Folder.kind(folder("out/train/index.json")) == .file)
    for name in ["out/test/index.json", "out/val/index.json"] {
      #expect(try File.contents(folder(name)) == Array(text.utf8))
    }
    #expect(try File.contents(folder("out/test/shard.00000.mds")) == Array("mine".utf8))
  }

  @Test func `a folder in the place of an index stays with what is in it`() throws {
    try folder.write("mine", to: "out/test/index.json/a.txt")
    try folder.write("mine", to: "other/train/index.json/a.txt")
    _ = try DatasetExporter(dataset).writeFiles(.mds, folder: folder("out"))
    #expect(
      errorText { _ = try DatasetExporter(dataset).writeFiles(.mds, folder: folder("other")) }.contains(
        "no index"))
    #expect(Folder.kind(folder("out/test/index.json/a.txt")) == .file)
    #expect(Folder.kind(folder("other/train/index.json/a.txt")) == .file)
  }

  private func samples(_ bytes: [UInt8], count: Int) throws -> [[UInt32]] {
    #expect(number(bytes[..<4]) == count)
    let places = (0...count).map { number(bytes[4 + 4 * $0..<8 + 4 * $0]) }
    #expect(places.last == bytes.count)
    let columns = try JSON.parse(String(decoding: bytes[8 + 4 * count..<places[0]], as: UTF8.self))
    #expect(columns["column_names"] == ["tokens"] && columns["version"] == 2)
    return (0..<count).map { index in
      let sample = bytes[places[index]..<places[index + 1]]
      let start = sample.startIndex
      #expect(number(sample.prefix(4)) == sample.count - 4 && sample[start + 4] >> 2 == 1)
      let width = 1 << Int(sample[start + 4] & 3)
      let ids = ids(sample[(start + 5 + width)...])
      #expect(number(sample[start + 5..<start + 5 + width]) == ids.count)
      return ids
    }
  }

  @Test(arguments: [1, 3, 6])
  func `llm.c's files of an earlier export stay until all new ones are whole`(questions: Int) throws {
    var exporter = try DatasetExporter(dataset)
    exporter.llmcTokens = 5_000
    let old = try exporter.writeFiles(.llmc, folder: folder("out")).written
    try folder.write("half", to: "out/train_000000.bin.tmp-999999999-1")
    exporter.llmcTokens = 4_000
    exporter.step = 2_000
    var asked = 0
    #expect(throws: PipelineError.self) {
      try exporter.writeFiles(
        .llmc, folder: folder("out"),
        isCancelled: {
          asked += 1
          return asked > questions
        })
    }
    #expect(try Folder.names(folder("out")).map { folder("out/\($0)") } == old.sorted())
    for (index, path) in old.enumerated() where index < 2 {
      #expect(try File.contents(path).count == 1_024 + 2 * 5_000)
    }
  }

  @Test(arguments: [DatasetExporter.Format.llmc, .megatron, .mds], [0, 1, 300])
  func `an export that is broken off leaves nothing half-written`(
    format: DatasetExporter.Format, questions: Int
  ) throws {
    var asked = 0
    let text = errorText {
      _ = try DatasetExporter(dataset).writeFiles(
        format, folder: folder("out"),
        isCancelled: {
          asked += 1
          return asked > questions
        })
    }
    let places = ["out", "out/train", "out/val"].map { folder($0) }.filter { Folder.kind($0) == .folder }
    let names = try places.flatMap { try Folder.names($0) }
    #expect(names.allSatisfy { !$0.contains(".tmp-") })
    guard text != "nothing was refused" else {
      #expect(questions > 0 && format == .llmc)
      return
    }
    #expect(text.contains("stopped before the end") && !names.contains("val_text_document.idx"))
    #expect(names.count { $0 == "index.json" } < 2)
  }

  private static let numpy = Peers.python(with: "numpy")
  private static let streaming = Peers.python(with: "numpy", "streaming")
  private static let megatron = Peers.python(with: "numpy", "megatron.core.datasets.indexed_dataset")

  private func run(_ python: String?, _ script: String) throws {
    // What the readers keep for themselves goes when the folder does.
    let head = "import sys, tempfile\ntempfile.tempdir = sys.argv[1]\n"
    let result = try output(#require(python), ["-c", head + script, folder("out")])
    #expect(result.map { String(decoding: $0, as: UTF8.self) } == "ok\n")
  }

  private func writeAll() throws {
    let exporter = try DatasetExporter(dataset)
    for format in DatasetExporter.Format.allCases where format != .jsonl {
      _ = try exporter.writeFiles(format, folder: folder("out"))
    }
  }

  @Test(.enabled(if: numpy != nil, "there is no Python with numpy"))
  func `numpy opens the array, and finds the same ids in llm.c's and nanoGPT's files`() throws {
    try writeAll()
    try run(
      Self.numpy,
      """
      import sys, numpy as np
      for split in ["train", "val"]:
        a = np.load(f"{sys.argv[1]}/{split}.npy", mmap_mode="r")
        b = np.fromfile(f"{sys.argv[1]}/{split}.bin", dtype=np.uint16)
        head = np.fromfile(f"{sys.argv[1]}/{split}_000000.bin", dtype=np.int32, count=256)
        c = np.fromfile(f"{sys.argv[1]}/{split}_000000.bin", dtype=np.uint16, offset=1024)
        assert a.dtype == np.uint16 and (a == b).all() and (a == c).all() and len(a) == len(c) == head[2]
        assert head[0] == 20240520 and head[1] == 1 and not head[3:].any()
      print("ok")
      """)
  }

  @Test(.enabled(if: numpy != nil, "there is no Python with numpy"))
  func `a reader as Megatron's finds the documents`() throws {
    try writeAll()
    try run(
      Self.numpy,
      """
      import sys, struct, numpy as np
      types = {4: np.int32, 8: np.uint16}
      for split in ["train", "val"]:
        prefix = f"{sys.argv[1]}/{split}_text_document"
        with open(prefix + ".idx", "rb") as f:
          assert f.read(9) == b"MMIDIDX\\x00\\x00"
          assert struct.unpack("<Q", f.read(8)) == (1,)
          dtype = types[struct.unpack("<B", f.read(1))[0]]
          n, m = struct.unpack("<QQ", f.read(16))
          offset = f.tell()
        data = open(prefix + ".idx", "rb").read()
        lengths = np.frombuffer(data, np.int32, n, offset)
        pointers = np.frombuffer(data, np.int64, n, offset + lengths.nbytes)
        ends = np.frombuffer(data, np.int64, m, offset + lengths.nbytes + pointers.nbytes)
        assert ends[0] == 0 and ends[-1] == n and len(data) == offset + lengths.nbytes + pointers.nbytes + ends.nbytes
        ids = np.fromfile(prefix + ".bin", dtype)
        all = np.load(f"{sys.argv[1]}/{split}.npy")
        got = [np.frombuffer(ids, dtype, l, p) for l, p in zip(lengths, pointers)]
        assert (np.concatenate(got) == all).all() and all[-1] == got[0][-1] == got[-1][-1]
      print("ok")
      """)
  }

  @Test(.enabled(if: megatron != nil, "there is no Python with Megatron-LM's core"))
  func `Megatron's own reader finds the documents`() throws {
    try writeAll()
    try run(
      Self.megatron,
      """
      import sys, numpy as np
      from megatron.core.datasets.indexed_dataset import IndexedDataset
      for split in ["train", "val"]:
        data = IndexedDataset(f"{sys.argv[1]}/{split}_text_document")
        assert len(data) == data.document_indices[-1] == len(data.document_indices) - 1
        assert np.array_equal(np.concatenate(data[:]), np.load(f"{sys.argv[1]}/{split}.npy"))
      print("ok")
      """)
  }

  /// Shards are checked where it copies them from one place to another.
  @Test(.enabled(if: streaming != nil, "there is no Python with MosaicML's streaming"))
  func `MosaicML's own reader finds the documents, and a flipped bit by the digests`() throws {
    try writeAll()
    try run(
      Self.streaming,
      """
      import sys, numpy as np
      from streaming import StreamingDataset
      def read(split, copy):
        data = StreamingDataset(
          remote=sys.argv[1], local=f"{sys.argv[1]}/{copy}", split=split, shuffle=False, batch_size=1, validate_hash="sha256")
        return np.concatenate([data[i]["tokens"] for i in range(data.num_samples)]), [row["tokens"] for row in data]
      for split in ["train", "val"]:
        ids, rows = read(split, "copy")
        assert np.array_equal(ids, np.load(f"{sys.argv[1]}/{split}.npy")) and sum(map(len, rows)) == len(ids)
      with open(f"{sys.argv[1]}/val/shard.00000.mds", "r+b") as file:
        byte = file.seek(-1, 2), file.read(1)[0]
        file.seek(byte[0])
        file.write(bytes([byte[1] ^ 1]))
      try:
        read("val", "damaged")
      except ValueError as error:
        assert "Checksum failure" in str(error)
        print("ok")
      """)
  }
}
