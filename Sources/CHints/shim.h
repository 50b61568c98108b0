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
