/* What the program runs in: a mount namespace of its own, and a filter that stops it at the calls of the table. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>

static void put(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0 || write(file, text, strlen(text)) < 0) die(path);
  close(file);
}

static void enter_namespace(const char *from, const char *to) {
  char map[64];
  int root = geteuid() == 0;
  sprintf(map, "0 %d 1", (int)geteuid());
  if (unshare(CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER))) die("unshare");
  if (!root) { put("/proc/self/setgroups", "deny"); put("/proc/self/uid_map", map); }
  if (mount(0, "/", 0, MS_REC | MS_PRIVATE, 0) || mount(from, to, 0, MS_BIND, 0)) die(to);
}

/* Only the calls of the table stop the program; all others run at full speed. */
static void install_filter(void) {
  struct sock_filter lines[CALLS + 6];
  int n = 0;
  lines[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  lines[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, CALLS + 1);
  lines[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < CALLS; i++)
    lines[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, CALLS - i, 0);
  lines[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  lines[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  struct sock_fprog filter = { n, lines };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) die("seccomp");
}
