/*
 * strike: runs a program and strikes one of its file-system calls.
 *
 *   strike --out FILE [--below DIR]... [--bind DIR=PLACE] [--instead PATH=SHORTER] [--at N --fault FAULT] -- PROGRAM [ARG]...
 *
 * Counted, from 0, are the calls of all processes and threads of the program whose path, or whose descriptor's path, is
 * below a DIR. Flushes (fsync and the like) are counted and answered, but not made: no power is cut here.
 * FILE gets a line for each call (only for the one that was struck, with --fault): number, class, mode, name, paths;
 * and in the end `exit CODE`, `calls TOTAL` and `cpu MILLISECONDS`. Classes: r reads, m changes, s changes and needs room on the disk.
 *
 * FAULT: kill         SIGKILL for every process, the call is not made
 *        killproc     the same for the one process that makes the call
 *        signal:N     signal N for PROGRAM, and the call is made once the process that PROGRAM passes it on to has it
 *        error:E      the call fails with errno E
 *        from:E       and so does every later one that changes anything; with ENOSPC and EDQUOT: that needs room
 *        short        a write takes half, then from:ENOSPC; on any other call it is nothing
 *        run:COMMAND  sh -c COMMAND is run to its end right before the call
 *
 * --bind shows the program DIR at PLACE, in a mount namespace of its own. --instead leads a path elsewhere.
 * Linux on x86-64 alone, kernel 4.8 or newer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
  fprintf(stderr, "strike: %s: %s\n", what, strerror(errno));
  exit(125);
}

#include "calls.h"
#include "program.h"
#include "tracee.h"
#include "fault.h"

static const char *prefixes[16], *bind_from, *bind_to;
static int prefix_count;
static long at = -1, counted;
static FILE *out;

static int is_below(const char *path) {
  for (int i = 0; i < prefix_count; i++) {
    size_t length = strlen(prefixes[i]);
    if (!strncmp(path, prefixes[i], length) && (path[length] == '/' || !path[length])) return 1;
  }
  return 0;
}

static void describe(char class, long mode, const char *name, char paths[PATHS][PATH_MAX], int path_count) {
  fprintf(out, "%ld\t%c\t%lo\t%s", counted, class, mode < 0 ? 0 : (unsigned long)mode & 07777, name);
  for (int i = 0; i < path_count; i++) {
    fputc('\t', out);
    for (const unsigned char *c = (unsigned char *)paths[i]; *c; c++)
      fprintf(out, *c < 32 || *c > 126 || *c == '\\' ? "\\%03o" : "%c", *c);
  }
  fputc('\n', out);
  fflush(out);
}

/* A thread is about to make a call of the table. */
static void meet(pid_t thread) {
  static char paths[PATHS][PATH_MAX];
  struct user_regs_struct registers;
  const struct call *call = calls;
  long mode;
  if (ptrace(PTRACE_GETREGS, thread, 0, &registers)) return;
  while (call < calls + CALLS && call->number != (int)registers.orig_rax) call++;
  if (call == calls + CALLS) return go_on(thread, 0);
  int path_count = paths_of(thread, call, &registers, paths);
  if (!is_below(paths[0]) && (path_count == 1 || !is_below(paths[1]))) return go_on(thread, 0);
  char class = class_of(call, &registers, &mode);
  int is_chosen = counted == at;
  if (is_chosen || fault == NONE) describe(class, mode, call->name, paths, path_count);
  counted++;
  if (is_chosen) strike(thread, call, &registers);
  else if (fails_too(class)) fail(thread, call, &registers);
  else let_through(thread, &registers);
}

/* Follows every thread to its end. Returns the program's exit code, 128+n where a signal ended it. */
static int follow(void) {
  int code = 125, status, tries = 0;
  for (;;) {
    pid_t thread = waitpid(-1, &status, __WALL | (held ? WNOHANG : 0));
    if (held) release(tries++);
    if (thread == 0) { usleep(1000); continue; }
    if (thread < 0) return code;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      forget(thread);
      if (thread == program) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      continue;
    }
    know(thread);
    int signal = WSTOPSIG(status), event = status >> 16;
    if (event == PTRACE_EVENT_SECCOMP) { meet(thread); continue; }
    if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) { ptrace(PTRACE_LISTEN, thread, 0, 0); continue; }
    if (!event && held && signal == fault_number && process_of(thread) == held_process) signal_arrived = 1;
    go_on(thread, event ? 0 : signal);
  }
}

/* Splits KEY=VALUE. */
static const char *value_of(char *text) {
  char *sign = strchr(text, '=');
  if (!sign) { errno = EINVAL; die(text); }
  *sign = 0;
  return sign + 1;
}

int main(int count, char **words) {
  int i = 1, gate[2];
  struct rusage used;
  char go;
  for (; i + 1 < count && strcmp(words[i], "--"); i += 2) {
    char *name = words[i], *value = words[i + 1];
    if (!strcmp(name, "--out")) out = fopen(value, "we");
    else if (!strcmp(name, "--below") && prefix_count < 16) prefixes[prefix_count++] = value;
    else if (!strcmp(name, "--bind")) bind_to = value_of(value), bind_from = value;
    else if (!strcmp(name, "--instead")) shorter = value_of(value), instead = value;
    else if (!strcmp(name, "--at")) at = atol(value);
    else if (!strcmp(name, "--fault")) parse_fault(value);
    else { errno = EINVAL; die(name); }
  }
  if (!out || i + 1 >= count || (instead && strlen(shorter) > strlen(instead))) { errno = EINVAL; die("arguments"); }
  /* What a kill orphans is waited for here: elsewhere it might stay a zombie, which looks alive to the next run. */
  if (prctl(PR_SET_CHILD_SUBREAPER, 1)) die("prctl");
  if (pipe2(gate, O_CLOEXEC)) die("pipe");
  program = fork();
  if (program == 0) {
    close(gate[1]);
    if (bind_from) enter_namespace(bind_from, bind_to);
    /* The filter asks the one who follows, so he must be there first. */
    if (read(gate[0], &go, 1) != 1) _exit(125);
    install_filter();
    execvp(words[i + 1], words + i + 1);
    die(words[i + 1]);
  }
  long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, program, 0, options)) die("ptrace");
  know(program);
  if (write(gate[1], "", 1) != 1) die("pipe");
  int code = follow();
  getrusage(RUSAGE_CHILDREN, &used);
  long cpu = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
  fprintf(out, "exit\t%d\ncalls\t%ld\ncpu\t%ld\n", code, counted, cpu);
  return fclose(out) ? 125 : code;
}
