// A disk that fails, for a program that runs with this library in LD_PRELOAD: cc -shared -fPIC -O2 -o faults.so faults.c
//
// Calls that change something below the folder FAULT_FOLDER (an absolute path) are counted. Call number FAULT_AT fails
// with the error number FAULT_ERROR and does nothing. With FAULT_STICKY=1 all calls after it fail, too, as on a disk
// that has become read-only. With FAULT_HALF=1 a call that writes first writes the half of its bytes, as on a disk that
// has become full. With FAULT_KILL=1 the process is killed before the call. With FAULT_READS=1 it is calls that read
// that are counted, and that fail. FAULT_LOG is a file that the name and the place of the failing call go to, or, where
// the process ends before, how many calls there were. FAULT_TRACE is a file that the names and places of all calls that are counted go
// to, in their order. With FAULT_LOCKS set to an error number, no folder can be locked, as on NFS.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX], log_path[PATH_MAX], trace_path[PATH_MAX];
static long at, error_number, sticky, half, kills, reads, locks;
static atomic_long calls;
static atomic_int has_failed;

static long number(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

static void note(const char *path, int flags, const char *text) {
  // System calls of our own: those below are for the program.
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
  if (file < 0) return;
  syscall(SYS_write, file, text, strlen(text));
  syscall(SYS_close, file);
}

__attribute__((constructor)) static void begin(void) {
  const char *part = getenv("FAULT_FOLDER"), *log = getenv("FAULT_LOG"), *trace = getenv("FAULT_TRACE");
  snprintf(folder, sizeof folder, "%s", part ? part : "");
  snprintf(log_path, sizeof log_path, "%s", log ? log : "");
  snprintf(trace_path, sizeof trace_path, "%s", trace ? trace : "");
  at = number("FAULT_AT"), error_number = number("FAULT_ERROR"), sticky = number("FAULT_STICKY");
  half = number("FAULT_HALF"), kills = number("FAULT_KILL"), reads = number("FAULT_READS");
  locks = number("FAULT_LOCKS");
}

__attribute__((destructor)) static void end(void) {
  char text[64];
  if (atomic_load(&has_failed) || !*log_path) return;
  snprintf(text, sizeof text, "%ld\n", atomic_load(&calls));
  note(log_path, O_TRUNC, text);
}

static int is_inside(const char *path) {
  size_t length = strlen(folder);
  return length > 0 && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

// Whether this call is the one, or one after it. It is about `path`, seen from `directory`, or where that is null about the file
// behind `directory`.
static int fails(const char *name, int directory, const char *path, int is_read) {
  char full[2 * PATH_MAX], base[PATH_MAX] = "", link[64], text[3 * PATH_MAX];
  if (!*folder || is_read != (reads != 0)) return 0;
  if (path && *path == '/') {
    snprintf(full, sizeof full, "%s", path);
  } else {
    if (directory == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    ssize_t count = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
    if (count <= 0) return 0;
    base[count] = 0;
    if (path) snprintf(full, sizeof full, "%s/%s", base, path);
    else snprintf(full, sizeof full, "%s", base);
  }
  if (!is_inside(full)) return 0;
  long call = atomic_fetch_add(&calls, 1) + 1;
  snprintf(text, sizeof text, "%s %s\n", name, full);
  if (*trace_path) note(trace_path, O_APPEND, text);
  if (at == 0 || call < at || (call > at && !sticky)) return 0;
  if (call == at) {
    atomic_store(&has_failed, 1);
    note(log_path, O_TRUNC, text);
    if (kills) kill(getpid(), SIGKILL), pause();
  }
  errno = (int)error_number;
  return 1;
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int changes(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0; }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    if (fails("open", AT_FDCWD, path, !changes(flags))) return -1; \
    return real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
  int name(int directory, const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    if (fails("open", directory, path, !changes(flags))) return -1; \
    return real(directory, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *bytes, size_t count) {
  REAL(write);
  if (!fails("write", file, NULL, 0)) return real(file, bytes, count);
  return half && count > 1 ? real(file, bytes, count / 2) : -1;
}

#define PWRITE(name, offset_type) \
  ssize_t name(int file, const void *bytes, size_t count, offset_type offset) { \
    REAL(name); \
    if (!fails("write", file, NULL, 0)) return real(file, bytes, count, offset); \
    return half && count > 1 ? real(file, bytes, count / 2, offset) : -1; \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t read(int file, void *bytes, size_t count) {
  REAL(read);
  return fails("read", file, NULL, 1) ? -1 : real(file, bytes, count);
}

#define PREAD(name, offset_type) \
  ssize_t name(int file, void *bytes, size_t count, offset_type offset) { \
    REAL(name); \
    return fails("read", file, NULL, 1) ? -1 : real(file, bytes, count, offset); \
  }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

#define READ_FOLDER(name, entry) \
  struct entry *name(DIR *folder) { \
    REAL(name); \
    return fails("read folder", dirfd(folder), NULL, 1) ? NULL : real(folder); \
  }
READ_FOLDER(readdir, dirent)
READ_FOLDER(readdir64, dirent64)

#define BY_FILE(name, label) \
  int name(int file) { \
    REAL(name); \
    return fails(label, file, NULL, 0) ? -1 : real(file); \
  }
BY_FILE(fsync, "synchronize")
BY_FILE(fdatasync, "synchronize")

#define TRUNCATE(name, size_type) \
  int name(int file, size_type size) { \
    REAL(name); \
    return fails("truncate", file, NULL, 0) ? -1 : real(file, size); \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define BY_PATH(name) \
  int name(const char *path) { \
    REAL(name); \
    return fails("remove", AT_FDCWD, path, 0) ? -1 : real(path); \
  }
BY_PATH(unlink)
BY_PATH(remove)
BY_PATH(rmdir)

int flock(int file, int operation) {
  REAL(flock);
  if (!locks) return real(file, operation);
  errno = (int)locks;
  return -1;
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  return fails("create folder", AT_FDCWD, path, 0) ? -1 : real(path, mode);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  return fails("rename", AT_FDCWD, to, 0) ? -1 : real(from, to);
}

int link(const char *from, const char *to) {
  REAL(link);
  return fails("link", AT_FDCWD, to, 0) ? -1 : real(from, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  REAL(linkat);
  return fails("link", to_folder, to, 0) ? -1 : real(from_folder, from, to_folder, to, flags);
}
