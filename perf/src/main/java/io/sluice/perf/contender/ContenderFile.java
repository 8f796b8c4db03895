package io.sluice.perf.contender;

import static io.sluice.perf.contender.ContenderLimits.COMMAND_WORDS_MAX;
import static io.sluice.perf.contender.ContenderLimits.FILE_BYTES_MAX;
import static io.sluice.perf.contender.ContenderLimits.NAME_CHARS_MAX;
import static io.sluice.perf.contender.ContenderLimits.TARGET_CHARS_MAX;

import io.sluice.server.config.StartupException;
import io.sluice.server.mirror.TomlFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

/**
 * What a file says of a server that is to be measured as well.
 *
 * @param name what it is called in tables
 * @param command the program and its arguments, with {@code {port}} and other places to fill in
 * @param targets where it has blobs and manifests
 * @param ready a path that is answered with 200 once it serves; empty for that of a layer
 */
public record ContenderFile(
    String name, List<String> command, Targets targets, Optional<String> ready) {
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of("name", "command", "blobs", "manifests", "ready"));
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Pattern TARGET = Pattern.compile("/[!-~]*");
  private static final Pattern PLACE = Pattern.compile("\\{[a-z]+}");
  private static final Set<String> PLACES =
      new TreeSet<>(Set.of("{port}", "{blobs}", "{layout}", "{directory}"));
  private static final int DIGEST_CHARS = 71;

  /** Keeps a copy. */
  public ContenderFile {
    command = List.copyOf(command);
  }

  /**
   * Reads a file.
   *
   * @param file TOML
   * @return what it says
   * @throws StartupException when it cannot be used: what is wrong with it, and the remedy
   */
  public static ContenderFile read(Path file) {
    TomlParseResult toml =
        TomlFile.parse(file, bytes(file), "correct it, or leave --contender " + file + " out");
    Reader reader = new Reader(file, toml);
    reader.refuseUnknownKeys();
    return new ContenderFile(
        reader.name(),
        reader.command(),
        new Targets(reader.target("blobs"), reader.target("manifests")),
        reader.ready());
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
      if (bytes.length > FILE_BYTES_MAX) {
        throw new StartupException(
            file + ": longer than " + FILE_BYTES_MAX + " bytes; name a contender file.");
      }
      return bytes;
    } catch (IOException e) {
      throw new StartupException(
          file + ": cannot be read (" + e.getClass().getSimpleName() + "); name a file that can.",
          e);
    }
  }

  /** Takes one value after the other. */
  private record Reader(Path file, TomlParseResult toml) {
    private StartupException wrong(String what) {
      return new StartupException(file + ": " + what + ".");
    }

    void refuseUnknownKeys() {
      for (String key : toml.keySet()) {
        if (!KEYS.contains(key)) {
          throw wrong("there is no key '" + key + "'; use " + String.join(", ", KEYS));
        }
      }
    }

    private String text(String key, String example) {
      if (!(toml.get(List.of(key)) instanceof String value) || value.isEmpty()) {
        throw wrong(key + " is missing or no text; write " + key + " = \"" + example + "\"");
      }
      return value;
    }

    String name() {
      String name = text("name", "mine");
      if (!NAME.matcher(name).matches() || name.length() > NAME_CHARS_MAX) {
        throw wrong(
            "name '"
                + name
                + "' is not made of lower-case letters, digits, dots and dashes, at most "
                + NAME_CHARS_MAX
                + "; choose another");
      }
      return name;
    }

    List<String> command() {
      List<String> words = new ArrayList<>();
      if (toml.get(List.of("command")) instanceof TomlArray array) {
        for (Object word : array.toList()) {
          if (!(word instanceof String text) || text.indexOf('\0') >= 0) {
            throw wrong("command has something else than texts in it; quote every word");
          }
          words.add(text);
        }
      }
      if (words.isEmpty() || words.get(0).isBlank() || words.size() > COMMAND_WORDS_MAX) {
        throw wrong(
            "command is no list of 1 to "
                + COMMAND_WORDS_MAX
                + " words; write command = [\"/usr/bin/server\", \"--port={port}\"]");
      }
      boolean port = false;
      for (String word : words) {
        Matcher places = PLACE.matcher(word);
        while (places.find()) {
          if (!PLACES.contains(places.group())) {
            throw wrong(
                "command has " + places.group() + " in it; use " + String.join(", ", PLACES));
          }
          port |= places.group().equals("{port}");
        }
      }
      if (!port) {
        throw wrong("command says nowhere which port to listen on; put {port} into it");
      }
      return words;
    }

    String target(String key) {
      String target = path(key, "/v2/bench/" + key + "/" + Targets.DIGEST);
      String rest = target.replace(Targets.DIGEST, "").replace(Targets.HEX, "");
      if (rest.equals(target) || rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
        throw wrong(
            key
                + " '"
                + target
                + "' does not say where the digest goes; put "
                + Targets.DIGEST
                + " or "
                + Targets.HEX
                + " into it");
      }
      return target;
    }

    Optional<String> ready() {
      return toml.contains(List.of("ready"))
          ? Optional.of(path("ready", "/readyz"))
          : Optional.empty();
    }

    private String path(String key, String example) {
      String path = text(key, example);
      if (!TARGET.matcher(path).matches() || path.length() + DIGEST_CHARS > TARGET_CHARS_MAX) {
        throw wrong(
            key
                + " '"
                + path
                + "' is no request target of at most "
                + (TARGET_CHARS_MAX - DIGEST_CHARS)
                + " visible characters; write "
                + key
                + " = \""
                + example
                + "\"");
      }
      return path;
    }
  }
}
