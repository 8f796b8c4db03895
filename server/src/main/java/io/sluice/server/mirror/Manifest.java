package io.sluice.server.mirror;

import io.sluice.server.config.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** What was written here, by which our own files are told from an administrator's. */
final class Manifest {
  private static final String TAKING_OVER = "taking_over";
  private static final String LEVELS = "directories_made";
  private static final String WRITTEN = "written";
  private static final String SHA256 = "sha256";
  private static final String MADE = "directory_made";
  private static final String REMEDY =
      "Sluice keeps in it which files are its own; if you remove it, all that are there count as"
          + " yours";

  /** A registry's directory and file. */
  private record Entry(Set<String> digests, boolean directoryMade) {}

  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private int levelsMade;
  private boolean takingOver;

  /** Reads what {@link #bytes} wrote. */
  static Manifest parse(Path file, byte[] content) {
    Manifest manifest = new Manifest();
    try {
      TomlParseResult root = TomlFile.parse(file, content, REMEDY);
      manifest.levelsMade = Math.toIntExact(root.getLong(LEVELS, () -> 0));
      manifest.takingOver = root.getBoolean(TAKING_OVER, () -> false);
      TomlTable written = root.getTableOrEmpty(WRITTEN);
      for (String registry : written.keySet()) {
        TomlTable entry = written.getTable(List.of(registry));
        Set<String> digests = new TreeSet<>();
        TomlArray array = entry.getArrayOrEmpty(SHA256);
        for (int i = 0; i < array.size(); i++) {
          digests.add(array.getString(i));
        }
        manifest.entries.put(registry, new Entry(digests, entry.getBoolean(MADE, () -> false)));
      }
    } catch (RuntimeException e) {
      if (e instanceof StartupException) {
        throw e;
      }
      // A value of another type than the one that is written there.
      throw new StartupException(file + ": not what Sluice wrote; " + REMEDY + ".", e);
    }
    return manifest;
  }

  /** The form in which it is kept. */
  byte[] bytes() {
    StringBuilder text =
        new StringBuilder(
            "# Which files here Sluice has written; all others are an administrator's.\n"
                + "# sluice cleanup restores what is in original/ and removes this.\n");
    text.append(LEVELS).append(" = ").append(levelsMade).append('\n');
    if (takingOver) {
      text.append(TAKING_OVER).append(" = true\n");
    }
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      text.append('\n')
          .append("[" + WRITTEN + "." + TomlText.string(entry.getKey()) + "]\n")
          .append(MADE + " = " + entry.getValue().directoryMade() + "\n")
          .append(
              SHA256 + " = " + TomlText.strings(List.copyOf(entry.getValue().digests())) + "\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A manifest that can be changed without this one. */
  Manifest copy() {
    Manifest copy = new Manifest();
    copy.entries.putAll(entries);
    copy.levelsMade = levelsMade;
    copy.takingOver = takingOver;
    return copy;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The directories in which something was written. */
  List<String> registries() {
    return List.copyOf(entries.keySet());
  }

  boolean has(String registry) {
    return entries.containsKey(registry);
  }

  /** Whether this content of a registry's file is ours. */
  boolean isOurs(String registry, byte[] content) {
    return has(registry) && entries.get(registry).digests().contains(digest(content));
  }

  /** Whether the registry's directory was not there before. */
  boolean madeDirectory(String registry) {
    return has(registry) && entries.get(registry).directoryMade();
  }

  /** Adds to what counts as ours. */
  void add(String registry, byte[] content, boolean directoryMade) {
    Set<String> digests = new TreeSet<>();
    if (has(registry)) {
      digests.addAll(entries.get(registry).digests());
    }
    digests.add(digest(content));
    entries.put(registry, new Entry(digests, directoryMade));
  }

  /** Makes {@code content} all that counts as ours. */
  void set(String registry, byte[] content, boolean directoryMade) {
    entries.put(registry, new Entry(Set.of(digest(content)), directoryMade));
  }

  void remove(String registry) {
    entries.remove(registry);
  }

  /** How many directories were made so that the configuration's own exists, itself included. */
  int levelsMade() {
    return levelsMade;
  }

  void levelsMade(int levels) {
    levelsMade = levels;
  }

  /** Whether a tree of Spegel's is being taken over, so that what is ours may be Spegel's too. */
  boolean isTakingOver() {
    return takingOver;
  }

  void takingOver(boolean underWay) {
    takingOver = underWay;
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
