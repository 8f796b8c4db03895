package io.sluice.server.http;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request's target means, written with strings and regular expressions: slow, plain, and
 * independent of the parser it judges.
 */
record ReferenceTarget(
    int kind, String name, String reference, String ns, int n, String last, String artifactType) {

  private static final ReferenceTarget INVALID = simple(RegistryTarget.INVALID);
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?]+)(.*)");
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(\\[(?=[^\\]]*:[^\\]]*:)[0-9A-Fa-f:.]+\\]"
              + "|([0-9A-Za-z\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(:[0-9]{0,5})?");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(\\[(?=[^\\]]*:[^\\]]*:)[0-9A-Fa-f:.]+\\]"
              + "|LABEL(\\.LABEL)*)(:[0-9]{1,5})?"
                  .replace("LABEL", "[0-9A-Za-z](-*+[0-9A-Za-z]++)*+"));
  private static final Pattern NAME =
      Pattern.compile(
          "COMPONENT(/COMPONENT)*+".replace("COMPONENT", "[a-z0-9]+((\\.|__|_|-+)[a-z0-9]+)*+"));
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
  private static final Pattern CONTENT =
      Pattern.compile("/v2(?:/(.*))?/(manifests|blobs|referrers)/([^/]*)");
  private static final Pattern TAGS = Pattern.compile("/v2(?:/(.*))?/tags/list");

  private static ReferenceTarget simple(int kind) {
    return new ReferenceTarget(kind, "", "", "", -1, "", "");
  }

  static ReferenceTarget parse(String target) {
    String text = target;
    if (!text.startsWith("/")) {
      Matcher absolute = ABSOLUTE.matcher(text);
      if (!absolute.matches() || !AUTHORITY.matcher(absolute.group(1)).matches()) {
        return INVALID;
      }
      text = absolute.group(2);
    }
    int question = text.indexOf('?');
    String path = decode(question < 0 ? text : text.substring(0, question), true);
    if (path == null || hasForbiddenSegment(path)) {
      return INVALID;
    }
    ReferenceTarget result = parsePath(path);
    boolean hasQuery =
        result.kind >= RegistryTarget.BASE && result.kind <= RegistryTarget.REFERRERS;
    return question >= 0 && hasQuery ? result.withQuery(text.substring(question + 1)) : result;
  }

  private static boolean hasForbiddenSegment(String path) {
    List<String> segments = List.of(path.split("/", -1));
    if (segments.size() > 2 && segments.subList(1, segments.size() - 1).contains("")) {
      return true;
    }
    return segments.contains(".") || segments.contains("..");
  }

  private static ReferenceTarget parsePath(String path) {
    switch (path) {
      case "/v2", "/v2/":
        return simple(RegistryTarget.BASE);
      case "/livez":
        return simple(RegistryTarget.LIVEZ);
      case "/readyz":
        return simple(RegistryTarget.READYZ);
      default:
    }
    Matcher tags = TAGS.matcher(path);
    Matcher content = CONTENT.matcher(path);
    if (tags.matches()) {
      return isName(tags.group(1)) ? of(RegistryTarget.TAGS_LIST, tags.group(1), "") : INVALID;
    }
    if (!content.matches()) {
      return simple(RegistryTarget.UNKNOWN);
    }
    String reference = content.group(3);
    if (!isName(content.group(1))) {
      return INVALID;
    }
    boolean manifest = content.group(2).equals("manifests");
    if (manifest && TAG.matcher(reference).matches()) {
      return of(RegistryTarget.MANIFEST_BY_TAG, content.group(1), reference);
    }
    if (!DIGEST.matcher(reference).matches()) {
      return INVALID;
    }
    int kind =
        switch (content.group(2)) {
          case "manifests" -> RegistryTarget.MANIFEST_BY_DIGEST;
          case "blobs" -> RegistryTarget.BLOB;
          default -> RegistryTarget.REFERRERS;
        };
    return of(kind, content.group(1), reference);
  }

  private static ReferenceTarget of(int kind, String name, String reference) {
    return new ReferenceTarget(kind, name, reference, "", -1, "", "");
  }

  static boolean isName(String name) {
    return name != null && name.length() <= 255 && NAME.matcher(name).matches();
  }

  static boolean isRegistry(String text) {
    return text.length() <= 255 && REGISTRY.matcher(text).matches();
  }

  private ReferenceTarget withQuery(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      String key = decode(equals < 0 ? pair : pair.substring(0, equals), false);
      if (key == null) {
        return INVALID;
      }
      if (!List.of("ns", "n", "last", "artifactType").contains(key)) {
        continue;
      }
      String value = decode(equals < 0 ? "" : pair.substring(equals + 1), false);
      if (value == null || parameters.put(key, value) != null) {
        return INVALID;
      }
    }
    String namespace = parameters.getOrDefault("ns", "");
    String count = parameters.getOrDefault("n", "x");
    boolean namespaceFits = namespace.isEmpty() || isRegistry(namespace);
    if (!namespaceFits || (parameters.containsKey("n") && !count.matches("[0-9]+"))) {
      return INVALID;
    }
    int limit = -1;
    if (parameters.containsKey("n")) {
      limit = new BigInteger(count).min(BigInteger.valueOf(Integer.MAX_VALUE)).intValue();
    }
    return new ReferenceTarget(
        kind,
        name,
        reference,
        namespace,
        limit,
        parameters.getOrDefault("last", ""),
        parameters.getOrDefault("artifactType", ""));
  }

  private static String decode(String text, boolean path) {
    StringBuilder decoded = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '%') {
        if (!text.substring(i + 1).matches("(?s)[2-7][0-9a-fA-F].*")) {
          return null;
        }
        byte[] octet = HexFormat.of().parseHex(text.substring(i + 1, i + 3));
        character = new String(octet, StandardCharsets.US_ASCII).charAt(0);
        if (character == 0x7f || (path && (character == '/' || character == '\\'))) {
          return null;
        }
        i += 2;
      }
      decoded.append(character);
    }
    return decoded.toString();
  }

  ReferenceTarget withoutQuery() {
    return of(kind, name, reference);
  }

  /** The path that means the same, for a kind with a name. */
  String canonicalPath() {
    String tail =
        switch (kind) {
          case RegistryTarget.BLOB -> "/blobs/" + reference;
          case RegistryTarget.REFERRERS -> "/referrers/" + reference;
          case RegistryTarget.TAGS_LIST -> "/tags/list";
          default -> "/manifests/" + reference;
        };
    return "/v2/" + name + tail;
  }

  /** What the parser understood, in the same form. */
  static ReferenceTarget of(int kind, RegistryTarget target, MemorySegment memory) {
    if (kind == RegistryTarget.INVALID || kind == RegistryTarget.UNKNOWN) {
      return simple(kind);
    }
    return new ReferenceTarget(
        kind,
        Text.string(memory, target.nameOffset(), target.nameLength()),
        Text.string(memory, target.referenceOffset(), target.referenceLength()),
        Text.string(memory, target.namespaceOffset(), target.namespaceLength()),
        target.n(),
        Text.string(memory, target.lastOffset(), target.lastLength()),
        Text.string(memory, target.artifactTypeOffset(), target.artifactTypeLength()));
  }
}
