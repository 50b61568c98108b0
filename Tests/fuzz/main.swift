internal import Basics
internal import Fuzzing

// Feeds one reader, which TESSERA_FUZZ_TARGET names, with made-up bytes: `scripts/fuzz` builds and runs it.
//
//     fuzz --list                print the readers' names
//     fuzz --seeds FILE FOLDER   write the reader's first inputs and those that FILE keeps
//     fuzz --keep FILE FOLDER    keep inputs of FOLDER in FILE
//     fuzz OPTIONS FOLDER...     run libFuzzer, whose options these are
let words = CommandLine.arguments.dropFirst()
switch words.first {
case "--list": for target in FuzzTarget.all { print(target.name) }
case "--seeds":
  let inputs = try Chosen.target.seeds() + KeptInputs(CommandLine.arguments[2]).all
  for (number, seed) in inputs.enumerated() {
    try File.create(Path.join(CommandLine.arguments[3], "seed-\(number)")).write(seed.span)
  }
  Scratch.remove()
case "--keep":
  var kept = try KeptInputs(CommandLine.arguments[2])
  try kept.replace(byThoseIn: CommandLine.arguments[3])
  try kept.write(to: CommandLine.arguments[2])
default: runFuzzer()
}
