/// The tables of a manifest, to the letter as in docs/manifest-format.md, so that `.schema` in the sqlite3 program
/// explains them.
enum ManifestSchema {
  static let fileName = "manifest.sqlite"
  /// "TESS"
  static let applicationID = 0x5445_5353
  /// Version 1 had no codec tables.
  static let version = 2

  static let sql = """
    CREATE TABLE dataset (
      number INTEGER PRIMARY KEY,       -- 0: the only row
      state TEXT NOT NULL,              -- writing, complete, or removing
      configuration TEXT NOT NULL,      -- JSON object: the options that decided the content
      plan_digest BLOB NOT NULL,
      root_hash BLOB,                   -- once complete
      stored_digest BLOB                -- once complete
    ) STRICT;
    CREATE TABLE tokenizer (
      number INTEGER PRIMARY KEY,       -- 0: the only row
      name TEXT NOT NULL,
      digest BLOB NOT NULL,             -- as in the shards' headers
      vocabulary_size INTEGER NOT NULL,
      end_of_text INTEGER NOT NULL      -- the id of <|endoftext|>
    ) STRICT;
    CREATE TABLE tokenizer_file (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE codec_table (
      number INTEGER PRIMARY KEY,
      byte_count INTEGER NOT NULL,      -- the file's size
      digest BLOB NOT NULL              -- of the file, as in the shards' headers
    ) STRICT;
    CREATE TABLE source (
      number INTEGER PRIMARY KEY,
      path TEXT NOT NULL,
      byte_count INTEGER NOT NULL,
      digest BLOB NOT NULL
    ) STRICT;
    CREATE TABLE segment (
      number INTEGER PRIMARY KEY,
      digest BLOB,                      -- once committed; so too the two that follow
      lineage_digest BLOB,
      reject_digest BLOB
    ) STRICT;
    CREATE TABLE segment_range (
      number INTEGER PRIMARY KEY,       -- over all segments
      segment INTEGER NOT NULL,         -- not decreasing
      source INTEGER NOT NULL,
      first_byte INTEGER,               -- null with end_byte: the whole source
      end_byte INTEGER
    ) STRICT;
    CREATE TABLE shard (
      number INTEGER PRIMARY KEY,       -- 3 * segment + split
      tokens INTEGER NOT NULL,
      documents INTEGER NOT NULL,
      stored_bytes INTEGER NOT NULL,    -- the file's size
      content_digest BLOB NOT NULL,     -- as in the shard's footer; so too the next
      stored_digest BLOB NOT NULL
    ) STRICT;
    CREATE TABLE lineage (
      number INTEGER PRIMARY KEY,       -- 2^32 * shard + place in the shard
      first_token INTEGER NOT NULL,     -- in the shard
      tokens INTEGER NOT NULL,
      first_document INTEGER NOT NULL,  -- in the shard
      documents INTEGER NOT NULL,
      source INTEGER NOT NULL,
      first_byte INTEGER NOT NULL,      -- the lowest of these documents' bytes in the source
      end_byte INTEGER NOT NULL         -- after the highest
    ) STRICT;
    CREATE TABLE reject (
      number INTEGER PRIMARY KEY,       -- 2^32 * segment + place in the segment
      source INTEGER NOT NULL,
      byte_offset INTEGER NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE TABLE run (
      number INTEGER PRIMARY KEY,
      started INTEGER NOT NULL,         -- seconds since 1970
      ended INTEGER,                    -- null: still running, or killed
      segments INTEGER NOT NULL,        -- committed by this run
      digest BLOB NOT NULL
    ) STRICT;
    """

  /// The statements one by one, as SQLite keeps them.
  static let tables: [String] = {
    let end = ") STRICT;"
    var tables: [String] = []
    var lines: [Substring] = []
    for line in sql.split(separator: "\n") {
      lines.append(line == end ? line.dropLast() : line)
      guard line == end else { continue }
      tables.append(lines.joined(separator: "\n"))
      lines = []
    }
    return tables
  }()
}
