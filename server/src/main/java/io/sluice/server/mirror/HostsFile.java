package io.sluice.server.mirror;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The {@code hosts.toml} of a registry, byte for byte as Spegel writes it. */
final class HostsFile {
  /** Its name. */
  static final String NAME = "hosts.toml";

  private static final List<String> PULL = List.of("pull");
  private static final List<String> PULL_AND_RESOLVE = List.of("pull", "resolve");

  private HostsFile() {}

  /** The mirrors, then {@code existing} hosts; no line feed at the end. */
  static byte[] text(MirrorOptions options, RegistryUrl registry, ExistingHosts existing) {
    List<String> blocks = new ArrayList<>();
    if (!registry.equals(RegistryUrl.ALL)) {
      blocks.add("server = " + TomlText.string(registry.server()));
    }
    for (RegistryUrl target : options.targets()) {
      blocks.add(mirror(options, target));
    }
    blocks.addAll(existing.blocks());
    return String.join("\n\n", blocks).getBytes(StandardCharsets.UTF_8);
  }

  private static String mirror(MirrorOptions options, RegistryUrl target) {
    String name = "host." + TomlText.string(target.url());
    List<String> capabilities = options.resolveTags() ? PULL_AND_RESOLVE : PULL;
    String block =
        "["
            + name
            + "]\ncapabilities = "
            + TomlText.strings(capabilities)
            // A mirror on the same node answers at once or not at all; containerd 2.1 heeds this.
            + "\ndial_timeout = '200ms'";
    return options
        .basicAuth()
        .map(
            auth ->
                block
                    + "\n["
                    + name
                    + ".header]\nAuthorization = "
                    + TomlText.string(auth.headerValue()))
        .orElse(block);
  }
}
