/// A command line that cannot be carried out. The program ends with exit code 2.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ message: String) { description = message }
}
