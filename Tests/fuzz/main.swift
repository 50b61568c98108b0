internal import Basics
internal import Fuzzing

// Feeds one reader, which TESSERA_FUZZ_TARGET names, with made-up bytes: `scripts/fuzz` builds and runs it.
//
//     fuzz --list              print the readers' names
//     fuzz --seeds FOLDER      write the reader's first inputs
//     fuzz OPTIONS FOLDER...   run libFuzzer, whose options these are
let words = CommandLine.arguments.dropFirst()
switch words.first {
case "--list": for target in FuzzTarget.all { print(target.name) }
case "--seeds":
  for (number, seed) in try Chosen.target.seeds().enumerated() {
    try File.create(Path.join(words.last!, "seed-\(number)")).write(seed.span)
  }
  Scratch.remove()
default: runFuzzer()
}
