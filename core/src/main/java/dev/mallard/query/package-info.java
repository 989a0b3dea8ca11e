/**
 * SQL: plans, opens, cancels and limits statements, keeps transactions, prepared statements and
 * spooled results. Knows no engine but through the port {@link dev.mallard.query.SqlEngine}, and no
 * protocol.
 */
@NullMarked
package dev.mallard.query;

import org.jspecify.annotations.NullMarked;
