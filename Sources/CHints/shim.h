/// Asks the processor to fetch the cache line of an address that will soon be read. Swift has no way to say so.
static inline void chints_prefetch(const void *address) { __builtin_prefetch(address); }
