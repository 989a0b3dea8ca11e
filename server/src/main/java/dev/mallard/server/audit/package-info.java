/** The audit trail: a line of JSON for each call. */
@NullMarked
package dev.mallard.server.audit;

import org.jspecify.annotations.NullMarked;
