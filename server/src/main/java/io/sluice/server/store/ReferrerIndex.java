package io.sluice.server.store;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Immutable: which manifests name which digest as their subject, and the answers to {@code
 * /v2/<name>/referrers/<digest>} (OCI distribution specification 1.1, listing referrers).
 */
final class ReferrerIndex {
  static final ReferrerIndex EMPTY = new Builder(StoreLimits.DEFAULT).build();

  private static final byte[] HEAD =
      ascii("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[");
  private static final byte[] TAIL = ascii("]}");

  private final Map<Digest, List<Referrer>> bySubject;
  private final long refused;

  private record Referrer(String digest, String artifactTypeOrNull, byte[] json) {}

  private ReferrerIndex(Map<Digest, List<Referrer>> bySubject, long refused) {
    this.bySubject = bySubject;
    this.refused = refused;
  }

  /** Referrers that were left out because of a limit. */
  long refused() {
    return refused;
  }

  /** See {@link BlobStore#referrers}. */
  ReferrersPage page(
      String registryOrNull,
      String repository,
      Digest subject,
      String artifactTypeOrNull,
      String lastOrNull) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(HEAD);
    String written = null;
    boolean complete = true;
    for (Referrer referrer : bySubject.getOrDefault(subject, List.of())) {
      boolean wanted =
          (lastOrNull == null || referrer.digest().compareTo(lastOrNull) > 0)
              && (artifactTypeOrNull == null
                  || artifactTypeOrNull.equals(referrer.artifactTypeOrNull()));
      if (!wanted) {
        continue;
      }
      if (body.size() + 1 + referrer.json().length + TAIL.length > StoreLimits.PAGE_BYTES_MAX) {
        complete = false;
        break;
      }
      if (written != null) {
        body.write(',');
      }
      body.writeBytes(referrer.json());
      written = referrer.digest();
    }
    body.writeBytes(TAIL);
    String link =
        complete
            ? null
            : new PageLink("/v2/" + repository + "/referrers/" + subject)
                .with("artifactType", artifactTypeOrNull)
                .with("last", written)
                .with("ns", registryOrNull)
                .toString();
    return new ReferrersPage(body.toByteArray(), artifactTypeOrNull != null, link);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Collects referrers within limits; for one thread. */
  static final class Builder {
    private final StoreLimits limits;
    private final Map<Digest, TreeMap<String, Referrer>> bySubject = new HashMap<>();
    private int count;
    private long bytes;
    private long refused;

    Builder(StoreLimits limits) {
      this.limits = limits;
    }

    /** Adds the manifest {@code descriptor}, which names a subject. */
    void add(Descriptor descriptor, OciManifest manifest) {
      String artifactType =
          MediaType.isPlausible(manifest.artifactTypeOrNull())
              ? manifest.artifactTypeOrNull()
              : manifest.configMediaTypeOrNull();
      if (!MediaType.isPlausible(artifactType)) {
        artifactType = null;
      }
      byte[] json = encode(descriptor, artifactType, manifest.annotations());
      if (json.length > StoreLimits.REFERRER_DESCRIPTOR_BYTES_MAX) {
        json = encode(descriptor, artifactType, Map.of());
      }
      if (count == limits.referrers() || bytes + json.length > limits.referrerBytes()) {
        refused++;
        return;
      }
      count++;
      bytes += json.length;
      String digest = descriptor.digest().toString();
      bySubject
          .computeIfAbsent(manifest.subjectOrNull(), subject -> new TreeMap<>())
          .put(digest, new Referrer(digest, artifactType, json));
    }

    ReferrerIndex build() {
      Map<Digest, List<Referrer>> complete = new HashMap<>();
      bySubject.forEach((subject, list) -> complete.put(subject, List.copyOf(list.values())));
      return new ReferrerIndex(complete, refused);
    }

    private static byte[] encode(
        Descriptor descriptor, String artifactTypeOrNull, Map<String, String> annotations) {
      // By way of characters: the generator for bytes fails on half a surrogate pair.
      StringWriter text = new StringWriter();
      try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
        json.writeStartObject();
        json.writeStringField("mediaType", descriptor.mediaType());
        json.writeStringField("digest", descriptor.digest().toString());
        json.writeNumberField("size", descriptor.sizeBytes());
        if (artifactTypeOrNull != null) {
          json.writeStringField("artifactType", artifactTypeOrNull);
        }
        if (!annotations.isEmpty()) {
          json.writeObjectFieldStart("annotations");
          for (Map.Entry<String, String> annotation : annotations.entrySet()) {
            json.writeStringField(annotation.getKey(), annotation.getValue());
          }
          json.writeEndObject();
        }
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException("Writing to memory cannot fail.", e);
      }
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
