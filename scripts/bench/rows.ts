/** What is measured: its name in the samples, how it is shown, and what it means. */
export interface Row {
  readonly name: string;
  readonly label: string;
  readonly meaning: string;
}

/** Rows of like durations, which share a scale in the plot. */
export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

const row = (name: string, label: string, meaning: string): Row => ({ name, label, meaning });

/** All rows in the order in which they are shown. What a machine cannot measure has no samples, and is left out. */
export const GROUPS: readonly Group[] = [
  {
    title: "Without Node",
    rows: [
      row("shell", "sh -c :", "a shell that does nothing"),
      row("bash check", "bash check of the link", "bash with [ -L ] and [ -ef ], as other tools' hooks do"),
      row("unchanged of 0", "unchanged start", "the hook of a container that was stopped and started"),
      row("unchanged of 10000", "unchanged start, 10,000 files", "with 10,000 files more in the store"),
      row("unchanged of 100000", "unchanged start, 100,000 files", "with 100,000 files more in the store"),
      row("notice", "new terminal", "one in which there is nothing to say"),
      row("true", "/bin/true", "a process that does nothing"),
    ],
  },
  {
    title: "With Node",
    rows: [
      row("node", "node -e 0", "a Node that does nothing"),
      row("status", "status", "text, 20 files in the store"),
      row(
        "unchanged through Node",
        "start, nothing to change",
        "the full look through the launcher (--json)",
      ),
      row("run", "run -- /bin/true", "a command with a working copy of the login"),
      row("install", "install.sh", "the Feature's part of an image build, Node in the image"),
      row("rebuild", "first start after a rebuild", "20 files in the store"),
      row("first migration", "first start of all", "20 files are moved into the store"),
    ],
  },
  {
    title: "10,000 files of 2 kB",
    rows: [
      row("run of 10000", "run -- /bin/true", "with all of these in ~/.claude"),
      row("rsync -a of 10000", "rsync -a", "what a job without run copies, not flushed"),
      row("cp -a of 10000", "cp -a, not flushed", "what a job without run copies (there is no rsync here)"),
      row("cp -a within", "cp -a, one file system", "and sync -f"),
      row("rm -r within", "rm -r of these", "which a copy leaves to be done, and a move does"),
      row("migration within", "first start, one file system", "moved into the store, flushed, linked"),
      row("cp -a across", "cp -a, two file systems", "from the disk to an ext4 in a file on it, and sync -f"),
      row("rm -r across", "rm -r of these", "as above"),
      row("migration across", "first start, two file systems", "copied, flushed, compared, removed, linked"),
    ],
  },
];
