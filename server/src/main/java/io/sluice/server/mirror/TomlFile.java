package io.sluice.server.mirror;

import io.sluice.server.config.StartupException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Reads TOML, and says where it is wrong. */
public final class TomlFile {
  private TomlFile() {}

  /**
   * Parses what a file holds.
   *
   * @param remedy what to do if it does not parse, the end of a sentence
   * @throws StartupException naming the file, the place and the remedy
   */
  public static TomlParseResult parse(Path file, byte[] content, String remedy) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new StartupException(file + ": not UTF-8, which TOML is; " + remedy + ".", e);
    }
    TomlParseResult result = Toml.parse(text);
    if (result.hasErrors()) {
      TomlParseError error = result.errors().get(0);
      throw new StartupException(
          file
              + ", "
              + error.position()
              + ": not TOML ("
              + firstLine(error.getMessage())
              + "); "
              + remedy
              + ".");
    }
    return result;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("no reason given");
  }
}
