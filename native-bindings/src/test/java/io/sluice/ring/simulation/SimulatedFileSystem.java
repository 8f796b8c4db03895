package io.sluice.ring.simulation;

import static io.sluice.ring.simulation.KernelConstants.AT_EMPTY_PATH;
import static io.sluice.ring.simulation.KernelConstants.EACCES;
import static io.sluice.ring.simulation.KernelConstants.EINVAL;
import static io.sluice.ring.simulation.KernelConstants.ENAMETOOLONG;
import static io.sluice.ring.simulation.KernelConstants.ENOENT;
import static io.sluice.ring.simulation.KernelConstants.ENOTDIR;
import static io.sluice.ring.simulation.KernelConstants.NAME_MAX;
import static io.sluice.ring.simulation.KernelConstants.O_ACCMODE;
import static io.sluice.ring.simulation.KernelConstants.O_CREAT;
import static io.sluice.ring.simulation.KernelConstants.O_DIRECT;
import static io.sluice.ring.simulation.KernelConstants.O_DIRECTORY;
import static io.sluice.ring.simulation.KernelConstants.PATH_MAX;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A tree of files with the rules of one mount: O_DIRECT or not, and with which alignment. */
final class SimulatedFileSystem {
  private static final int DIRECT_ALIGNMENT_DEFAULT = 512;
  private static final long INODE_FIRST = 1000;

  private final SimulatedKernel kernel;
  private final TreeMap<String, SimulatedFile> files = new TreeMap<>();
  private final Map<SimulatedFile, Long> inodes = new HashMap<>();
  private boolean directSupported = true;
  private int directAlignment = DIRECT_ALIGNMENT_DEFAULT;
  private boolean knowsReadFlags = true;

  SimulatedFileSystem(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  void setDirectSupported(boolean supported) {
    directSupported = supported;
  }

  void setDirectAlignment(int bytes) {
    directAlignment = bytes;
  }

  void setKnowsReadFlags(boolean known) {
    knowsReadFlags = known;
  }

  /** Whether reads may carry flags such as {@code RWF_DONTCACHE}. */
  boolean knowsReadFlags() {
    return knowsReadFlags;
  }

  /** Bytes that O_DIRECT offsets, lengths and addresses must be multiples of; 0: no O_DIRECT. */
  int directAlignment() {
    return directSupported ? directAlignment : 0;
  }

  void put(String path, SimulatedFile file) {
    SimulatedFile replaced = files.put(path, file);
    if (replaced != null) {
      replaced.setNlink(Math.max(0, replaced.nlink() - 1));
    }
    file.setNlink(file.nlink() + 1);
  }

  /** {@code unlink(2)}; open descriptors keep the file. */
  SimulatedFile remove(String path) {
    SimulatedFile removed = files.remove(path);
    if (removed != null) {
      removed.setNlink(Math.max(0, removed.nlink() - 1));
    }
    return removed;
  }

  /** Removes every name of {@code file}. */
  void remove(SimulatedFile file) {
    files.values().removeIf(other -> other == file);
    file.setNlink(0);
  }

  SimulatedFile get(String path) {
    return files.get(path);
  }

  long inode(SimulatedFile file) {
    return inodes.computeIfAbsent(file, missing -> INODE_FIRST + inodes.size());
  }

  /** {@code openat(2)} for reading; a negative errno or the new descriptor. */
  int open(PendingOperation operation, String directory) {
    int flags = operation.flags;
    if ((flags & (O_ACCMODE | O_CREAT)) != 0) {
      return -EACCES;
    }
    String path = resolve(operation, directory);
    int error = check(path);
    if (error != 0) {
      return -error;
    }
    SimulatedFile file = files.get(path);
    if (file != null && (flags & O_DIRECTORY) != 0) {
      return -ENOTDIR;
    }
    if (file != null && (flags & O_DIRECT) != 0 && !directSupported) {
      return -EINVAL;
    }
    FileDescription description =
        file == null
            ? new SimulatedDirectory(kernel, this, path)
            : new OpenFile(kernel, this, file, (flags & O_DIRECT) != 0);
    return kernel.install(description, operation);
  }

  /** {@code statx(2)} by path. */
  int stat(PendingOperation operation, String directory) {
    String text = pathText(operation);
    if (text.isEmpty() && (operation.flags & AT_EMPTY_PATH) != 0) {
      return new StatxRecord(this).fill(operation, files.get(directory));
    }
    String path = resolve(operation, directory);
    int error = check(path);
    return error != 0 ? -error : new StatxRecord(this).fill(operation, files.get(path));
  }

  private static String pathText(PendingOperation operation) {
    byte[] bytes = operation.memory().toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /**
   * The normal form of the operation's path, seen from {@code directory}; null when it is empty.
   * Leaving the directory through {@code ..} is a violation: no request may get that far.
   */
  private String resolve(PendingOperation operation, String directory) {
    String text = pathText(operation);
    if (text.isEmpty()) {
      return null;
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : text.split("/")) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          throw kernel.violation(operation + ": the path " + text + " leaves its directory");
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    String path = String.join("/", parts);
    return directory.isEmpty() || path.isEmpty() ? directory + path : directory + "/" + path;
  }

  private int check(String path) {
    if (path == null) {
      return ENOENT;
    }
    if (path.length() >= PATH_MAX) {
      return ENAMETOOLONG;
    }
    int slash = -1;
    while (slash < path.length()) {
      int next = path.indexOf('/', slash + 1);
      int end = next < 0 ? path.length() : next;
      if (end - slash - 1 > NAME_MAX) {
        return ENAMETOOLONG;
      }
      if (end < path.length() && files.containsKey(path.substring(0, end))) {
        return ENOTDIR;
      }
      slash = end;
    }
    return files.containsKey(path) || isDirectory(path) ? 0 : ENOENT;
  }

  private boolean isDirectory(String path) {
    if (path.isEmpty()) {
      return true;
    }
    String next = files.ceilingKey(path + "/");
    return next != null && next.startsWith(path + "/");
  }
}
