package io.sluice.server.doctor;

import io.sluice.server.mirror.TomlFile;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * What containerd's configuration files say of pulling images, in the shapes of all versions. A
 * file's imports come after it; what comes last counts.
 */
final class ContainerdSettings {
  private static final int FILES_MAX = 100;
  private static final int VERSION_OF_2 = 3;

  /** The plugin that pulls images, as it was called from containerd 2 back. */
  private static final List<String> PLUGINS =
      List.of("io.containerd.cri.v1.images", "io.containerd.grpc.v1.cri", "cri");

  private final List<TomlTable> files = new ArrayList<>();

  /**
   * Reads a file and what it imports.
   *
   * @throws IOException if one cannot be read
   * @throws io.sluice.server.config.StartupException with a sentence, if one does not parse
   */
  static ContainerdSettings read(Path file) throws IOException {
    ContainerdSettings settings = new ContainerdSettings();
    settings.add(file);
    return settings;
  }

  private void add(Path file) throws IOException {
    if (files.size() >= FILES_MAX) {
      return;
    }
    TomlTable root = TomlFile.parse(file, Files.readAllBytes(file), "correct it");
    files.add(root);
    TomlArray imports = root.isArray("imports") ? root.getArray("imports") : null;
    for (int i = 0; imports != null && i < imports.size(); i++) {
      Path pattern = file.resolveSibling(String.valueOf(imports.get(i))).normalize();
      for (Path imported : matches(pattern)) {
        add(imported);
      }
    }
  }

  /** The files that a pattern stands for; only its last part may have wildcards. */
  private static List<Path> matches(Path pattern) throws IOException {
    Path directory = pattern.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + pattern.getFileName().toString());
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> matcher.matches(entry.getFileName()) && Files.isRegularFile(entry))
          .sorted()
          .toList();
    }
  }

  /** Whether the files are in the shape of containerd 2. */
  boolean isOfContainerd2() {
    Object version = files.get(0).get(List.of("version"));
    return version instanceof Long number && number >= VERSION_OF_2;
  }

  /** Where {@code hosts.toml} trees are looked for; null if the files do not say. */
  String configPath() {
    return last(List.of("registry", "config_path")) instanceof String path ? path : null;
  }

  /** Whether there are mirrors in the old form, which excludes the other. */
  boolean hasOldMirrors() {
    return last(List.of("registry", "mirrors")) instanceof TomlTable mirrors && !mirrors.isEmpty();
  }

  /** Whether layers are removed once they are unpacked. */
  boolean discardsLayers() {
    return Boolean.TRUE.equals(last(List.of("discard_unpacked_layers")))
        || Boolean.TRUE.equals(last(List.of("containerd", "discard_unpacked_layers")));
  }

  /** Whether the plugin pulls by itself, as it did before containerd 2.1. */
  boolean pullsLocally() {
    return Boolean.TRUE.equals(last(List.of("use_local_image_pull")));
  }

  /**
   * The value that counts. Before containerd 2 a file that has the plugin's table replaces all of
   * it; later the tables are merged.
   */
  private Object last(List<String> path) {
    Object value = null;
    for (TomlTable file : files) {
      for (String plugin : PLUGINS) {
        Object table = file.get(List.of("plugins", plugin));
        if (table instanceof TomlTable section) {
          Object found = get(section, path);
          value = found != null || !isOfContainerd2() ? found : value;
        }
      }
    }
    return value;
  }

  private static Object get(TomlTable table, List<String> path) {
    Object at = table;
    for (String name : path) {
      at = at instanceof TomlTable inner ? inner.get(List.of(name)) : null;
    }
    return at;
  }
}
