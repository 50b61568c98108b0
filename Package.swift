// swift-tools-version: 6.3
import PackageDescription

/// Every target is compiled the same way: warnings are errors and unsafe code is marked.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library of ours. `needs` are the only modules it may import: the arrows of docs/design.md.
func library(_ name: String, needs: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: needs, swiftSettings: strict)
}

func program(_ name: String, needs: [Target.Dependency], path: String? = nil) -> Target {
  .executableTarget(name: name, dependencies: needs, path: path, swiftSettings: strict)
}

func tests(of name: String, needs: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ["TestSupport", "Basics"] + needs, swiftSettings: strict)
}

/// The program of `scripts/fuzz`, which only a compiler with libFuzzer can link.
let fuzzer =
  Context.environment["TESSERA_FUZZ"] == nil
  ? [] : [program("fuzz", needs: ["Basics", "Fuzzing"], path: "Tests/fuzz")]

let package = Package(
  name: "tessera",
  products: [
    .library(name: "Tokenizer", targets: ["Tokenizer"]),
    .library(name: "Store", targets: ["Store"]),
    .library(name: "Pipeline", targets: ["Pipeline"]),
    .library(name: "Model", targets: ["Model"]),
    .library(name: "Training", targets: ["Training"]),
    .executable(name: "prep", targets: ["prep"]),
    .executable(name: "train", targets: ["train"]),
    .executable(name: "benchmarks", targets: ["benchmarks"]),
  ],
  targets: [
    library("Basics", needs: ["CHints"]),
    library("Commands", needs: ["Basics"]),
    library("Tokenizer", needs: ["Basics", "CHints"]),
    library("Store", needs: ["Basics", "CHints", "CSQLite", "CZstd"]),
    library(
      "Pipeline", needs: ["Basics", "Tokenizer", "Store", "CBzip2", "CHints", "CLzma", "CZlib", "CUTF8Proc"]),
    library("Model", needs: ["Basics", "COneDNN", "CVector"]),
    library("Training", needs: ["Basics", "Model", "Store", "Tokenizer"]),

    program("prep", needs: ["Basics", "Commands", "Pipeline", "Store", "Tokenizer"]),
    program("train", needs: ["Basics", "Commands", "Training", "Model", "Store", "Tokenizer"]),
    program(
      "benchmarks", needs: ["Basics", "Commands", "Pipeline", "Training", "Model", "Store", "Tokenizer"],
      path: "Benchmarks/benchmarks"),

    .systemLibrary(name: "CHints"),
    .systemLibrary(name: "CSQLite"),
    .systemLibrary(name: "CZstd"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CBzip2"),
    .systemLibrary(name: "CLzma"),
    .systemLibrary(name: "COneDNN"),
    .systemLibrary(name: "CVector"),
    .systemLibrary(name: "CUTF8Proc"),

    .target(name: "TestSupport", dependencies: ["Basics"], path: "Tests/TestSupport", swiftSettings: strict),
    tests(of: "Basics"),
    tests(of: "Commands", needs: ["Commands"]),
    tests(of: "Tokenizer", needs: ["Tokenizer"]),
    tests(of: "Store", needs: ["Store"]),
    tests(of: "Pipeline", needs: ["Pipeline", "Store", "Tokenizer"]),
    tests(of: "Model", needs: ["Model"]),
    tests(of: "Training", needs: ["Training", "Model", "Store", "Tokenizer"]),
    tests(of: "Program", needs: ["Store"]),
    tests(of: "Torture", needs: ["Store"]),
    .target(
      name: "Fuzzing", dependencies: ["Basics", "Tokenizer", "Store", "Pipeline", "Model", "Training"],
      path: "Tests/Fuzzing", swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["Fuzzing", "TestSupport", "Basics"], exclude: ["Corpus"],
      swiftSettings: strict),
  ] + fuzzer
)
