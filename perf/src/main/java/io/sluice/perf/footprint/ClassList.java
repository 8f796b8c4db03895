package io.sluice.perf.footprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A list of classes as {@code -XX:DumpLoadedClassList} writes it. Several runs make several, and an
 * archive is dumped from one.
 */
final class ClassList {
  /**
   * Follows the name of a class: a number, which is unique in one list only and can be left out.
   */
  private static final String ID = " id: ";

  /** Lines by what they say, but for the number. */
  private final Map<String, String> lines = new LinkedHashMap<>();

  private ClassList() {}

  /** Reads a list. */
  static ClassList read(Path file) throws IOException {
    ClassList list = new ClassList();
    for (String line : Files.readAllLines(file)) {
      list.lines.put(withoutId(line), line);
    }
    return list;
  }

  /** Appends what another list has and this one does not. */
  void add(ClassList other) {
    other.lines.keySet().forEach(line -> lines.putIfAbsent(line, line));
  }

  /** Writes the list. */
  void write(Path file) throws IOException {
    Files.write(file, lines.values());
  }

  private static String withoutId(String line) {
    int id = line.indexOf(ID);
    return id < 0 ? line : line.substring(0, id);
  }
}
