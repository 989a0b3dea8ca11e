package dev.mallard.signin.files;

/** What is wrong with a file, and where; never its content, which is secret. */
public final class YamlProblem extends Exception {
  private static final long serialVersionUID = 1L;

  YamlProblem(int line, String what) {
    super("line " + line + ": " + what);
  }
}
