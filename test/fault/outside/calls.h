/* The system calls that are looked at: those that name a file or work on an open one. */
#include <sys/syscall.h>

#ifndef __x86_64__
#error "these are the system calls of x86-64 alone"
#endif

/* shape: where the paths are: p path, a descriptor and path, P and A two of them, f descriptor, s and S symlink(at),
   c copy_file_range, d sendfile. class: as in FILE; o open, decided by its flags. mode, length: the argument's number. */
struct call { int number; const char *name; char shape, class; signed char mode, length; };
#define C(name, ...) { SYS_##name, #name, __VA_ARGS__ }
static const struct call calls[] = {
  C(open, 'p', 'o', 2, -1), C(openat, 'a', 'o', 3, -1), C(creat, 'p', 's', 1, -1), C(close, 'f', 'r', -1, -1),
  C(read, 'f', 'r', -1, -1), C(pread64, 'f', 'r', -1, -1), C(readv, 'f', 'r', -1, -1), C(preadv, 'f', 'r', -1, -1),
  C(write, 'f', 's', -1, 2), C(pwrite64, 'f', 's', -1, 2), C(writev, 'f', 's', -1, -1), C(pwritev, 'f', 's', -1, -1),
  C(copy_file_range, 'c', 's', -1, 4), C(sendfile, 'd', 's', -1, 3), C(fallocate, 'f', 's', -1, -1),
  C(truncate, 'p', 's', -1, -1), C(ftruncate, 'f', 's', -1, -1), C(fsync, 'f', 's', -1, -1),
  C(fdatasync, 'f', 's', -1, -1), C(syncfs, 'f', 's', -1, -1), C(sync_file_range, 'f', 's', -1, -1),
  C(stat, 'p', 'r', -1, -1), C(lstat, 'p', 'r', -1, -1), C(fstat, 'f', 'r', -1, -1), C(newfstatat, 'a', 'r', -1, -1),
  C(statx, 'a', 'r', -1, -1), C(access, 'p', 'r', -1, -1), C(faccessat, 'a', 'r', -1, -1),
  C(faccessat2, 'a', 'r', -1, -1), C(readlink, 'p', 'r', -1, -1), C(readlinkat, 'a', 'r', -1, -1),
  C(getdents64, 'f', 'r', -1, -1), C(statfs, 'p', 'r', -1, -1), C(fstatfs, 'f', 'r', -1, -1), C(chdir, 'p', 'r', -1, -1),
  C(getxattr, 'p', 'r', -1, -1), C(lgetxattr, 'p', 'r', -1, -1), C(fgetxattr, 'f', 'r', -1, -1),
  C(listxattr, 'p', 'r', -1, -1), C(llistxattr, 'p', 'r', -1, -1), C(flistxattr, 'f', 'r', -1, -1),
  C(setxattr, 'p', 's', -1, -1), C(lsetxattr, 'p', 's', -1, -1), C(fsetxattr, 'f', 's', -1, -1),
  C(rename, 'P', 'm', -1, -1), C(renameat, 'A', 'm', -1, -1), C(renameat2, 'A', 'm', -1, -1),
  C(link, 'P', 's', -1, -1), C(linkat, 'A', 's', -1, -1), C(symlink, 's', 's', -1, -1), C(symlinkat, 'S', 's', -1, -1),
  C(unlink, 'p', 'm', -1, -1), C(unlinkat, 'a', 'm', -1, -1), C(rmdir, 'p', 'm', -1, -1),
  C(mkdir, 'p', 's', 1, -1), C(mkdirat, 'a', 's', 2, -1), C(mknod, 'p', 's', 1, -1), C(mknodat, 'a', 's', 2, -1),
  C(chmod, 'p', 'm', 1, -1), C(fchmod, 'f', 'm', 1, -1), C(fchmodat, 'a', 'm', 2, -1),
  C(chown, 'p', 'm', -1, -1), C(lchown, 'p', 'm', -1, -1), C(fchown, 'f', 'm', -1, -1), C(fchownat, 'a', 'm', -1, -1),
  C(utime, 'p', 'm', -1, -1), C(utimes, 'p', 'm', -1, -1), C(futimesat, 'a', 'm', -1, -1), C(utimensat, 'a', 'm', -1, -1),
};
enum { CALLS = sizeof calls / sizeof *calls };

static int is_flush(int number) {
  return number == SYS_fsync || number == SYS_fdatasync || number == SYS_syncfs || number == SYS_sync_file_range;
}

