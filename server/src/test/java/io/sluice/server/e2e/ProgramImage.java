package io.sluice.server.e2e;

import io.sluice.server.e2e.OciLayoutWriter.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small image that runs: this machine's {@code cat}, a text that it can print, and as many bytes
 * more as a test wants.
 *
 * @param layout an OCI layout with this image only
 * @param reference its name
 * @param layers the digests of its layers, the lowest first
 */
record ProgramImage(Path layout, String reference, List<String> layers) {
  /** The program, with the text that it prints. */
  static final String[] PROGRAM = {"/bin/cat", "/text"};

  private static final Pattern FILE = Pattern.compile("/\\S+");

  /**
   * Writes the image.
   *
   * @param layout where; it is created
   * @param text what it prints, which makes it another image
   * @param layerBytes the size of each further layer, in random bytes
   */
  static ProgramImage write(Path layout, String reference, String text, int... layerBytes)
      throws IOException {
    OciLayoutWriter writer = new OciLayoutWriter(layout);
    List<Descriptor> layers = new ArrayList<>();
    Path tree = layout.resolve("tree");
    copyProgram(tree);
    Files.writeString(tree.resolve("text"), text);
    layers.add(layer(writer, tree));
    Random random = new Random(text.hashCode());
    for (int bytes : layerBytes) {
      byte[] content = new byte[bytes];
      random.nextBytes(content);
      Files.createDirectories(tree);
      Files.write(tree.resolve("layer-" + layers.size()), content);
      layers.add(layer(writer, tree));
    }
    writer.index(writer.manifest(DebianImage.architecture(), layers), reference);
    return new ProgramImage(layout, reference, layers.stream().map(Descriptor::digest).toList());
  }

  private static Descriptor layer(OciLayoutWriter writer, Path tree) {
    Descriptor layer = writer.tree(tree, false);
    Workspace.delete(tree);
    return layer;
  }

  /** The program and what it is linked with, each at its own path. */
  private static void copyProgram(Path tree) throws IOException {
    List<String> files = new ArrayList<>(List.of(PROGRAM[0]));
    Matcher linked = FILE.matcher(Command.of("ldd", PROGRAM[0]).output());
    while (linked.find()) {
      files.add(linked.group());
    }
    for (String file : files) {
      Path copy = tree.resolve(file.substring(1));
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(file), copy);
      copy.toFile().setExecutable(true, false);
    }
  }

  /** The size of every blob by its digest. */
  TreeMap<String, Long> sizes() {
    return OciLayoutWriter.sizes(layout);
  }

  /** Bytes of all blobs. */
  long totalBytes() {
    return sizes().values().stream().mapToLong(Long::longValue).sum();
  }
}
