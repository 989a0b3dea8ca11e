package dev.mallard.cli.shell;

import dev.mallard.cli.statement.SqlText;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/** Lets a statement go on over lines until its semicolon. */
final class SqlParser extends DefaultParser {
  SqlParser() {
    // Backslashes and quotes are the server's to understand.
    setEscapeChars(new char[0]);
    setQuoteChars(new char[0]);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    boolean entered = context == ParseContext.ACCEPT_LINE;
    if (entered && !ShellCommand.isMeant(line) && !SqlText.isComplete(line)) {
      throw new EOFError(-1, -1, "a statement ends with a semicolon", "sql");
    }
    return super.parse(line, cursor, context);
  }
}
