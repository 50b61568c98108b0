#!/usr/bin/env python3
"""Reads one shard, written from docs/shard-format.md alone: Python's library and the package `zstandard`.

    scripts/read-shard.py shards/train-00000.shard > ids               # integers of the shard's id width
    scripts/read-shard.py --documents shards/train-00000.shard         # a line of JSON for each document

Digests and zstd's checksums are verified; XXH64, which Python lacks, is left to them.
"""
import hashlib, json, os, struct, sys
import zstandard


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def varints(data, at, count):
    values = []
    for _ in range(count):
        value, at = varint(data, at)
        values.append(value)
    return values, at


def ascending(data, at, count):
    values, at = varints(data, at, count)
    for i in range(1, count):
        values[i] += values[i - 1] + 1
    return values, at


def unzigzag(value):
    return value >> 1 ^ -(value & 1)


def codec_table(path, digest):
    file = open(path, "rb").read()
    assert hashlib.sha256(file).digest() == digest and file[:8] == b"TESSTBL\n"
    version, vocabulary, frequent_count, successor_count = struct.unpack_from("<4I", file, 8)
    assert version == 1
    data, at, frequent, lists = zstandard.ZstdDecompressor().decompress(file[32:]), 0, [], []
    while len(frequent) < frequent_count:
        group, at = ascending(data, at, min(256, frequent_count - len(frequent)))
        frequent += group
    lengths, at = data[at : at + vocabulary], at + vocabulary
    order = frequent + sorted(set(range(vocabulary)) - set(frequent))
    for length in lengths:
        places, at = varints(data, at, min(4, length))
        for size in (4, 8, 16, 32, 64, 32):
            group, at = ascending(data, at, max(0, min(size, length - len(places))))
            places += group
        lists.append([order[place] for place in places])
    assert at == len(data) and sum(lengths) == successor_count
    return frequent, lists


def decode(content, count, width, table):
    frequent, lists = table
    sizes = struct.unpack_from("<3H", content)
    at, tokens = 6, []
    for stream in range(4):
        end, previous = at + sizes[stream] if stream < 3 else len(content), None
        for place in range(stream * count // 4, (stream + 1) * count // 4):
            first = content[at]
            if first < 160:
                tokens.append(lists[previous][first])
            elif first < 255:
                tokens.append(frequent[256 * (first - 160) + content[at + 1]])
            else:
                tokens.append(int.from_bytes(content[at + 1 : at + 1 + width], "little"))
            previous = tokens[-1]
            at += 1 if first < 160 else 2 if first < 255 else 1 + width
        assert at == end
    return struct.pack(f"<{count}{'H' if width == 2 else 'I'}", *tokens)


def documents(data, count):
    columns, at = [], 16
    for _ in range(5):
        column, at = varints(data, at, count)
        columns.append(column)
    source, end, known = 0, 0, None
    for i, (tokens, step, offset, length, label) in enumerate(zip(*columns)):
        source += unzigzag(step)
        offset = unzigzag(offset) + (end if source == known else 0)
        end, known = offset + length, source
        text_hash = struct.unpack_from("<Q", data, at + 8 * i)[0]
        yield dict(tokens=tokens, source=source, offset=offset, bytes=length, label=label - 1, hash=text_hash)


def read(path):
    file = open(path, "rb").read()
    width, split, segment, frame_tokens, vocabulary = struct.unpack_from("<5I", file, 20)
    assert file[8:16] == file[-8:] == b"TESSERA\n" and struct.unpack_from("<I", file, 16) == (1,)
    token_count, document_count, part_count = struct.unpack_from("<3Q", file, len(file) - 120)
    assert hashlib.sha256(file[:-128]).digest() == file[-56:-24]
    name = os.path.join(os.path.dirname(path), f"codec-{file[72:80].hex()}.table")
    table = codec_table(name, file[72:104]) if any(file[72:104]) else None
    ids, blocks, at = [], [], 112
    for entry in range(len(file) - 128 - 16 * part_count, len(file) - 128, 16):
        size, count, kind = struct.unpack_from("<IHB", file, entry)
        part, at = file[at : at + size], at + size
        content = zstandard.ZstdDecompressor().decompress(part[8:] if kind == 255 else part)
        if kind == 255:
            blocks.append((content, count))
        else:
            ids.append(content if kind == 0 else decode(content, count, width, table))
    ids, sha = b"".join(ids), lambda data: hashlib.sha256(data).digest()
    counts = struct.pack("<2I2Q", split, segment, token_count, document_count)
    digest = sha(file[40:72] + sha(ids) + sha(b"".join(block for block, _ in blocks)) + counts)
    assert digest == file[-88:-56] and len(ids) == width * token_count
    return ids, [document for block in blocks for document in documents(*block)]


if __name__ == "__main__":
    ids, found = read(sys.argv[-1])
    if sys.argv[1] == "--documents":
        for document in found:
            print(json.dumps(document))
    else:
        sys.stdout.buffer.write(ids)
