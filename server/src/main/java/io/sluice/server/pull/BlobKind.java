package io.sluice.server.pull;

/** What a blob is to its image, by the names that containerd gives it. */
final class BlobKind {
  static final String INDEX = "index";
  static final String MANIFEST = "manifest";
  static final String CONFIG = "config";
  static final String LAYER = "layer";
  static final String BLOB = "blob";

  /** Labels that begin so name what a document refers to. */
  static final String CHILD_LABEL = "containerd.io/gc.ref.content";

  private BlobKind() {}

  /** Of the root of an image. */
  static String ofMediaType(String mediaType) {
    return mediaType.contains("index") || mediaType.contains("manifest.list") ? INDEX : MANIFEST;
  }

  /** Of what a label that begins with {@link #CHILD_LABEL} names. */
  static String ofLabel(String label) {
    String rest = label.substring(CHILD_LABEL.length());
    if (rest.startsWith(".l.")) {
      return LAYER;
    } else if (rest.startsWith(".m.")) {
      return MANIFEST;
    }
    return rest.equals(".config") ? CONFIG : BLOB;
  }

  /** In the order of the document: layer 10 comes after layer 9. */
  static int compareLabels(String one, String other) {
    int byLength = Integer.compare(one.length(), other.length());
    boolean alike = ofLabel(one).equals(ofLabel(other));
    return alike && byLength != 0 ? byLength : one.compareTo(other);
  }

  /** Of what is written under a name such as {@code layer-sha256:...}; null for other names. */
  static String ofIngestOrNull(String ref) {
    int dash = ref.indexOf('-');
    String prefix = dash < 0 ? "" : ref.substring(0, dash);
    return switch (prefix) {
      case INDEX, MANIFEST, CONFIG, LAYER -> prefix;
      default -> null;
    };
  }
}
