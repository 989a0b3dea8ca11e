package dev.mallard.cli.shell;

import java.io.OutputStream;

/** What the shell shows things on: a terminal with a pager, or standard output. */
interface Screen {
  /** Its width; 0 if it has none. */
  int columns();

  /** Shows text of whole lines. */
  void show(String text);

  /** For results that are not shown but written. */
  OutputStream stream();

  /** A remark on what is shown. */
  void say(String line);
}
