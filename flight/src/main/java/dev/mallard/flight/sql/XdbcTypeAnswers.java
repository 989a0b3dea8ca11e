package dev.mallard.flight.sql;

import dev.mallard.arrow.BatchStream;
import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql.Nullable;
import org.apache.arrow.flight.sql.impl.FlightSql.Searchable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The engine's types, as JDBC and ODBC see them. */
final class XdbcTypeAnswers {
  private static final int PAGE = 4096;

  private final BufferAllocator allocator;

  XdbcTypeAnswers(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  BatchStream types(FlightSqlCommand.XdbcTypeInfo command) {
    Integer wanted = command.dataType();
    List<XdbcType> found =
        XdbcType.ALL.stream()
            .filter(type -> wanted == null || type.type().getNumber() == wanted)
            .toList();
    return new RowStream<>(
        MetadataSchemas.XDBC_TYPE_INFO, found, PAGE, XdbcTypeAnswers::write, allocator);
  }

  private static void write(XdbcType type, VectorSchemaRoot root, int row) {
    Searchable searchable =
        type.isText() ? Searchable.SEARCHABLE_FULL : Searchable.SEARCHABLE_BASIC;
    Integer maxScale = type.maxScale();
    boolean isNumber = type.unsigned() != null;
    Cells.text(root, 0, row, type.name());
    Cells.number(root, 1, row, type.type().getNumber());
    Cells.number(root, 2, row, type.size());
    Cells.text(root, 3, row, type.prefix());
    Cells.text(root, 4, row, type.suffix());
    Cells.texts(root, 5, row, type.parameters());
    Cells.number(root, 6, row, Nullable.NULLABILITY_NULLABLE_VALUE);
    Cells.truth(root, 7, row, type.isText());
    Cells.number(root, 8, row, searchable.getNumber());
    Cells.truth(root, 9, row, type.unsigned());
    Cells.truth(root, 10, row, maxScale != null && !type.scaleVaries());
    Cells.truth(root, 11, row, isNumber ? false : null);
    Cells.text(root, 12, row, type.name());
    Cells.number(root, 13, row, type.scaleVaries() ? Integer.valueOf(0) : maxScale);
    Cells.number(root, 14, row, maxScale);
    Cells.number(root, 15, row, type.general().getNumber());
    Cells.number(root, 16, row, type.subcode() == null ? null : type.subcode().getNumber());
    Cells.number(root, 17, row, type.radix());
  }
}
