package dev.mallard.parquet.internal.write;

import java.util.List;
import org.apache.parquet.format.SchemaElement;

/**
 * An Arrow schema translated for writing.
 *
 * @param elements the Parquet schema, depth first, with its root
 * @param fields the top-level fields
 * @param columns the leaves in their order in the file
 */
record WriterSchema(
    List<SchemaElement> elements, List<WriterNode> fields, List<WriterColumn> columns) {}
