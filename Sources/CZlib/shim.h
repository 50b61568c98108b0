#include <zlib.h>

/// `inflateInit2` is a macro, which Swift cannot import. 15 is the largest window; 16 more asks for gzip's wrapping.
static inline int czlib_inflate_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

/// The same without any wrapping, as in zip archives.
static inline int czlib_inflate_raw(z_stream *stream) { return inflateInit2(stream, -15); }
