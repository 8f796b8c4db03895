package io.sluice.server.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Media types of the OCI image specification 1.1 and of Docker's schema 2. */
public final class MediaType {
  /** An OCI image index. */
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /** An OCI image manifest. */
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** Docker's manifest list. */
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /** Docker's image manifest, schema 2. */
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** An OCI image configuration. */
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

  /** The empty JSON object {@code {}}. */
  public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";

  /** An uncompressed layer. */
  public static final String OCI_LAYER_TAR = "application/vnd.oci.image.layer.v1.tar";

  /** Anything else. */
  public static final String OCTET_STREAM = "application/octet-stream";

  /** Longest media type that is taken over from content. */
  public static final int LENGTH_MAX = 255;

  private static final byte[][] MANIFESTS = {
    ascii(OCI_INDEX), ascii(OCI_MANIFEST), ascii(DOCKER_LIST), ascii(DOCKER_MANIFEST)
  };

  private MediaType() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** As {@link #isManifest(String)}, for the data plane: does not allocate. */
  public static boolean isManifest(byte[] mediaType) {
    for (byte[] manifest : MANIFESTS) {
      if (Arrays.equals(manifest, mediaType)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code mediaType} is one of the four index and manifest types. */
  public static boolean isManifest(String mediaType) {
    return switch (mediaType) {
      case OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST -> true;
      default -> false;
    };
  }

  /**
   * Whether {@code text} can stand in a {@code Content-Type} field: {@code type/subtype} (RFC
   * 6838), optionally with parameters, at most {@link #LENGTH_MAX} visible ASCII characters and
   * spaces. Null is not.
   */
  public static boolean isPlausible(String text) {
    if (text == null || text.length() > LENGTH_MAX) {
      return false;
    }
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean visible = c > ' ' && c < 0x7f;
      boolean inParameters = c == ' ' && i > slash && i < text.length() - 1;
      if (!visible && !inParameters) {
        return false;
      }
    }
    return true;
  }

  /** {@code text} where it is plausible, {@link #OCTET_STREAM} otherwise. */
  static String orOctetStream(String text) {
    return isPlausible(text) ? text : OCTET_STREAM;
  }
}
