internal import Basics

/// Archives made by hand, so that fuzzing needs no packer.
enum ArchiveBytes {
  struct File {
    let name: String
    let bytes: [UInt8]
    /// What tar calls it: a file, a link, a folder.
    let type: Character
    var isDeflated = false
    /// Whether sizes are in Zip64's form.
    var isWide = false

    init(_ name: String, _ text: String, type: Character = "0") {
      self.name = name
      bytes = Array(text.utf8)
      self.type = type
    }

    var deflated: File { with { $0.isDeflated = true } }
    var wide: File { with { $0.isWide = true } }

    private func with(_ change: (inout File) -> Void) -> File {
      var file = self
      change(&file)
      return file
    }

    /// One stored block of deflate.
    var packed: [UInt8] {
      guard isDeflated else { return bytes }
      return [1] + [bytes.count, ~bytes.count].flatMap { ArchiveBytes.number($0, 2) } + bytes
    }
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// An archive in ustar's form.
  static func tar(_ files: [File]) -> [UInt8] {
    let members = files.flatMap { file in
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, _ place: Int) {
        header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
      }
      put(file.name, 0)
      let size = String(file.bytes.count, radix: 8)
      put(String(repeating: "0", count: 11 - size.count) + size, 124)
      put(String(file.type), 156)
      put("ustar\u{0}00", 257)
      return header + file.bytes + [UInt8](repeating: 0, count: (512 - file.bytes.count % 512) % 512)
    }
    return sealed(members + [UInt8](repeating: 0, count: 1_024))
  }

  /// `archive` with the checksum of each header made right, as far as the members' sizes lead.
  static func sealed(_ archive: [UInt8]) -> [UInt8] {
    var bytes = archive
    var place = 0
    while place + 512 <= bytes.count, bytes[place..<place + 512].contains(where: { $0 != 0 }) {
      bytes.replaceSubrange(place + 148..<place + 156, with: repeatElement(0x20, count: 8))
      var sum = bytes[place..<place + 512].reduce(0) { $0 + Int($1) }
      for index in stride(from: place + 153, through: place + 148, by: -1) {
        bytes[index] = 0x30 + UInt8(sum & 7)
        sum >>= 3
      }
      let size = bytes[place + 124..<place + 135].reduce(0) { $0 << 3 | Int($1 & 7) }
      place += 512 + (size + 511) / 512 * 512
    }
    return bytes
  }

  /// A zip archive as Unix writes it.
  static func zip(_ files: [File]) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for file in files {
      let name = Array(file.name.utf8), packed = file.packed
      let sizes = [packed.count, file.bytes.count].flatMap { number($0, 4) }
      var extra: [UInt8] = []
      if file.isWide {
        extra += [1, 0, 16, 0]
        extra += [file.bytes.count, packed.count].flatMap { number($0, 8) }
      }
      // Flags and method, date and time, the checksum.
      let start = [file.isDeflated ? 8 << 16 : 0, 0x21 << 16, crc32(file.bytes)].flatMap { number($0, 4) }
      directory += [0x50, 0x4b, 1, 2, 20, 3, 20, 0] as [UInt8]
      directory += start
      directory += file.isWide ? [UInt8](repeating: 0xff, count: 8) : sizes
      directory += [name.count, extra.count, 0, 0, 0].flatMap { number($0, 2) }
      directory += [(file.type == "2" ? 0o120644 : 0o100644) << 16, bytes.count].flatMap { number($0, 4) }
      directory += name
      directory += extra
      bytes += [0x50, 0x4b, 3, 4, 20, 0] as [UInt8]
      bytes += start
      bytes += sizes
      bytes += [name.count, 0].flatMap { number($0, 2) }
      bytes += name
      bytes += packed
    }
    let place = bytes.count
    bytes += directory
    bytes += [0x50, 0x4b, 5, 6, 0, 0, 0, 0] as [UInt8]
    bytes += [files.count, files.count].flatMap { number($0, 2) }
    bytes += [directory.count, place].flatMap { number($0, 4) }
    return bytes + [0, 0]
  }

  private static func crc32(_ bytes: [UInt8]) -> Int {
    var state = UInt32.max
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xedb8_8320 : state >> 1 }
    }
    return Int(~state)
  }
}
