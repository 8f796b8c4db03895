package io.sluice.server.mirror;

import io.sluice.server.config.StartupException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * The hosts that an administrator has configured for a registry, to follow the mirrors.
 *
 * @param blocks the tables of the hosts, each with its header, in the order of the file
 * @param repeated hosts that are left out because they are mirrors already
 * @param dropped names beside the hosts that mean nothing behind a mirror
 */
record ExistingHosts(List<String> blocks, List<String> repeated, List<String> dropped) {
  /** No hosts. */
  static final ExistingHosts NONE = new ExistingHosts(List.of(), List.of(), List.of());

  private static final String HOST = "host";
  private static final String REMEDY =
      "correct it, or leave out --prepend-existing, which keeps the file aside as it is";

  /**
   * Reads a {@code hosts.toml}.
   *
   * @param mirrors the addresses that come first, which the file may name too
   * @throws StartupException if it does not parse
   */
  static ExistingHosts of(Path file, byte[] content, Set<String> mirrors) {
    TomlTable root = TomlFile.parse(file, content, REMEDY);
    List<String> dropped = new ArrayList<>(root.keySet());
    dropped.remove(HOST);
    dropped.remove("server");
    if (!root.keySet().contains(HOST)) {
      return new ExistingHosts(List.of(), List.of(), dropped);
    }
    if (!(root.get(List.of(HOST)) instanceof TomlTable hosts)) {
      throw notTables(file, HOST);
    }
    List<String> names = new ArrayList<>(hosts.keySet());
    // containerd asks hosts in the order of their headers, wherever else they are mentioned.
    Comparator<TomlPosition> order =
        Comparator.comparingInt(TomlPosition::line).thenComparingInt(TomlPosition::column);
    names.sort(Comparator.comparing(name -> hosts.inputPositionOf(List.of(name)), order));
    List<String> blocks = new ArrayList<>();
    List<String> repeated = new ArrayList<>();
    for (String name : names) {
      if (mirrors.contains(name)) {
        repeated.add(name);
      } else if (hosts.get(List.of(name)) instanceof TomlTable table) {
        blocks.add(TomlText.table(HOST + "." + TomlText.string(name), table));
      } else {
        throw notTables(file, HOST + "." + TomlText.key(name));
      }
    }
    return new ExistingHosts(blocks, repeated, dropped);
  }

  private static StartupException notTables(Path file, String name) {
    return new StartupException(
        file + ": " + name + " is not a table, as containerd wants it; " + REMEDY + ".");
  }
}
