/* What happens at the chosen call and, with some faults, at each later one. */

static enum { NONE, KILL, KILL_PROCESS, SIGNAL, ERROR, FROM, SHORT, RUN } fault;
/* The signal or errno of the fault, and the command of RUN. */
static int fault_number;
static const char *fault_command;
static int struck;

/* Every thread that is followed; the first one is the program that was started. */
static pid_t program, tracees[4096];
static int tracee_count, killing;
/* The thread whose call waits for a signal to arrive. */
static pid_t held, held_process;
static int signal_arrived;

static void parse_fault(const char *text) {
  static const char *names[] = { "", "kill", "killproc", "signal", "error", "from", "short", "run" };
  size_t length = strcspn(text, ":");
  const char *value = text[length] ? text + length + 1 : "";
  for (fault = RUN; fault != NONE; fault--)
    if (strlen(names[fault]) == length && !strncmp(names[fault], text, length)) break;
  fault_number = fault == SHORT ? ENOSPC : atoi(value);
  fault_command = value;
  if (fault == NONE) { errno = EINVAL; die(text); }
}

static void know(pid_t thread) {
  for (int i = 0; i < tracee_count; i++)
    if (tracees[i] == thread) return;
  if (tracee_count < (int)(sizeof tracees / sizeof *tracees)) tracees[tracee_count++] = thread;
  if (killing) kill(thread, SIGKILL);
}

static void forget(pid_t thread) {
  for (int i = 0; i < tracee_count; i++)
    if (tracees[i] == thread) tracees[i] = tracees[--tracee_count];
}

static void go_on(pid_t thread, int signal) { ptrace(PTRACE_CONT, thread, 0, signal); }

/* The call is not made; it answers `result`. */
static void answer(pid_t thread, struct user_regs_struct *registers, long result) {
  registers->orig_rax = -1;
  registers->rax = result;
  ptrace(PTRACE_SETREGS, thread, 0, registers);
  go_on(thread, 0);
}

/* The call is made, unless it is a flush. */
static void let_through(pid_t thread, struct user_regs_struct *registers) {
  if (is_flush(registers->orig_rax)) answer(thread, registers, 0);
  else go_on(thread, 0);
}

static void fail(pid_t thread, const struct call *call, struct user_regs_struct *registers) {
  if (call->number != SYS_close) return answer(thread, registers, -fault_number);
  /* As Linux does it: the descriptor is gone whatever close says. */
  ptrace(PTRACE_SYSCALL, thread, 0, 0);
  if (waitpid(thread, 0, __WALL) == thread && !ptrace(PTRACE_GETREGS, thread, 0, registers)) {
    registers->rax = -fault_number;
    ptrace(PTRACE_SETREGS, thread, 0, registers);
  }
  go_on(thread, 0);
}

static void run_command(void) {
  pid_t command = fork();
  if (!command) { execl("/bin/sh", "sh", "-c", fault_command, (char *)0); _exit(127); }
  waitpid(command, 0, 0);
}

static void strike(pid_t thread, const struct call *call, struct user_regs_struct *registers) {
  struck = 1;
  switch (fault) {
    case KILL:
      killing = 1;
      for (int i = 0; i < tracee_count; i++) kill(tracees[i], SIGKILL);
      return answer(thread, registers, -EINTR);
    case KILL_PROCESS:
      kill(process_of(thread), SIGKILL);
      return answer(thread, registers, -EINTR);
    case SIGNAL:
      held_process = process_of(thread);
      kill(program, fault_number);
      if (held_process != program) { held = thread; return; }
      break;
    case ERROR:
    case FROM:
      return fail(thread, call, registers);
    case SHORT: {
      unsigned long long *length = call->length < 0 ? 0 : argument(registers, call->length);
      if (!length || *length < 2) { struck = 0; break; }
      *length = (*length + 1) / 2;
      ptrace(PTRACE_SETREGS, thread, 0, registers);
      break;
    }
    case RUN: run_command(); break;
    case NONE: break;
  }
  let_through(thread, registers);
}

/* Whether a call after the one that was struck fails as well. */
static int fails_too(char class) {
  if (!struck || (fault != FROM && fault != SHORT)) return 0;
  return class == 's' || (class == 'm' && fault_number != ENOSPC && fault_number != EDQUOT);
}

/* The call that a signal was sent at is made as soon as the signal is there; after 2 s in any case. */
static void release(int tries) {
  struct user_regs_struct registers;
  pid_t thread = held;
  if (!signal_arrived && !has_signal_waiting(held_process, fault_number) && tries < 2000) return;
  held = 0;
  if (!ptrace(PTRACE_GETREGS, thread, 0, &registers)) let_through(thread, &registers);
}
