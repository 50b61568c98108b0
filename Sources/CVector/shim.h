/// Whether the build is for processors with fused multiply-add: Swift has no such condition. Without it, Swift's
/// addingProduct is a call of the C library for every single number. A function, because Swift reports the untaken
/// side of a constant as dead code.
static inline _Bool cvector_has_fma(void) {
#ifdef __FMA__
  return 1;
#else
  return 0;
#endif
}
