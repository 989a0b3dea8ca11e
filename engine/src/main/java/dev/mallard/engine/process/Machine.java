package dev.mallard.engine.process;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What else the machine has to do, and what it has left. */
interface Machine {
  /** Memory that could be had without taking it from anybody, in bytes. */
  long availableBytes();

  /** Whether there is a processor without work, most of the time. */
  boolean isQuiet();

  /** The one that this runs on. */
  Machine THIS =
      new Machine() {
        private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

        @Override
        public long availableBytes() {
          // In a container, what is free of its share; of a machine, files' pages can be had, too.
          long free = system.getFreeMemorySize();
          long whole = kibibytes("MemTotal:");
          return whole > 0 && system.getTotalMemorySize() >= whole
              ? Math.max(free, kibibytes("MemAvailable:"))
              : free;
        }

        @Override
        public boolean isQuiet() {
          double load = system.getSystemLoadAverage();
          return load < Runtime.getRuntime().availableProcessors();
        }

        private static long kibibytes(String name) {
          try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
              if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).replace("kB", "").strip())
                    << 10;
              }
            }
          } catch (IOException e) {
            return 0; // Another system.
          }
          return 0;
        }
      };
}
