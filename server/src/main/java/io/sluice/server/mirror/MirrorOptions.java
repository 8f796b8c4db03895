package io.sluice.server.mirror;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.SettingsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be written for containerd.
 *
 * @param configPath the directory that containerd's {@code config_path} names
 * @param registries the registries that are mirrored, at least one
 * @param targets the mirrors, in the order in which containerd asks them, at least one
 * @param resolveTags whether the mirrors are asked for tags too, not only for digests
 * @param prependExisting whether hosts that an administrator has configured follow the mirrors
 * @param basicAuth what the mirrors want to see, if anything
 */
public record MirrorOptions(
    Path configPath,
    List<RegistryUrl> registries,
    List<RegistryUrl> targets,
    boolean resolveTags,
    boolean prependExisting,
    Optional<BasicAuth> basicAuth) {
  private static final String REGISTRIES = "--mirrored-registries";
  private static final String TARGETS = "--mirror-targets";

  /**
   * Reads addresses as an operator wrote them.
   *
   * @param registries may be empty, which stands for all registries
   * @throws SettingsException with one sentence, if they make no sense
   */
  public static MirrorOptions of(
      Path configPath,
      List<String> registries,
      List<String> targets,
      boolean resolveTags,
      boolean prependExisting,
      Optional<BasicAuth> basicAuth) {
    return new MirrorOptions(
        configPath,
        parseRegistries(registries),
        parseTargets(targets),
        resolveTags,
        prependExisting,
        basicAuth);
  }

  private static List<RegistryUrl> parseRegistries(List<String> texts) {
    requireAtMost(REGISTRIES, texts, MirrorLimits.REGISTRIES_MAX);
    Map<String, RegistryUrl> byDirectory = new LinkedHashMap<>();
    for (String text : texts) {
      RegistryUrl registry = parse(REGISTRIES, text);
      RegistryUrl before = byDirectory.put(registry.directory(), registry);
      if (before != null && registry.equals(RegistryUrl.ALL)) {
        throw new SettingsException(
            REGISTRIES + " " + text + ": all registries are given twice; give them once.");
      }
      if (before != null && !before.equals(registry)) {
        throw new SettingsException(
            REGISTRIES
                + " "
                + text
                + ": containerd has one configuration for it and "
                + before
                + "; name only one of the two.");
      }
    }
    return byDirectory.isEmpty() ? List.of(RegistryUrl.ALL) : List.copyOf(byDirectory.values());
  }

  private static List<RegistryUrl> parseTargets(List<String> texts) {
    if (texts.isEmpty()) {
      throw new SettingsException(
          TARGETS
              + ": the value is missing; write where containerd reaches the mirror, for example "
              + TARGETS
              + " http://127.0.0.1:5000.");
    }
    requireAtMost(TARGETS, texts, MirrorLimits.TARGETS_MAX);
    List<RegistryUrl> targets = new ArrayList<>();
    for (String text : texts) {
      RegistryUrl target = parse(TARGETS, text);
      if (target.equals(RegistryUrl.ALL)) {
        throw new SettingsException(
            TARGETS
                + " "
                + text
                + ": a mirror is one address, not all; write it, for example"
                + " http://127.0.0.1:5000.");
      }
      if (!targets.contains(target)) {
        targets.add(target);
      }
    }
    return List.copyOf(targets);
  }

  private static RegistryUrl parse(String flag, String text) {
    try {
      return RegistryUrl.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw new SettingsException(flag + " " + text + ": " + e.getMessage() + ".");
    }
  }

  private static void requireAtMost(String flag, List<String> texts, int max) {
    if (texts.size() > max) {
      throw new SettingsException(
          flag
              + ": "
              + texts.size()
              + " are given and at most "
              + max
              + " are written; name fewer.");
    }
  }
}
