package dev.mallard.catalog;

import java.util.Map;

/** Who has stored how much. May wait for the disk. */
interface StoredBytes {
  StoredBytes NOTHING =
      new StoredBytes() {
        @Override
        public Map<String, Map<String, Long>> all() {
          return Map.of();
        }

        @Override
        public Map<String, Long> of(String file) {
          return Map.of();
        }
      };

  /** Bytes by caller, of each file. */
  Map<String, Map<String, Long>> all();

  /** Bytes by caller, of one file's versions. */
  Map<String, Long> of(String file);
}
