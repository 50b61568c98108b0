#!/usr/bin/env python3
"""Reads one shard, written from docs/shard-format.md alone: Python's library and the package `zstandard`.

    scripts/read-shard.py shards/train-00000.shard > ids               # integers of the shard's id width
    scripts/read-shard.py --documents shards/train-00000.shard         # a line of JSON for each document

Both SHA-256 digests are verified, which leaves nothing to XXH64, which Python lacks.
"""
import hashlib, itertools, json, os, struct, sys
import zstandard


def number(data):  # a varint from an iterator of bytes
    byte = next(data)
    return byte if byte < 128 else byte - 128 | number(data) << 7


def numbers(data, count):
    return [number(data) for _ in range(count)]


def ascending(data, count):
    return [value + i for i, value in enumerate(itertools.accumulate(numbers(data, count)))]


def codec_table(file):
    magic, version, vocabulary, frequent_count, _ = struct.unpack_from("<8s4I", file)
    assert magic == b"TESSTBL\n" and version == 1
    data, frequent, lists = iter(decompress(file[32:])), [], []
    while len(frequent) < frequent_count:
        frequent += ascending(data, min(256, frequent_count - len(frequent)))
    lengths = bytes(itertools.islice(data, vocabulary))
    order = frequent + sorted(set(range(vocabulary)) - set(frequent))
    for length in lengths:
        places = numbers(data, min(4, length))
        for size in (4, 8, 16, 32, 64, 32):
            places += ascending(data, max(0, min(size, length - len(places))))
        lists.append([order[place] for place in places])
    return frequent, lists


def successors(content, count, width, frequent, lists):
    codes = iter(content[30:])
    for stream in range(16):
        token = None
        for _ in range(stream * count // 16, (stream + 1) * count // 16):
            code = next(codes)
            if code < 160:
                token = lists[token][code]
            elif code < 255:
                token = frequent[256 * (code - 160) + next(codes)]
            else:
                token = int.from_bytes(itertools.islice(codes, width), "little")
            yield token.to_bytes(width, "little")


def documents(content, count):
    data, source, end = iter(content[16:]), 0, 0
    columns = [numbers(data, count) for _ in range(5)]
    for tokens, step, offset, size, label, text_hash in zip(*columns, struct.iter_unpack("<Q", bytes(data))):
        step, offset = (value >> 1 ^ -(value & 1) for value in (step, offset))
        source, offset = source + step, offset + (0 if step else end)
        end = offset + size
        yield dict(tokens=tokens, source=source, offset=offset, bytes=size, label=label - 1, hash=text_hash[0])


def read(path):
    file = open(path, "rb").read()
    magic, version, width, split, segment = struct.unpack_from("<8s4I", file, 8)
    tokens, document_count, parts, _, content_digest, stored_digest = struct.unpack_from("<4Q32s32s", file[-120:])
    assert magic == file[-8:] == b"TESSERA\n" and version == 1 and sha256(file[:-128]) == stored_digest
    table, ids, blocks, found, at = (), b"", b"", [], 112
    if any(file[72:104]):
        table = open(os.path.join(os.path.dirname(path), f"codec-{file[72:80].hex()}.table"), "rb").read()
        assert sha256(table) == file[72:104]
        table = codec_table(table)
    for size, count, kind, _, _ in struct.iter_unpack("<IHBBQ", file[-128 - 16 * parts : -128]):
        content, at = decompress(file[at + (8 if kind == 255 else 0) : at + size]), at + size
        if kind == 255:
            blocks, found = blocks + content, found + list(documents(content, count))
        else:
            ids += b"".join(successors(content, count, width, *table)) if kind == 1 else content
    counts = struct.pack("<2I2Q", split, segment, tokens, document_count)
    assert sha256(file[40:72] + sha256(ids) + sha256(blocks) + counts) == content_digest
    return ids, found


def sha256(data):
    return hashlib.sha256(data).digest()


def decompress(data):
    return zstandard.ZstdDecompressor().decompress(data)


if __name__ == "__main__":
    ids, found = read(sys.argv[-1])
    lines = "".join(json.dumps(document) + "\n" for document in found).encode()
    sys.stdout.buffer.write(lines if sys.argv[1] == "--documents" else ids)
