/// How the numbers of a tensor are written.
public enum SafetensorsType: String, Sendable, CaseIterable {
  /// Read as floats.
  case float32 = "F32"
  /// Read as floats.
  case float16 = "F16"
  /// Read as floats.
  case bfloat16 = "BF16"
  /// Read as integers.
  case int64 = "I64"
  /// Read as integers.
  case int32 = "I32"
  /// Skipped, as all below.
  case float64 = "F64"
  /// Skipped.
  case float8e4m3 = "F8_E4M3"
  /// Skipped.
  case float8e5m2 = "F8_E5M2"
  /// Skipped.
  case uint64 = "U64"
  /// Skipped.
  case uint32 = "U32"
  /// Skipped.
  case int16 = "I16"
  /// Skipped.
  case uint16 = "U16"
  /// Skipped.
  case int8 = "I8"
  /// Skipped.
  case uint8 = "U8"
  /// Skipped.
  case bool = "BOOL"

  /// Bytes of a number.
  var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float8e4m3, .float8e5m2, .int8, .uint8, .bool: 1
    }
  }
}
