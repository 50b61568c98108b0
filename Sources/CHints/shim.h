#include <stddef.h>

/// Asks the processor to fetch the cache line of an address that will soon be read. Swift has no way to say so.
static inline void chints_prefetch(const void *address) { __builtin_prefetch(address); }

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
