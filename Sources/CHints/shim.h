#include <stddef.h>
#include <stdint.h>
#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

/// Asks the processor to fetch the cache line of an address that will soon be read. Swift has no way to say so.
static inline void chints_prefetch(const void *address) { __builtin_prefetch(address); }

/// Writes a byte as it is, so that the system gives memory for its page. Compilers leave such writes out unless they are told not to.
static inline void chints_touch(void *address) { *(volatile char *)address = *(volatile char *)address; }

extern void *mremap(void *, size_t, size_t, int, ...);

/// Moves pages to `to`, where addresses are reserved for them, and makes them more; MAP_FAILED where that is not
/// possible. Swift cannot call what takes a variable number of arguments.
static inline void *chints_move_pages(void *from, size_t bytes, size_t new_bytes, void *to) {
  const int may_move = 1, fixed = 2;
  return mremap(from, bytes, new_bytes, may_move | fixed, to);
}

// Swift's own operations for these take every number out of its vector.
typedef unsigned int chints_u32x16 __attribute__((ext_vector_type(16)));
typedef unsigned int chints_u32x32 __attribute__((ext_vector_type(32)));

/// The least of the numbers.
static inline unsigned chints_least16(chints_u32x16 numbers) { return __builtin_reduce_min(numbers); }
static inline unsigned chints_least32(chints_u32x32 numbers) { return __builtin_reduce_min(numbers); }

/// The numbers with `value` in the place of one; as they are where there is no such place.
static inline chints_u32x16 chints_put16(chints_u32x16 numbers, unsigned place, unsigned value) {
  const chints_u32x16 places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  chints_u32x16 here = (chints_u32x16)(places == (chints_u32x16)place);
  return (numbers & ~here) | ((chints_u32x16)value & here);
}
static inline chints_u32x32 chints_put32(chints_u32x32 numbers, unsigned place, unsigned value) {
  const chints_u32x32 places = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
  chints_u32x32 here = (chints_u32x32)(places == (chints_u32x32)place);
  return (numbers & ~here) | ((chints_u32x32)value & here);
}

typedef unsigned long long chints_u64x16 __attribute__((ext_vector_type(16)));
typedef _Bool chints_boolx16 __attribute__((ext_vector_type(16)));

/// What a pretoken of `count` bytes, 1 to 15, begins with: its bytes are those of `low` and `high`, the lowest first. Writes 16
/// `tokens` and 16 `pairs`, which are aligned to 64 bytes, and returns a bit for each pair that is certain. `table` has the words of
/// Swift's `BytePair`, `pairs` are those of its `ShortMerger`: there is what this means. Fewer bytes take as long as many.
static inline unsigned chints_pairs16(const void *table, const unsigned *byte_tokens, unsigned long long low,
                                      unsigned long long high, unsigned count, unsigned *tokens, unsigned *pairs) {
  unsigned long long words[16] __attribute__((aligned(128)));
  unsigned char bytes[16];
  __builtin_memcpy(bytes, &low, 8);
  __builtin_memcpy(bytes + 8, &high, 8);
  for (int i = 0; i < 15; i++) words[i] = ((const unsigned long long *)table)[bytes[i] << 8 | bytes[i + 1]];
  words[15] = 0;
  for (int i = 0; i < 16; i++) tokens[i] = byte_tokens[bytes[i]];
  const chints_u64x16 all = *(const chints_u64x16 *)words;
  const chints_u32x16 rank = __builtin_convertvector(all & 0x3fffff, chints_u32x16);
  const chints_u32x16 left = __builtin_convertvector((all >> 32) & 0xffff, chints_u32x16);
  const chints_u32x16 right = __builtin_convertvector(all >> 48, chints_u32x16);
  const chints_u32x16 places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const chints_u32x16 no_bound = (chints_u32x16)0xffffu, none = (chints_u32x16)(0x3fffffu << 6);
  const chints_u32x16 before =
      __builtin_shufflevector(left, no_bound, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
  chints_u32x16 after =
      __builtin_shufflevector(right, no_bound, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  const chints_u32x16 is_last = (chints_u32x16)(places + 2 >= (chints_u32x16)count);
  const chints_u32x16 is_none = (chints_u32x16)(places + 1 >= (chints_u32x16)count);
  after = (after & ~is_last) | (no_bound & is_last);
  const chints_u32x16 bound = __builtin_elementwise_min(before, after);
  *(chints_u32x16 *)pairs = (((rank << 6) | places) & ~is_none) | (none & is_none);
  const chints_boolx16 certain = __builtin_convertvector((chints_u32x16)(rank < bound) & ~is_none, chints_boolx16);
  unsigned short bits;
  __builtin_memcpy(&bits, &certain, 2);
  return bits;
}

typedef unsigned char chints_u8x64 __attribute__((ext_vector_type(64)));
typedef _Bool chints_boolx64 __attribute__((ext_vector_type(64)));

/// A bit for each of 64 bytes that is one of `count` from `first` on, after the bits of `set` are set in it. Swift's own masks of vectors
/// are bytes, from which it takes bits out 16 at a time.
static inline uint64_t chints_bits(chints_u8x64 bytes, unsigned char set, unsigned char first, unsigned char count) {
  const chints_u8x64 distance = (bytes | (chints_u8x64)set) - (chints_u8x64)first;
  const chints_boolx64 found = __builtin_convertvector(distance < (chints_u8x64)count, chints_boolx64);
  uint64_t bits;
  __builtin_memcpy(&bits, &found, 8);
  return bits;
}

/// 64 bytes from any address.
static inline chints_u8x64 chints_load64(const void *bytes) {
  chints_u8x64 all;
  __builtin_memcpy(&all, bytes, 64);
  return all;
}

/// Writes the number of each bit that is set, plus `first`, and some that mean nothing after them, to `numbers`, for which there must be room for
/// 64; returns how many bits are set. Mostly there are no branches, as half of those that depend on the count are guessed wrong.
static inline ptrdiff_t chints_numbers(uint64_t bits, ptrdiff_t first, ptrdiff_t *numbers) {
  const ptrdiff_t count = __builtin_popcountll(bits);
#ifdef __AVX512VBMI2__
  const __m512i each = _mm512_set_epi64(0x3f3e3d3c3b3a3938, 0x3736353433323130, 0x2f2e2d2c2b2a2928, 0x2726252423222120,
                                        0x1f1e1d1c1b1a1918, 0x1716151413121110, 0x0f0e0d0c0b0a0908, 0x0706050403020100);
  const __m512i set = _mm512_maskz_compress_epi8(bits, each), place = _mm512_set1_epi64(first);
  const __m128i low = _mm512_castsi512_si128(set), next = _mm512_extracti32x4_epi32(set, 1);
  _mm512_storeu_si512(numbers, _mm512_add_epi64(_mm512_cvtepu8_epi64(low), place));
  _mm512_storeu_si512(numbers + 8, _mm512_add_epi64(_mm512_cvtepu8_epi64(_mm_unpackhi_epi64(low, low)), place));
  _mm512_storeu_si512(numbers + 16, _mm512_add_epi64(_mm512_cvtepu8_epi64(next), place));
  if (__builtin_expect(count <= 24, 1)) return count;
  unsigned char rest[64];
  _mm512_storeu_si512(rest, set);
  for (ptrdiff_t number = 24; number < count; number++) numbers[number] = first + rest[number];
#else
  // Groups of eight, without asking after each one whether it is the last.
  for (ptrdiff_t number = 0; number < count; number += 8)
    for (ptrdiff_t step = 0; step < 8; step++, bits &= bits - 1)
      numbers[number + step] = first + (bits ? __builtin_ctzll(bits) : 64);
#endif
  return count;
}

typedef unsigned char chints_u8x16 __attribute__((ext_vector_type(16)));
typedef unsigned int chints_u32x8 __attribute__((ext_vector_type(8)));

/// Six numbers of 21 bits that lie one after another, the lowest bits first; the other two may be anything.
static inline chints_u32x8 chints_unpack21(chints_u8x16 packed) {
  // The four bytes that hold each, and where in them it begins.
  const chints_u32x8 shifts = {0, 5, 2, 7, 4, 1, 0, 0}, all = (chints_u32x8)0x1fffffu;
  chints_u32x8 words = (chints_u32x8)__builtin_shufflevector(packed, packed, 0, 1, 2, 3, 2, 3, 4, 5, 5, 6, 7, 8, 7, 8, 9, 10,
                                                             10, 11, 12, 13, 13, 14, 15, 15, 0, 1, 2, 3, 0, 1, 2, 3);
  return words >> shifts & all;
}

/// Whether ``chints_sha256_blocks`` works on this processor.
static inline int chints_has_sha256(void) {
#ifdef __x86_64__
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  const unsigned ssse3 = 1u << 9, sse41 = 1u << 19, sha = 1u << 29;
  if (!(c & ssse3) || !(c & sse41)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & sha) != 0;
#else
  return 0;
#endif
}

/// Takes `blocks` blocks of 64 bytes into a state of SHA-256 by the processor's own instructions, which Swift does not have. `constants` are
/// the 64 of the standard. (Intel: "New Instructions Supporting the Secure Hash Algorithm", 2013.)
#ifdef __x86_64__
__attribute__((target("sha,sse4.1,ssse3")))
static inline void chints_sha256_blocks(uint32_t *state, const uint8_t *bytes, size_t blocks, const uint32_t *constants) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  // The instructions want the eight words as ABEF and CDGH.
  __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(low, high, 8);
  __m128i cdgh = _mm_blend_epi16(high, low, 0xf0);
  for (; blocks > 0; blocks--, bytes += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];
    for (int i = 0; i < 4; i++)
      words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes + i), big_endian);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      const __m128i sum = _mm_add_epi32(words[i & 3], _mm_loadu_si128((const __m128i *)constants + i));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
      // The four words that take the place of those just used are wanted four turns from now.
      const __m128i last = words[(i + 3) & 3], middle = _mm_alignr_epi8(last, words[(i + 2) & 3], 4);
      const __m128i first = _mm_sha256msg1_epu32(words[i & 3], words[(i + 1) & 3]);
      words[i & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(first, middle), last);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  low = _mm_shuffle_epi32(abef, 0x1b);
  high = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}
#else
static inline void chints_sha256_blocks(uint32_t *state, const uint8_t *bytes, size_t blocks, const uint32_t *constants) {
  (void)state, (void)bytes, (void)blocks, (void)constants;
}
#endif

/// Lowers `count` numbers, a multiple of 16, to the least of a * x + b * y for any of the `grams`, each of two halves x and y: Swift's own
/// operations take five times as long. `least`, `a` and `b` have `count` numbers.
static inline void chints_min_hashes(unsigned *least, const unsigned *a, const unsigned *b, size_t count,
                                     const unsigned long long *grams, size_t gram_count) {
  for (size_t place = 0; place < count; place += 16) {
    chints_u32x16 low, high, lowest;
    __builtin_memcpy(&low, a + place, sizeof low);
    __builtin_memcpy(&high, b + place, sizeof high);
    __builtin_memcpy(&lowest, least + place, sizeof lowest);
    for (size_t gram = 0; gram < gram_count; gram++) {
      const chints_u32x16 hash = low * (unsigned)grams[gram] + high * (unsigned)(grams[gram] >> 32);
      lowest = __builtin_elementwise_min(lowest, hash);
    }
    __builtin_memcpy(least + place, &lowest, sizeof lowest);
  }
}

/// The rank of a token in a line of 64 bytes, whose 21 ids of two bytes come first and then their ranks, the last byte of all being 255: what is
/// returned where the id is not there. There are no branches: half of them would be mispredicted.
__attribute__((always_inline)) static inline unsigned chints_rank21(const uint8_t *line, uint16_t id) {
#ifdef __AVX512BW__
  const uint32_t found = _mm512_cmpeq_epi16_mask(_mm512_load_si512(line), _mm512_set1_epi16((short)id));
  return line[42 + __builtin_ctz((found & 0x1fffff) | 0x200000)];
#else
  uint16_t ids[21];
  __builtin_memcpy(ids, line, sizeof ids);
  unsigned rank = 255;
  for (int place = 20; place >= 0; place--) rank = ids[place] == id ? line[42 + place] : rank;
  return rank;
#endif
}

/// The same of 12 ids of four bytes; the 61st byte is 255.
__attribute__((always_inline)) static inline unsigned chints_rank12(const uint8_t *line, uint32_t id) {
#ifdef __AVX512F__
  const uint32_t found = _mm512_cmpeq_epi32_mask(_mm512_load_si512(line), _mm512_set1_epi32((int)id));
  return line[48 + __builtin_ctz((found & 0xfff) | 0x1000)];
#else
  uint32_t ids[12];
  __builtin_memcpy(ids, line, sizeof ids);
  unsigned rank = 255;
  for (int place = 11; place >= 0; place--) rank = ids[place] == id ? line[48 + place] : rank;
  return rank;
#endif
}
