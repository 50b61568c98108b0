/// Tar archives made by hand, in the form that POSIX calls ustar.
enum Ustar {
  /// A header and what follows.
  static func member(_ name: String, _ text: String, type: Character = "0") -> [UInt8] {
    member(name, Array(text.utf8), type: type)
  }

  static func member(_ name: String, _ bytes: [UInt8], type: Character = "0") -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) {
      header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
    }
    put(name, 0)
    put("0000644\0", 100)
    let size = String(bytes.count, radix: 8)
    put(String(repeating: "0", count: 11 - size.count) + size + "\0", 124)
    put("        ", 148)
    put(String(type), 156)
    put("ustar\u{0}00", 257)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", 148)
    return header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }

  static let end = [UInt8](repeating: 0, count: 1024)
}
