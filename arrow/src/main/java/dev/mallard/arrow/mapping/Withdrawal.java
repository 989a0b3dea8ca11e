package dev.mallard.arrow.mapping;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a lease that somebody waits for: what is on its way keeps its bytes, then the file may
 * change.
 *
 * @param inUse held once for this
 */
record Withdrawal(FileLease lease, List<MappedWindow> inUse) {
  private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);

  /** Reads from the disk, perhaps; without the owner's lock. */
  void end(FileMappings owner) {
    try (lease) {
      for (MappedWindow window : inUse) {
        if (!window.copy(lease)) {
          LOG.warn(
              "a file that is being sent is about to change, and could not be copied: if it is"
                  + " truncated, the connections that it is sent on will end");
        }
        owner.release(window);
      }
    }
  }
}
