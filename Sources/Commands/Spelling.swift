/// Finds the word somebody meant.
enum Spelling {
  /// `; did you mean '--size'?`, or nothing where no word is near.
  static func suggestion(for word: String, among words: [String]) -> String {
    let near = words.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
    guard let (best, edits) = near, edits <= max(1, word.count / 3) else { return "" }
    return "; did you mean '\(best)'?"
  }

  /// The Levenshtein distance: letters to insert, remove or replace.
  static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let replaced = diagonal + (letter == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
