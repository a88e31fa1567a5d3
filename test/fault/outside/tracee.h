/* What a stopped process was about to do, read out of it. */
#include <limits.h>
#include <sys/uio.h>

enum { PATHS = 2 };

/* This path is led to another, which must not be longer. */
static const char *instead, *shorter;

static void read_text(pid_t pid, unsigned long address, char *into) {
  size_t have = 0;
  while (have < PATH_MAX - 1) {
    size_t piece = 4096 - (address + have) % 4096;
    if (piece > PATH_MAX - 1 - have) piece = PATH_MAX - 1 - have;
    struct iovec here = { into + have, piece }, there = { (void *)(address + have), piece };
    if (process_vm_readv(pid, &here, 1, &there, 1, 0) <= 0) break;
    if (memchr(into + have, 0, piece)) return;
    have += piece;
  }
  into[have] = 0;
}

static void read_link(char *into, const char *format, pid_t pid, long number) {
  char name[64];
  snprintf(name, sizeof name, format, pid, number);
  ssize_t length = readlink(name, into, PATH_MAX - 1);
  into[length < 0 ? 0 : length] = 0;
}

static void descriptor_path(pid_t pid, int descriptor, char *into) {
  read_link(into, descriptor == AT_FDCWD ? "/proc/%d/cwd" : "/proc/%d/fd/%ld", pid, descriptor);
}

/* The absolute path that `address` names from `directory` on; what is opened by /proc/self/fd/N is told by its name. */
static void path_of(pid_t pid, int directory, unsigned long address, char *into) {
  char text[PATH_MAX], base[PATH_MAX] = "";
  int number, self, length = 0;
  read_text(pid, address, text);
  if (instead && !strcmp(text, instead)) {
    struct iovec here = { (void *)shorter, strlen(shorter) + 1 }, there = { (void *)address, strlen(shorter) + 1 };
    if (process_vm_writev(pid, &here, 1, &there, 1, 0) < 0) die("process_vm_writev");
  }
  if (sscanf(text, "/proc/self/fd/%d%n", &number, &length) == 1 ||
      sscanf(text, "/proc/%d/fd/%d%n", &self, &number, &length) == 2)
    descriptor_path(pid, number, base);
  else if (text[0] != '/')
    descriptor_path(pid, directory, base);
  snprintf(into, PATH_MAX, "%s%s%s", base, text[0] && text[0] != '/' ? "/" : "", text + length);
}

static int paths_of(pid_t pid, const struct call *call, const struct user_regs_struct *r, char into[PATHS][PATH_MAX]) {
  switch (call->shape) {
    case 'p': path_of(pid, AT_FDCWD, r->rdi, into[0]); return 1;
    case 'a': path_of(pid, r->rdi, r->rsi, into[0]); return 1;
    case 'P': path_of(pid, AT_FDCWD, r->rdi, into[0]); path_of(pid, AT_FDCWD, r->rsi, into[1]); return 2;
    case 'A': path_of(pid, r->rdi, r->rsi, into[0]); path_of(pid, r->rdx, r->r10, into[1]); return 2;
    case 's': path_of(pid, AT_FDCWD, r->rsi, into[0]); return 1;
    case 'S': path_of(pid, r->rsi, r->rdx, into[0]); return 1;
    case 'c': descriptor_path(pid, r->rdi, into[0]); descriptor_path(pid, r->rdx, into[1]); return 2;
    case 'd': descriptor_path(pid, r->rsi, into[0]); descriptor_path(pid, r->rdi, into[1]); return 2;
    default: descriptor_path(pid, r->rdi, into[0]); return 1;
  }
}

static unsigned long long *argument(struct user_regs_struct *r, int number) {
  unsigned long long *in_order[] = { &r->rdi, &r->rsi, &r->rdx, &r->r10, &r->r8, &r->r9 };
  return in_order[number];
}

/* open has a mode only where it makes something. */
static char class_of(const struct call *call, struct user_regs_struct *r, long *mode) {
  *mode = call->mode < 0 ? -1 : (long)*argument(r, call->mode);
  if (call->class != 'o') return call->class;
  int flags = *argument(r, call->mode - 1);
  if (flags & O_CREAT) return 's';
  *mode = -1;
  return flags & (O_TRUNC | O_WRONLY | O_RDWR) ? 'm' : 'r';
}

/* Any of a process's numbers (status(5) calls them masks) that has `signal` waiting. */
static int has_signal_waiting(pid_t process, int signal) {
  char name[64], line[256];
  unsigned long long mask;
  int found = 0;
  sprintf(name, "/proc/%d/status", process);
  FILE *status = fopen(name, "r");
  while (status && fgets(line, sizeof line, status))
    if (sscanf(line, "SigPnd: %llx", &mask) == 1 || sscanf(line, "ShdPnd: %llx", &mask) == 1)
      found |= mask >> (signal - 1) & 1;
  if (status) fclose(status);
  return found;
}

static pid_t process_of(pid_t thread) {
  char name[64], line[256];
  int process = thread;
  sprintf(name, "/proc/%d/status", thread);
  FILE *status = fopen(name, "r");
  while (status && fgets(line, sizeof line, status)) sscanf(line, "Tgid: %d", &process);
  if (status) fclose(status);
  return process;
}
