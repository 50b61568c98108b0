#include <utf8proc.h>

/// Options are an enumeration whose values are combined, which Swift's types do not allow.
static inline utf8proc_ssize_t cutf8proc_decompose(utf8proc_int32_t character, utf8proc_int32_t *output,
                                                   utf8proc_ssize_t count, int compatibility) {
  utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | (compatibility ? UTF8PROC_COMPAT : 0);
  int boundary = 0;
  return utf8proc_decompose_char(character, output, count, options, &boundary);
}

/// Composes characters that are decomposed and in canonical order, in place; returns how many remain.
static inline utf8proc_ssize_t cutf8proc_compose(utf8proc_int32_t *characters, utf8proc_ssize_t count) {
  return utf8proc_normalize_utf32(characters, count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

static inline int cutf8proc_combining_class(utf8proc_int32_t character) {
  return utf8proc_get_property(character)->combining_class;
}
