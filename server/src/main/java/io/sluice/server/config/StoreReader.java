package io.sluice.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Reads where blobs are, and which images are shared. */
final class StoreReader {
  /** Namespaces as containerd allows them. */
  private static final Pattern NAMESPACE =
      Pattern.compile("(?=.{1,76}$)[A-Za-z0-9]++(?:[._-][A-Za-z0-9]++)*+");

  /** A registry's address: a host or address, and a port. */
  private static final Pattern REGISTRY =
      Pattern.compile("(?:[a-z0-9](?:[a-z0-9._-])*+|\\[[0-9a-f:.]++\\])(?::[0-9]{1,5})?+");

  private static final List<Setting> ABOUT_CONTAINERD =
      List.of(
          Setting.CONTAINERD_CONTENT_PATH,
          Setting.CONTAINERD_SOCK,
          Setting.CONTAINERD_NAMESPACE,
          Setting.MIRRORED_REGISTRIES,
          Setting.REGISTRY_FILTERS);

  private final SettingsReader reader;
  private final UnaryOperator<String> environment;

  StoreReader(SettingsReader reader, UnaryOperator<String> environment) {
    this.reader = reader;
    this.environment = environment;
  }

  StoreChoice read() {
    if (!reader.has(Setting.STORE)) {
      // Who says where containerd is, means containerd, even if it has not started yet.
      return ABOUT_CONTAINERD.stream().anyMatch(reader::has)
          ? readContainerd()
          : StoreChoice.detect(environment);
    }
    if (reader.value(Setting.STORE, text -> text.equals("containerd"))) {
      return readContainerd();
    }
    StoreChoice layout = reader.value(Setting.STORE, StoreReader::parseLayout);
    for (Setting other : ABOUT_CONTAINERD) {
      if (reader.has(other)) {
        throw new SettingsException(
            reader.spelling(other)
                + ": says "
                + (other == Setting.CONTAINERD_SOCK || other == Setting.CONTAINERD_CONTENT_PATH
                    ? "where containerd is"
                    : "what of containerd is shared")
                + ", while "
                + reader.spelling(Setting.STORE)
                + " does not use it; drop one of the two.");
      }
    }
    return layout;
  }

  private StoreChoice.Containerd readContainerd() {
    return new StoreChoice.Containerd(
        reader.has(Setting.CONTAINERD_SOCK)
            ? reader.value(Setting.CONTAINERD_SOCK, SettingsReader::parsePath)
            : StoreChoice.CONTAINERD_SOCKET,
        reader.has(Setting.CONTAINERD_CONTENT_PATH)
            ? reader.value(Setting.CONTAINERD_CONTENT_PATH, SettingsReader::parsePath)
            : StoreChoice.CONTAINERD_CONTENT,
        reader.has(Setting.CONTAINERD_NAMESPACE)
            ? reader.value(Setting.CONTAINERD_NAMESPACE, StoreReader::parseNamespaces)
            : List.of(StoreChoice.CONTAINERD_NAMESPACE),
        new ImageFilter(
            reader.has(Setting.MIRRORED_REGISTRIES)
                ? reader.value(Setting.MIRRORED_REGISTRIES, StoreReader::parseRegistries)
                : List.of(),
            reader.has(Setting.REGISTRY_FILTERS)
                ? reader.value(Setting.REGISTRY_FILTERS, StoreReader::parseExclusions)
                : List.of()));
  }

  private static StoreChoice parseLayout(String text) {
    String prefix = "oci:";
    if (!text.startsWith(prefix) || text.length() == prefix.length()) {
      throw new IllegalArgumentException(
          "no such store; write containerd, or oci:PATH for an OCI image layout");
    }
    return new StoreChoice.OciLayout(SettingsReader.parsePath(text.substring(prefix.length())));
  }

  private static List<String> parseNamespaces(String text) {
    List<String> namespaces = words(text, "[,\\s]+");
    for (String namespace : namespaces) {
      if (!NAMESPACE.matcher(namespace).matches()) {
        throw new IllegalArgumentException(
            namespace + " is no name of a namespace; write such as k8s.io");
      }
    }
    if (namespaces.isEmpty()) {
      throw new IllegalArgumentException("no namespace is named; write such as k8s.io");
    }
    return namespaces;
  }

  /** Spegel wants URLs, and has two names for all registries. */
  private static List<String> parseRegistries(String text) {
    List<String> registries = new ArrayList<>();
    for (String word : words(text, "[,\\s]+")) {
      if (word.equals("*") || word.equals("_default")) {
        return List.of();
      }
      String host = word.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
      String registry = host.endsWith("/") ? host.substring(0, host.length() - 1) : host;
      if (!REGISTRY.matcher(registry).matches()) {
        throw new IllegalArgumentException(
            word + " is no registry; write its host and port, as in docker.io, or its URL");
      }
      if (!registries.contains(registry)) {
        registries.add(registry);
      }
    }
    return registries;
  }

  private static List<Exclusion> parseExclusions(String text) {
    return words(text, "\n").stream().map(Exclusion::new).toList();
  }

  private static List<String> words(String text, String separator) {
    List<String> words = new ArrayList<>();
    for (String word : text.split(separator)) {
      if (!word.isBlank() && !words.contains(word.strip())) {
        words.add(word.strip());
      }
    }
    if (words.size() > Limits.LIST_VALUES) {
      throw new IllegalArgumentException(
          words.size()
              + " values are given and at most "
              + Limits.LIST_VALUES
              + " are looked at;"
              + " name fewer");
    }
    return words;
  }
}
