#!/usr/bin/env python3
"""Reads one shard, written from docs/shard-format.md alone: Python's library and the package `zstandard`.

    scripts/read-shard.py shards/train-00000.shard > ids               # integers of the shard's id width
    scripts/read-shard.py --documents shards/train-00000.shard         # a line of JSON for each document

Digests and zstd's checksums are verified; XXH64, which Python lacks, is left to them.
"""
import hashlib, itertools, json, os, struct, sys
import zstandard


class Numbers:  # varints, one after another
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def next(self):
        value = shift = 0
        while True:
            byte, self.at = self.data[self.at], self.at + 1
            value, shift = value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    def take(self, count):
        return [self.next() for _ in range(count)]

    def ascending(self, count):
        return [value + i for i, value in enumerate(itertools.accumulate(self.take(count)))]


def codec_table(file):
    magic, version, vocabulary, frequent_count, _ = struct.unpack_from("<8s4I", file)
    assert magic == b"TESSTBL\n" and version == 1
    numbers, frequent, lists = Numbers(decompress(file[32:])), [], []
    while len(frequent) < frequent_count:
        frequent += numbers.ascending(min(256, frequent_count - len(frequent)))
    lengths, numbers.at = numbers.data[numbers.at : numbers.at + vocabulary], numbers.at + vocabulary
    order = frequent + sorted(set(range(vocabulary)) - set(frequent))
    for length in lengths:
        places = numbers.take(min(4, length))
        for size in (4, 8, 16, 32, 64, 32):
            places += numbers.ascending(max(0, min(size, length - len(places))))
        lists.append([order[place] for place in places])
    return frequent, lists


def successors(content, count, width, frequent, lists):
    sizes, at = struct.unpack_from("<3H", content), 6
    for stream in range(4):
        token = None
        for _ in range(stream * count // 4, (stream + 1) * count // 4):
            code, at = content[at], at + 1
            if code < 160:
                token = lists[token][code]
            elif code < 255:
                token, at = frequent[256 * (code - 160) + content[at]], at + 1
            else:
                token, at = int.from_bytes(content[at : at + width], "little"), at + width
            yield token.to_bytes(width, "little")
        assert at == (6 + sum(sizes[: stream + 1]) if stream < 3 else len(content))


def documents(content, count):
    numbers, known, end = Numbers(content, 16), 0, 0
    columns = [numbers.take(count) for _ in range(5)]
    hashes = struct.unpack_from(f"<{count}Q", content, numbers.at)
    for tokens, step, offset, size, label, text_hash in zip(*columns, hashes):
        step, offset = (value >> 1 ^ -(value & 1) for value in (step, offset))
        offset, known = offset + (0 if step else end), known + step
        end = offset + size
        yield dict(tokens=tokens, source=known, offset=offset, bytes=size, label=label - 1, hash=text_hash)


def read(path):
    file = open(path, "rb").read()
    magic, version, width, split, segment = struct.unpack_from("<8s4I", file, 8)
    token_count, document_count, part_count, _, content_digest, stored_digest = struct.unpack_from(
        "<4Q32s32s", file, len(file) - 120)
    assert magic == file[-8:] == b"TESSERA\n" and version == 1 and sha256(file[:-128]) == stored_digest
    table, ids, blocks, found, at = None, b"", b"", [], 112
    if any(file[72:104]):
        table = open(os.path.join(os.path.dirname(path), f"codec-{file[72:80].hex()}.table"), "rb").read()
        assert sha256(table) == file[72:104]
        table = codec_table(table)
    for size, count, kind, _, _ in struct.iter_unpack("<IHBBQ", file[-128 - 16 * part_count : -128]):
        content, at = decompress(file[at + (8 if kind == 255 else 0) : at + size]), at + size
        if kind == 255:
            blocks, found = blocks + content, found + list(documents(content, count))
        else:
            ids += b"".join(successors(content, count, width, *table)) if kind == 1 else content
    counts = struct.pack("<2I2Q", split, segment, token_count, document_count)
    assert sha256(file[40:72] + sha256(ids) + sha256(blocks) + counts) == content_digest
    return ids, found


def sha256(data):
    return hashlib.sha256(data).digest()


def decompress(data):
    return zstandard.ZstdDecompressor().decompress(data)


if __name__ == "__main__":
    ids, found = read(sys.argv[-1])
    if sys.argv[1] == "--documents":
        print(*map(json.dumps, found), sep="\n")
    else:
        sys.stdout.buffer.write(ids)
